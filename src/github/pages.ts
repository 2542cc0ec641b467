import type { Octokit } from 'octokit';

type Answer = Awaited<ReturnType<Octokit['request']>>;

/** The address of the next page, from the `Link` header; null on the last one. */
export function nextPage(link: string | undefined): string | null {
  return /<([^<>]+)>;\s*rel="next"/.exec(link ?? '')?.[1] ?? null;
}

/** The items of a page: a list, or the one list of an object that counts them (`{ total_count, repositories }`). */
export function itemsOf(data: unknown): unknown {
  if (typeof data !== 'object' || data === null || Array.isArray(data)) return data;
  return Object.values(data).find((value) => Array.isArray(value));
}

/**
 * Yields the items of each page of a list. Octokit's own paging reads a truncated answer as an empty page; here such an
 * answer is not a list, and the caller's schema refuses it.
 */
export async function* pages(
  octokit: Octokit,
  route: string,
  parameters: Record<string, unknown> & { readonly headers: Record<string, string> },
): AsyncGenerator {
  let answer: Answer = await octokit.request(route, parameters);
  for (;;) {
    yield itemsOf(answer.data);
    const url = nextPage(answer.headers.link);
    if (url === null) return;
    answer = await octokit.request({ method: 'GET', url, headers: parameters.headers });
  }
}
