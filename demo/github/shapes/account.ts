import { associationOf } from '../state/roles.ts';
import type { Account, Repository } from '../state/types.ts';
import { iso, nodeId, type JsonObject } from './json.ts';
import { userApi, type Urls } from './urls.ts';

/** GitHub's "simple user". */
export function accountShape(urls: Urls, account: Account): JsonObject {
  const api = userApi(urls, account);
  return {
    login: account.login,
    id: account.id,
    node_id: nodeId('User', account.id),
    avatar_url: `${urls.web}/avatars/u/${account.id}`,
    gravatar_id: '',
    url: api,
    html_url: `${urls.web}/${account.login.replace(/^(.*)\[bot\]$/, 'apps/$1')}`,
    followers_url: `${api}/followers`,
    following_url: `${api}/following{/other_user}`,
    gists_url: `${api}/gists{/gist_id}`,
    starred_url: `${api}/starred{/owner}{/repo}`,
    subscriptions_url: `${api}/subscriptions`,
    organizations_url: `${api}/orgs`,
    repos_url: `${api}/repos`,
    events_url: `${api}/events{/privacy}`,
    received_events_url: `${api}/received_events`,
    type: account.type,
    user_view_type: 'public',
    site_admin: false,
  };
}

/** A deleted account leaves `null` behind. */
export function authorShape(urls: Urls, account: Account | null): JsonObject | null {
  return account === null || account.deleted ? null : accountShape(urls, account);
}

export function authored(urls: Urls, repository: Repository, account: Account): JsonObject {
  return { user: authorShape(urls, account), author_association: associationOf(repository, account) };
}

/** What `GET /user` and `GET /users/{username}` answer. */
export function publicUserShape(urls: Urls, account: Account, publicRepositories: number): JsonObject {
  return {
    ...accountShape(urls, account),
    name: account.login,
    company: null,
    blog: '',
    location: null,
    email: null,
    hireable: null,
    bio: null,
    twitter_username: null,
    public_repos: publicRepositories,
    public_gists: 0,
    followers: 0,
    following: 0,
    created_at: iso(account.createdAt),
    updated_at: iso(account.createdAt),
  };
}
