import { setTimeout as sleep } from 'node:timers/promises';
import type { NativeStatus } from '../domain/cluster-job.ts';

const pauseMs = 200;

export function isAtWork({ state }: NativeStatus): boolean {
  return state === 'queued' || state === 'running';
}

/** Whether the job ended within the time. */
export async function endsWithin(seconds: number, status: () => Promise<NativeStatus>): Promise<boolean> {
  const until = Date.now() + seconds * 1000;
  for (;;) {
    if (!isAtWork(await status())) return true;
    if (Date.now() >= until) return false;
    await sleep(Math.min(pauseMs, until - Date.now()));
  }
}
