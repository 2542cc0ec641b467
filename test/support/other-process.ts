import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

export interface Started {
  readonly url: string;
  readonly pid: number;
  readonly adopted: boolean;
}

export interface OtherProcess extends AsyncDisposable {
  readonly child: ChildProcess;
  readonly started: Promise<Started>;
  kill(): Promise<void>;
}

/** Another Node process that starts the embedded server of `home`; killed with SIGKILL when disposed. */
export function startInOtherProcess(home: string, env: Record<string, string> = {}): OtherProcess {
  const script = join(import.meta.dirname, 'start-embedded.ts');
  const child = spawn(process.execPath, [script, home], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, ...env },
  });
  const ended = once(child, 'exit');
  const kill = async (): Promise<void> => {
    child.kill('SIGKILL');
    await ended;
  };
  return { child, started: readStarted(child), kill, [Symbol.asyncDispose]: kill };
}

async function readStarted(child: ChildProcess): Promise<Started> {
  let text = '';
  for await (const chunk of child.stdout ?? []) {
    text += String(chunk);
    if (text.endsWith('\n')) return JSON.parse(text) as Started;
  }
  throw new Error('the other process ended before the server was ready');
}
