import { setTimeout as sleep } from 'node:timers/promises';

export interface Polling {
  readonly intervalMs: number;
  /** Counted from the first look; a last look happens when it is over. Without it the polling has no deadline. */
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
}

/**
 * Calls `look` at once and then every `intervalMs` until its answer is neither null nor false, and returns that answer.
 * Returns null after the deadline and as soon as the signal is aborted. What `look` throws ends the polling.
 */
export async function pollUntil<T>(
  look: () => Promise<T | null | false> | T | null | false,
  { intervalMs, timeoutMs = Infinity, signal }: Polling,
): Promise<T | null> {
  const deadline = performance.now() + timeoutMs;
  while (signal?.aborted !== true) {
    const isLast = performance.now() >= deadline;
    const answer = await look();
    if (answer !== null && answer !== false) return answer;
    if (isLast) return null;
    await pause(Math.min(intervalMs, deadline - performance.now()), signal);
  }
  return null;
}

/** Waits so many milliseconds; an aborted signal ends the wait early and is no error. */
export async function pause(milliseconds: number, signal?: AbortSignal): Promise<void> {
  await sleep(Math.max(0, milliseconds), undefined, signal === undefined ? {} : { signal }).catch(
    () => undefined,
  );
}
