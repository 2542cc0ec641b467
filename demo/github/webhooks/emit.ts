import type { Core } from '../core.ts';
import { accountShape } from '../shapes/account.ts';
import { installationStub } from '../shapes/installation.ts';
import type { JsonObject } from '../shapes/json.ts';
import { repositoryShape } from '../shapes/repository.ts';
import { appOf, installationsCovering } from '../state/store.ts';
import type { Account, GitHubApp, Installation, Permissions, Repository } from '../state/types.ts';

export interface Happening {
  readonly event: string;
  readonly action: string | null;
  readonly sender: Account;
}

/** GitHub sends nothing larger. */
const largestPayloadBytes = 25 * 1024 * 1024;

/** An app hears of an event only with one of these permissions. */
const eventPermissions: Readonly<Record<string, readonly string[]>> = {
  issues: ['issues'],
  issue_comment: ['issues', 'pull_requests'],
  pull_request: ['pull_requests'],
  pull_request_review: ['pull_requests'],
  pull_request_review_comment: ['pull_requests'],
  push: ['contents'],
  create: ['contents'],
  delete: ['contents'],
  fork: ['contents'],
  repository: ['metadata'],
};

/** Tells every app whose installation reaches the repository, may hear of the event and subscribed to it. */
export function emit(
  core: Core,
  repository: Repository,
  happening: Happening,
  payload: () => JsonObject,
): void {
  const listeners = listenersTo(core, repository, happening.event);
  emitTo(core, listeners, repository, happening, payload);
}

/** The installations that hear of such an event in the repository. */
export function listenersTo(core: Core, repository: Repository, event: string): Installation[] {
  return installationsCovering(core.store, repository).filter((installation) => listens(installation, event));
}

/** The same for installations that are already known, for example those that just lost the repository. */
export function emitTo(
  core: Core,
  listeners: readonly Installation[],
  repository: Repository,
  happening: Happening,
  payload: () => JsonObject,
): void {
  if (listeners.length === 0) return;
  const common = { ...actionOf(happening), repository: repositoryShape(core.urls, repository), ...payload() };
  for (const installation of listeners) {
    const organization = organizationOf(core, repository.owner);
    const sender = accountShape(core.urls, happening.sender);
    const body = { ...common, ...organization, installation: installationStub(installation), sender };
    send(core, appOf(core.store, installation), installation.id, repository.id, happening, body);
  }
}

/** Installation events reach their app whether it subscribed or not, also while suspended. */
export function emitInstallation(
  core: Core,
  installation: Installation,
  happening: Happening,
  payload: JsonObject,
): void {
  const body = { ...actionOf(happening), ...payload, sender: accountShape(core.urls, happening.sender) };
  send(core, appOf(core.store, installation), installation.id, null, happening, body);
}

export function listens(installation: Installation, event: string): boolean {
  if (installation.suspendedAt !== null || installation.deleted) return false;
  return installation.events.includes(event) && mayHear(installation.permissions, event);
}

export function send(
  core: Core,
  app: GitHubApp,
  installationId: number | null,
  repositoryId: number | null,
  happening: Happening,
  payload: JsonObject,
): void {
  const body = JSON.stringify(payload);
  if (Buffer.byteLength(body) > largestPayloadBytes) return;
  const { event, action } = happening;
  core.deliverer.send(app, { guid: core.random.uuid(), event, action, installationId, repositoryId, body });
}

function mayHear(permissions: Permissions, event: string): boolean {
  const any = eventPermissions[event];
  return any === undefined || any.some((name) => name === 'metadata' || permissions[name] !== undefined);
}

function actionOf(happening: Happening): JsonObject {
  return happening.action === null ? {} : { action: happening.action };
}

function organizationOf(core: Core, owner: Account): JsonObject {
  if (owner.type !== 'Organization') return {};
  const api = `${core.urls.api}/orgs/${owner.login}`;
  const shape = accountShape(core.urls, owner);
  return {
    organization: {
      login: owner.login,
      id: owner.id,
      node_id: shape['node_id'] ?? '',
      url: api,
      repos_url: `${api}/repos`,
      events_url: `${api}/events`,
      hooks_url: `${api}/hooks`,
      issues_url: `${api}/issues`,
      members_url: `${api}/members{/member}`,
      public_members_url: `${api}/public_members{/member}`,
      avatar_url: shape['avatar_url'] ?? '',
      description: null,
    },
  };
}
