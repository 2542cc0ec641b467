import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { start } from '../cli/mendloop.ts';
import { temporaryHome } from '../support/home.ts';

export const currentSecret = 'current-secret-of-at-least-32-characters';
export const formerSecret = 'former-secret-with-at-least-32-characters';

export interface ServerProcess extends AsyncDisposable {
  readonly url: string;
  readonly port: number;
  readonly pid: number;
  /** All that the process logged; known once it was stopped. */
  stop(): Promise<string>;
}

/** `mendloop server` as a process of its own, with an App whose key nobody reads, on any free port. */
export async function startServerProcess(
  databaseUrl: string,
  env: Readonly<Record<string, string>> = {},
): Promise<ServerProcess> {
  const place = await temporaryHome();
  const server = start(['server', '--json'], {
    env: {
      MENDLOOP_HOME: place.home,
      DATABASE_URL: databaseUrl,
      PORT: '0',
      APP_ID: '1',
      APP_SLUG: 'mendloop',
      PRIVATE_KEY: 'the server never reads it',
      WEBHOOK_SECRET: currentSecret,
      WEBHOOK_SECRET_OLD: formerSecret,
      GITHUB_API_URL: 'http://127.0.0.1:9/api/v3',
      LOG_LEVEL: 'debug',
      ...env,
    },
  });
  const { url, pid } = JSON.parse(await server.said('\n')) as { url: string; pid: number };
  const stop = async (): Promise<string> => {
    server.child.kill('SIGTERM');
    if (server.child.exitCode === null && server.child.signalCode === null) await once(server.child, 'exit');
    await rm(place.home, { recursive: true, force: true });
    return (await server.ended).stderr;
  };
  const port = Number(new URL(url).port);
  return { url, port, pid, stop, [Symbol.asyncDispose]: async () => void (await stop()) };
}
