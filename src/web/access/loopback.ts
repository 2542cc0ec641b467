const loopbackAddress = /^(127\.\d+\.\d+\.\d+|::1|::ffff:127\.\d+\.\d+\.\d+)$/;
const loopbackHost = /^(localhost|127\.0\.0\.1|\[::1\])(:\d{1,5})?$/i;

/** Headers that a proxy adds: behind one, a loopback socket says nothing about who asks. */
const proxyHeaders = ['forwarded', 'x-forwarded-for', 'x-forwarded-host', 'x-real-ip', 'via'];

/**
 * Whether a request was made on this machine, to this machine: the socket is a loopback one, no proxy stands between,
 * and the browser meant a loopback host (a page of another name that resolves to 127.0.0.1 is refused).
 */
export function isLoopbackRequest(headers: Headers, remoteAddress: string | undefined): boolean {
  if (remoteAddress === undefined || !loopbackAddress.test(remoteAddress)) return false;
  if (proxyHeaders.some((name) => headers.has(name))) return false;
  return loopbackHost.test(headers.get('host') ?? '');
}
