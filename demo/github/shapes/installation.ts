import { appOf, type Store } from '../state/store.ts';
import type { GitHubApp, Installation } from '../state/types.ts';
import { accountShape, authorShape } from './account.ts';
import { iso, isoOrNull, nodeId, type JsonObject } from './json.ts';
import type { Urls } from './urls.ts';

export function installationShape(urls: Urls, store: Store, installation: Installation): JsonObject {
  const app = appOf(store, installation);
  return {
    id: installation.id,
    client_id: app.clientId,
    account: accountShape(urls, installation.account),
    repository_selection: installation.selection,
    access_tokens_url: `${urls.api}/app/installations/${installation.id}/access_tokens`,
    repositories_url: `${urls.api}/installation/repositories`,
    html_url: `${urls.web}/settings/installations/${installation.id}`,
    app_id: app.id,
    app_slug: app.slug,
    target_id: installation.account.id,
    target_type: installation.account.type,
    permissions: { ...installation.permissions },
    events: [...installation.events],
    created_at: iso(installation.createdAt),
    updated_at: iso(installation.updatedAt),
    single_file_name: null,
    has_multiple_single_files: false,
    single_file_paths: [],
    suspended_by: authorShape(urls, installation.suspendedBy),
    suspended_at: isoOrNull(installation.suspendedAt),
  };
}

/** Events but for `suspend` and `unsuspend` give the times in seconds since the epoch. */
export function installationWithEpoch(urls: Urls, store: Store, installation: Installation): JsonObject {
  return {
    ...installationShape(urls, store, installation),
    created_at: Math.floor(installation.createdAt.getTime() / 1000),
    updated_at: Math.floor(installation.updatedAt.getTime() / 1000),
  };
}

/** The short form that every other event carries. */
export function installationStub(installation: Installation): JsonObject {
  return { id: installation.id, node_id: nodeId('IntegrationInstallation', installation.id) };
}

export function appShape(urls: Urls, app: GitHubApp, installations: number): JsonObject {
  return {
    id: app.id,
    slug: app.slug,
    client_id: app.clientId,
    node_id: nodeId('App', app.id),
    owner: accountShape(urls, app.owner),
    name: app.name,
    description: '',
    external_url: urls.web,
    html_url: `${urls.web}/apps/${app.slug}`,
    created_at: iso(app.createdAt),
    updated_at: iso(app.createdAt),
    permissions: { ...app.permissions },
    events: [...app.events],
    installations_count: installations,
  };
}
