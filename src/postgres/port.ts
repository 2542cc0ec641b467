import { readFile } from 'node:fs/promises';
import { createServer } from 'node:net';

/** Whether a port of 127.0.0.1 can be listened on; 0 asks for any. Returns the port, or null when it is taken. */
export function probePort(port: number): Promise<number | null> {
  const { promise, resolve, reject } = Promise.withResolvers<number | null>();
  const server = createServer();
  server.once('error', (error: NodeJS.ErrnoException) =>
    error.code === 'EADDRINUSE' || error.code === 'EACCES' ? resolve(null) : reject(error),
  );
  server.listen({ host: '127.0.0.1', port, exclusive: true }, () => {
    const address = server.address();
    server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : null));
  });
  return promise;
}

/** The port that the file names when it is free, else any free port. Another program may take it before the server does. */
export async function choosePort(portFile: string): Promise<number> {
  const last = Number(await readFile(portFile, 'utf8').catch(() => '0'));
  const port = Number.isInteger(last) && last > 0 && last < 65_536 ? await probePort(last) : null;
  return port ?? anyPort();
}

async function anyPort(): Promise<number> {
  const port = await probePort(0);
  if (port === null) throw new Error('no free port on 127.0.0.1');
  return port;
}
