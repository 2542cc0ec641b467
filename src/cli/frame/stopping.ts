import { constants } from 'node:os';
import { processEnvironment } from '../../config/process-environment.ts';

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * A terminal sends Ctrl-C to the whole process group, and npm and the launcher forward it: one request arrives up to three
 * times within milliseconds. Only a later signal requests the immediate end.
 */
const oneRequestMs = 1000;

/** Whether a signal at `now` is another request than the one at `first`, in milliseconds of one clock. */
export function countsAsSecond(first: number | null, now: number): boolean {
  return first !== null && now - first > oneRequestMs;
}

/** How long a process whose parent has ended may run unnoticed. */
const lookEveryMs = 500;

/**
 * npm sends SIGTERM to the shell that it started, and the shell ends without forwarding the signal. A command below npm
 * notices only that its parent process has changed.
 */
function whenParentEnds(done: () => void): void {
  const parent = process.ppid;
  const look = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(look);
    done();
  }, lookEveryMs);
  look.unref();
}

export interface StopOptions {
  /** Milliseconds of a clock that only goes forward. */
  readonly now: () => number;
  /** npm started this process: the end of the parent is a request too. */
  readonly belowNpm: boolean;
}

/** Resolves with the first request to stop. A second request, a second later, ends the process at once. */
export function stopRequested({ now, belowNpm }: StopOptions): Promise<NodeJS.Signals | 'parent ended'> {
  let first: number | null = null;
  return new Promise((resolve) => {
    for (const signal of signals) {
      process.on(signal, () => {
        if (countsAsSecond(first, now())) process.exit(128 + constants.signals[signal]);
        first ??= now();
        resolve(signal);
      });
    }
    if (belowNpm) whenParentEnds(() => resolve('parent ended'));
  });
}

/** A signal that is aborted at the first request to stop; called once in a process. */
export function abortOnStop(): AbortSignal {
  const stopping = new AbortController();
  const belowNpm = processEnvironment()['npm_command'] !== undefined;
  void stopRequested({ now: () => performance.now(), belowNpm }).then(() => stopping.abort());
  return stopping.signal;
}
