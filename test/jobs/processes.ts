import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

export interface WorkerProcess extends AsyncDisposable {
  readonly pid: number;
  /** Sends the signal and waits for the end; the exit status, null after SIGKILL. */
  end(signal: 'SIGTERM' | 'SIGKILL'): Promise<number | null>;
}

const script = join(import.meta.dirname, 'worker-process.ts');

async function untilReady(child: ChildProcess): Promise<void> {
  for await (const chunk of child.stdout ?? []) if (String(chunk).includes('ready')) return;
  throw new Error('the worker ended before it was ready');
}

/** Starts a worker whose jobs take `workMs` and note their runs in the table `job_run`. */
export async function startWorkerProcess(databaseUrl: string, workMs: number): Promise<WorkerProcess> {
  const child = spawn(process.execPath, [script, databaseUrl, String(workMs)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(child, 'exit') as Promise<[number | null]>;
  await untilReady(child);
  const end: WorkerProcess['end'] = async (signal) => {
    child.kill(signal);
    const [status] = await ended;
    return status;
  };
  return {
    pid: child.pid ?? -1,
    end,
    [Symbol.asyncDispose]: async () => void (await end('SIGKILL')),
  };
}
