import { MendloopError } from '../../../src/domain/errors.ts';
import type { Core } from '../core.ts';
import { installationShape, installationWithEpoch } from '../shapes/installation.ts';
import type { JsonObject } from '../shapes/json.ts';
import { smallRepositoryShape } from '../shapes/repository.ts';
import { accountOf, repositoriesOf, repositoryNamed } from '../state/store.ts';
import type { Account, Installation, Permissions } from '../state/types.ts';
import { emitInstallation } from '../webhooks/emit.ts';
import { actorAccount, timeOf, type Actor, type Timed } from './actors.ts';

export interface InstallApp extends Timed {
  readonly appId: number;
  /** Login of the user or organization that installs it. */
  readonly account: string;
  /** `owner/name` of each, or all of the account's repositories. */
  readonly repositories: 'all' | readonly string[];
  readonly sender?: Actor;
  /** What the account granted, when it is less than the app asks for now. */
  readonly permissions?: Permissions;
}

export interface InstallationAction extends Timed {
  readonly installationId: number;
  readonly sender?: Actor;
}

export function install(core: Core, input: InstallApp): { readonly installationId: number } {
  const at = timeOf(core, input);
  const app = core.store.apps.get(input.appId);
  if (app === undefined) throw new MendloopError('not_found', `no app ${input.appId}`);
  const chosen =
    input.repositories === 'all' ? [] : input.repositories.map((name) => repositoryNamed(core.store, name));
  const account = accountOf(core.store, input.account, 'User', at);
  const installation: Installation = {
    id: core.store.nextId(),
    appId: app.id,
    account,
    selection: input.repositories === 'all' ? 'all' : 'selected',
    repositoryIds: new Set(chosen.map((repository) => repository.id)),
    permissions: input.permissions ?? app.permissions,
    events: app.events,
    createdAt: at,
    updatedAt: at,
    suspendedAt: null,
    suspendedBy: null,
    deleted: false,
  };
  core.store.installations.set(installation.id, installation);
  announce(core, installation, 'created', senderOf(core, installation, input, at), {
    repositories: repositoriesOf(core.store, installation).map(smallRepositoryShape),
    requester: null,
  });
  return { installationId: installation.id };
}

/** Tokens of the installation stop working, and it answers 404. */
export function uninstall(core: Core, input: InstallationAction): void {
  const at = timeOf(core, input);
  const installation = installationNumbered(core, input.installationId);
  const repositories = repositoriesOf(core.store, installation).map(smallRepositoryShape);
  installation.deleted = true;
  announce(core, installation, 'deleted', senderOf(core, installation, input, at), { repositories });
}

export function suspend(core: Core, input: InstallationAction): void {
  const at = timeOf(core, input);
  const installation = installationNumbered(core, input.installationId);
  const sender = senderOf(core, installation, input, at);
  installation.suspendedAt = at;
  installation.suspendedBy = sender;
  installation.updatedAt = at;
  announce(core, installation, 'suspend', sender);
}

export function unsuspend(core: Core, input: InstallationAction): void {
  const at = timeOf(core, input);
  const installation = installationNumbered(core, input.installationId);
  installation.suspendedAt = null;
  installation.suspendedBy = null;
  installation.updatedAt = at;
  announce(core, installation, 'unsuspend', senderOf(core, installation, input, at));
}

/** Accepts other permissions than those granted so far. */
export function acceptPermissions(
  core: Core,
  input: InstallationAction & { readonly permissions: Permissions },
): void {
  const at = timeOf(core, input);
  const installation = installationNumbered(core, input.installationId);
  installation.permissions = { metadata: 'read', ...input.permissions };
  installation.updatedAt = at;
  announce(core, installation, 'new_permissions_accepted', senderOf(core, installation, input, at), {
    repositories: repositoriesOf(core.store, installation).map(smallRepositoryShape),
  });
}

/** Throws `not_found` for one that was uninstalled, too. */
export function installationNumbered(core: Core, id: number): Installation {
  const installation = core.store.installations.get(id);
  if (installation === undefined || installation.deleted)
    throw new MendloopError('not_found', `no installation ${id}`);
  return installation;
}

/** Whoever is named, else the account that installed it. */
export function senderOf(
  core: Core,
  installation: Installation,
  input: { readonly sender?: Actor },
  at: Date,
): Account {
  return input.sender === undefined ? installation.account : actorAccount(core, input.sender, at);
}

function announce(
  core: Core,
  installation: Installation,
  action: string,
  sender: Account,
  extra: JsonObject = {},
): void {
  const shape = action.endsWith('suspend') ? installationShape : installationWithEpoch;
  emitInstallation(
    core,
    installation,
    { event: 'installation', action, sender },
    {
      installation: shape(core.urls, core.store, installation),
      ...extra,
    },
  );
}
