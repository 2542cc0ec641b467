import type { Contract } from './contract/validate.ts';
import type { Faults } from './faults.ts';
import type { GitStore } from './git/store.ts';
import type { RequestLog } from './http/request-log.ts';
import type { Random } from './random.ts';
import type { Urls } from './shapes/urls.ts';
import type { Store } from './state/store.ts';
import type { Deliverer } from './webhooks/deliverer.ts';

/** What every part of the loopback GitHub is handed. */
export interface Core {
  readonly store: Store;
  readonly git: GitStore;
  readonly urls: Urls;
  readonly deliverer: Deliverer;
  readonly faults: Faults;
  readonly requests: RequestLog;
  readonly random: Random;
  readonly now: () => Date;
  readonly contract: Contract | null;
  /** Requests an hour for one installation. */
  readonly hourlyLimit: number;
  /** Who the OAuth page signs in when the request names nobody. */
  readonly oauthLogin: string | null;
  /** Runs `work` alone among the work of that repository. */
  readonly alone: <T>(repositoryId: number, work: () => Promise<T>) => Promise<T>;
}

/** One chain of promises for each repository: git's own locks fail instead of waiting. */
export function createTurns(): Core['alone'] {
  const tails = new Map<number, Promise<unknown>>();
  return async (repositoryId, work) => {
    const before = tails.get(repositoryId) ?? Promise.resolve();
    const turn = before.then(work, work);
    tails.set(repositoryId, turn);
    try {
      return await turn;
    } finally {
      if (tails.get(repositoryId) === turn) tails.delete(repositoryId);
    }
  };
}
