/**
 * Whether a browser says that a request that changes something comes from our own page. A browser that says nothing
 * at all is refused too.
 */
export function isSameOrigin(headers: Headers, ownOrigin: string): boolean {
  const site = headers.get('sec-fetch-site');
  const origin = headers.get('origin');
  if (site === null && origin === null) return false;
  if (site !== null && site !== 'same-origin') return false;
  return origin === null || origin === ownOrigin;
}
