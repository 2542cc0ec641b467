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

/** Resolves at the first request to stop. A second one, a second later, ends the process at once. */
export function stopRequested(now: () => number): Promise<NodeJS.Signals> {
  let first: number | null = null;
  return new Promise((resolve) => {
    for (const signal of signals) {
      process.on(signal, () => {
        if (countsAsSecond(first, now())) process.exit(128 + constants.signals[signal]);
        first ??= now();
        resolve(signal);
      });
    }
  });
}
