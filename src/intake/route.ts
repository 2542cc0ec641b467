import type { ConsentScope } from '../domain/consent.ts';
import type { DeliverySubject, IgnoreReason, RepositoryEvent, RoutedEvent } from '../domain/delivery.ts';
import type { JobRequest } from '../jobs/job.ts';
import type { RouteTable } from '../stage/fold.ts';

/** A state change that is made in the routing transaction itself, because it must not wait for a job. */
export type Change =
  | { readonly change: 'installation_status'; readonly to: 'active' | 'suspended' | 'removed' }
  | { readonly change: 'repositories_removed'; readonly repository_ids: readonly number[] }
  | { readonly change: 'consent_reset'; readonly source: 'privatized' | 'transferred' }
  | { readonly change: 'repository_removed' };

export type Route =
  | { readonly decision: 'act'; readonly changes: readonly Change[]; readonly jobs: readonly JobRequest[] }
  | { readonly decision: 'ignore'; readonly reason: IgnoreReason };

export interface RoutedDelivery {
  readonly event: string;
  readonly action: string | null;
  readonly installation_id: number | null;
  readonly repository_id: number | null;
  readonly subject: DeliverySubject;
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

/** The stages decide, for repositories on which the App is active. */
function routeToStages(
  {
    event,
    action,
    installation_id,
    repository_id,
    subject,
  }: RoutedDelivery & { readonly event: RepositoryEvent },
  standing: Standing | null,
  routes: RouteTable,
): Route {
  const stageRoute = routes[event];
  if (!stageRoute) return ignore('event_not_used');
  if (repository_id === null || installation_id === null) return ignore('no_installation');
  if (!standing?.active) return ignore('not_installed');
  const answer = stageRoute({ event, action, installation_id, repository_id, subject }, standing.consent);
  return typeof answer === 'string' ? ignore(answer) : act([], answer);
}

/**
 * Names the state changes and jobs that follow from a delivery. Pure; exhaustive over `app.yml`'s events. Changes of
 * installations and repositories are decided here, everything else by the routes of the stages.
 */
export function route(delivery: RoutedDelivery, standing: Standing | null, routes: RouteTable): Route {
  if (delivery.subject.own) return ignore('own_event');
  const event = delivery.event as RoutedEvent;
  switch (event) {
    case 'issues':
    case 'issue_comment':
    case 'pull_request':
    case 'pull_request_review':
    case 'pull_request_review_comment':
    case 'push':
      return routeToStages({ ...delivery, event }, standing, routes);
    case 'installation':
      return routeInstallation(delivery);
    case 'installation_repositories':
      return routeInstallationRepositories(delivery);
    case 'repository':
      return routeRepository(delivery);
    case 'installation_target':
      return syncInstallation(delivery);
    case 'github_app_authorization':
    case 'ping':
    case 'meta':
      return ignore('event_not_used');
    default:
      event satisfies never;
      return ignore('unknown_event');
  }
}
