import type { Account, Repository } from '../state/types.ts';

/** Addresses at the layout of a GitHub Enterprise Server. None ends in a slash. */
export interface Urls {
  readonly web: string;
  readonly api: string;
  readonly graphql: string;
}

export function urlsAt(web: string): Urls {
  return { web, api: `${web}/api/v3`, graphql: `${web}/api/graphql` };
}

export function apiOf(urls: Urls, repository: Repository): string {
  return `${urls.api}/repos/${repository.owner.login}/${repository.name}`;
}

export function webOf(urls: Urls, repository: Repository): string {
  return `${urls.web}/${repository.owner.login}/${repository.name}`;
}

export function userApi(urls: Urls, account: Account): string {
  return `${urls.api}/users/${encodeURIComponent(account.login)}`;
}
