import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { MendloopError } from '../domain/errors.ts';

/** Listens and returns the URL of the address. Throws `config_invalid` when the port is taken or not allowed. */
export async function listen(server: Server, host: string, port: number): Promise<string> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause) =>
      reject(new MendloopError('config_invalid', `cannot listen on port ${port} of ${host}`, { cause })),
    );
    server.listen(port, host, resolve);
  });
  const { address, family, port: listening } = server.address() as AddressInfo;
  return `http://${family === 'IPv6' ? `[${address}]` : address}:${listening}`;
}

/** Closes the server: idle connections at once, and those with a request at work after the grace at the latest. */
export function closeServer(server: Server, graceMs: number): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeIdleConnections();
    setTimeout(() => server.closeAllConnections(), graceMs).unref();
  });
}
