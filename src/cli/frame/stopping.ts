import { constants } from 'node:os';

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * A terminal sends Ctrl-C to the whole group, and npm and our launcher pass it on: the same wish arrives up to three
 * times within milliseconds. Only a signal that comes later asks for the immediate end.
 */
const sameWishMs = 1000;

/** Whether a signal at `now` is another wish than the one at `first`; milliseconds of one clock. */
export function countsAsSecond(first: number | null, now: number): boolean {
  return first !== null && now - first > sameWishMs;
}

/** How long a process whose parent has ended may go on unnoticed. */
const lookEveryMs = 500;

/**
 * npm passes SIGTERM to the shell that it started, and the shell ends without passing it on: that the parent is another
 * one is all that a command below npm ever sees of the signal.
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

/** Resolves at the first request to stop, with what it was. A second one, a second later, ends the process at once. */
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
