import { MendloopError } from '../domain/errors.ts';

const redirects = new Set([301, 302, 307, 308]);
const maxRedirects = 3;

export interface LockedFetchOptions {
  /** For one request, including its body. */
  readonly timeoutMs: number;
  readonly fetch?: typeof fetch;
}

/**
 * A `fetch` that reaches one origin only: throws `host_refused` before it sends a request, or follows a redirect, to
 * another origin. Redirects of reads on the same host are followed: GitHub answers with them for a renamed repository.
 */
export function lockedFetch(origin: string, options: LockedFetchOptions): typeof fetch {
  const send = options.fetch ?? fetch;
  return async (input, init) => {
    let url = new URL(input instanceof Request ? input.url : String(input));
    for (let hop = 0; ; hop += 1) {
      if (url.origin !== origin) throw new MendloopError('host_refused', `refused a request to ${url.host}`);
      const timeout = AbortSignal.timeout(options.timeoutMs);
      const signal = init?.signal ? AbortSignal.any([init.signal, timeout]) : timeout;
      const response = await send(url, { ...init, signal, redirect: 'manual' });
      const location = response.headers.get('location');
      const read = (init?.method ?? 'GET') === 'GET';
      if (!redirects.has(response.status) || location === null || !read || hop >= maxRedirects)
        return response;
      await response.body?.cancel();
      url = new URL(location, url);
    }
  };
}
