import { stat } from 'node:fs/promises';
import { createServer } from 'node:net';

/**
 * The right to start the server of a home, or null while another process has it. PostgreSQL, and so must we, removes
 * the `postmaster.pid` of a dead server after looking at it: of two starters at once the slower one removes the file of
 * the server that the faster one has just started, which then shuts itself down within a minute.
 * It is a name in the kernel (Linux only) and not a file, so that it ends with a process that is killed.
 */
export async function takeTurn(home: string): Promise<AsyncDisposable | null> {
  if (process.platform !== 'linux') return { [Symbol.asyncDispose]: async () => undefined };
  const { dev, ino } = await stat(home);
  const { promise, resolve, reject } = Promise.withResolvers<boolean>();
  const holder = createServer((caller) => caller.destroy());
  holder.once('error', (error: NodeJS.ErrnoException) =>
    error.code === 'EADDRINUSE' ? resolve(false) : reject(error),
  );
  holder.listen({ path: `\0mendloop-start-${dev}-${ino}`, exclusive: true }, () => resolve(true));
  if (!(await promise)) return null;
  return { [Symbol.asyncDispose]: () => new Promise((done) => holder.close(() => done())) };
}
