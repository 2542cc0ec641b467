const loopbackAddress = /^(127\.\d+\.\d+\.\d+|::1|::ffff:127\.\d+\.\d+\.\d+)$/;
const loopbackHost = /^(localhost|127\.0\.0\.1|\[::1\])(:\d{1,5})?$/i;

/** Headers that a proxy adds: behind a proxy, a loopback socket does not show who sent the request. */
const proxyHeaders = ['forwarded', 'x-forwarded-for', 'x-forwarded-host', 'x-real-ip', 'via'];

/**
 * Whether a request was sent on this machine, to this machine: the socket is a loopback socket, no proxy is in between, and
 * the browser addressed a loopback host. A page of another name that resolves to 127.0.0.1 is refused.
 */
export function isLoopbackRequest(headers: Headers, remoteAddress: string | undefined): boolean {
  if (remoteAddress === undefined || !loopbackAddress.test(remoteAddress)) return false;
  if (proxyHeaders.some((name) => headers.has(name))) return false;
  return loopbackHost.test(headers.get('host') ?? '');
}

/**
 * Whether the browser's headers show that a request comes from a page of ours. A request without both headers is refused,
 * and so is a request whose headers contradict each other (docs/adr/0017-web-middleware.md).
 */
export function isSameOrigin(headers: Headers, ownOrigin: string): boolean {
  const site = headers.get('sec-fetch-site');
  const origin = headers.get('origin');
  if (site === null && origin === null) return false;
  if (site !== null && site !== 'same-origin') return false;
  return origin === null || origin === ownOrigin;
}
