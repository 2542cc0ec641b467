import { MendloopError } from '../domain/errors.ts';

/** The addresses of one GitHub: github.com, a ghe.com tenant, or an Enterprise Server. */
export interface GitHubHosts {
  /** REST root without a trailing slash, as `GITHUB_API_URL`. */
  readonly api: string;
  readonly graphql: string;
  /** Root of pages and of clone URLs. */
  readonly web: string;
}

/** Derives all addresses from the REST root. `https://api.X` → `https://X`; `https://HOST/api/v3` → `https://HOST`. */
export function githubHosts(apiUrl: string): GitHubHosts {
  const url = URL.parse(apiUrl);
  if (!url || !['http:', 'https:'].includes(url.protocol)) {
    throw new MendloopError('config_invalid', 'GITHUB_API_URL is not an http(s) address');
  }
  const api = apiUrl.replace(/\/+$/, '');
  if (url.pathname.replace(/\/+$/, '').endsWith('/api/v3')) {
    const root = api.slice(0, -'/api/v3'.length);
    return { api, graphql: `${root}/api/graphql`, web: root };
  }
  const host = url.host.replace(/^api\./, '');
  return { api, graphql: `${api}/graphql`, web: `${url.protocol}//${host}` };
}

export function cloneUrl(hosts: GitHubHosts, fullName: string): string {
  return `${hosts.web}/${fullName}.git`;
}
