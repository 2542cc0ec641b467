import type { ConsentScope } from '../domain/consent.ts';
import { permits } from '../domain/consent.ts';
import type { IgnoreReason } from '../domain/delivery.ts';
import type { JobKind, JobPayloads } from '../jobs/registry.ts';
import type { Subject } from './subject.ts';

/** The events that the App subscribes to (`app.yml`), and those that GitHub sends to every App. */
export const subscribedEvents = [
  'issues',
  'issue_comment',
  'pull_request',
  'pull_request_review',
  'pull_request_review_comment',
  'push',
  'repository',
] as const;
export const alwaysSentEvents = [
  'installation',
  'installation_repositories',
  'installation_target',
  'github_app_authorization',
  'ping',
  'meta',
] as const;
export type RoutedEvent = (typeof subscribedEvents)[number] | (typeof alwaysSentEvents)[number];

/** A state change that is made in the routing transaction itself, because it must not wait for a job. */
export type Change =
  | { readonly change: 'installation_status'; readonly to: 'active' | 'suspended' | 'removed' }
  | { readonly change: 'repositories_removed'; readonly repository_ids: readonly number[] }
  | { readonly change: 'consent_reset'; readonly source: 'privatized' | 'transferred' }
  | { readonly change: 'repository_removed' };

type JobRequest = { [K in JobKind]: { readonly kind: K; readonly payload: JobPayloads[K] } }[JobKind];

export type Route =
  | { readonly decision: 'act'; readonly changes: readonly Change[]; readonly jobs: readonly JobRequest[] }
  | { readonly decision: 'ignore'; readonly reason: IgnoreReason };

export interface RoutedDelivery {
  readonly event: string;
  readonly action: string | null;
  readonly installation_id: number | null;
  readonly repository_id: number | null;
  readonly subject: Subject;
}

/** What is known of the delivery's repository when it is routed. */
export interface Standing {
  readonly consent: ConsentScope;
  readonly active: boolean;
}

function ignore(reason: IgnoreReason): Route {
  return { decision: 'ignore', reason };
}

function act(changes: readonly Change[], jobs: readonly JobRequest[]): Route {
  return { decision: 'act', changes, jobs };
}

function syncInstallation(delivery: RoutedDelivery, changes: readonly Change[] = []): Route {
  const { installation_id } = delivery;
  if (installation_id === null) return ignore('no_installation');
  return act(changes, [{ kind: 'installation.sync', payload: { installation_id } }]);
}

function routeInstallation(delivery: RoutedDelivery): Route {
  switch (delivery.action) {
    case 'deleted':
      return act([{ change: 'installation_status', to: 'removed' }], []);
    case 'suspend':
      // The sync that follows tells whether it still is: the two events may arrive in either order.
      return syncInstallation(delivery, [{ change: 'installation_status', to: 'suspended' }]);
    case 'unsuspend':
      return syncInstallation(delivery, [{ change: 'installation_status', to: 'active' }]);
    case 'created':
    case 'new_permissions_accepted':
      return syncInstallation(delivery);
    default:
      return ignore('action_not_used');
  }
}

function routeInstallationRepositories(delivery: RoutedDelivery): Route {
  const removed = delivery.subject.removed_repositories;
  const changes: Change[] =
    removed.length > 0 ? [{ change: 'repositories_removed', repository_ids: removed }] : [];
  return syncInstallation(delivery, changes);
}

function routeRepository(delivery: RoutedDelivery): Route {
  switch (delivery.action) {
    case 'privatized':
      return syncInstallation(delivery, [{ change: 'consent_reset', source: 'privatized' }]);
    case 'transferred':
      return syncInstallation(delivery, [{ change: 'consent_reset', source: 'transferred' }]);
    case 'deleted':
      return act([{ change: 'repository_removed' }], []);
    case 'created':
    case 'renamed':
    case 'publicized':
    case 'edited':
      return syncInstallation(delivery);
    default:
      return ignore('action_not_used');
  }
}

/** Why text of the repository may not be read, or null. */
function refusal(delivery: RoutedDelivery, standing: Standing | null): IgnoreReason | null {
  if (delivery.repository_id === null || delivery.installation_id === null) return 'no_installation';
  if (!standing?.active) return 'not_installed';
  if (!permits(standing.consent, 'collect')) return 'consent';
  return delivery.subject.number === null ? 'no_number' : null;
}

function routeContent(delivery: RoutedDelivery, standing: Standing | null): Route {
  const refused = refusal(delivery, standing);
  if (refused !== null) return ignore(refused);
  const repository_id = delivery.repository_id as number;
  const number = delivery.subject.number as number;
  if (delivery.subject.is_pull) {
    const payload = { repository_id, number, head_shas: delivery.subject.head_shas };
    return act([], [{ kind: 'collect.pull', payload }]);
  }
  return act([], [{ kind: 'collect.issue', payload: { repository_id, number } }]);
}

/** Names the state changes and jobs that follow from a delivery. Pure; exhaustive over `app.yml`'s events. */
export function route(delivery: RoutedDelivery, standing: Standing | null): Route {
  if (delivery.subject.own) return ignore('own_event');
  const event = delivery.event as RoutedEvent;
  switch (event) {
    case 'issues':
    case 'issue_comment':
    case 'pull_request':
    case 'pull_request_review':
    case 'pull_request_review_comment':
      return routeContent(delivery, standing);
    case 'installation':
      return routeInstallation(delivery);
    case 'installation_repositories':
      return routeInstallationRepositories(delivery);
    case 'repository':
      return routeRepository(delivery);
    case 'installation_target':
      return syncInstallation(delivery);
    case 'push':
    case 'github_app_authorization':
    case 'ping':
    case 'meta':
      return ignore('event_not_used');
    default:
      event satisfies never;
      return ignore('unknown_event');
  }
}
