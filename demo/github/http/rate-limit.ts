import { ApiError } from '../auth/api-error.ts';
import type { Caller } from '../auth/caller.ts';

export interface Budget {
  readonly limit: number;
  readonly used: number;
  readonly remaining: number;
  /** Seconds since the epoch. */
  readonly reset: number;
}

export interface Meter {
  /** Counts one request. Throws 403 once the hour's requests are used up. */
  readonly spend: (caller: Caller) => Budget;
  readonly look: (caller: Caller) => Budget;
}

const hourSeconds = 3_600;
const anonymousLimit = 60;

export function createMeter(hourlyLimit: number, now: () => Date): Meter {
  const windows = new Map<string, { reset: number; used: number }>();

  function window(caller: Caller): { reset: number; used: number } {
    const seconds = Math.floor(now().getTime() / 1000);
    const known = windows.get(keyOf(caller));
    if (known !== undefined && known.reset > seconds) return known;
    const fresh = { reset: seconds + hourSeconds, used: 0 };
    windows.set(keyOf(caller), fresh);
    return fresh;
  }

  function budget(caller: Caller): Budget {
    const limit = caller.kind === 'anonymous' ? Math.min(anonymousLimit, hourlyLimit) : hourlyLimit;
    const { reset, used } = window(caller);
    return { limit, used, remaining: Math.max(0, limit - used), reset };
  }

  return {
    look: budget,
    spend: (caller) => {
      const before = budget(caller);
      if (before.remaining === 0) throw exhausted(caller, before);
      window(caller).used++;
      return budget(caller);
    },
  };
}

export function rateHeaders(budget: Budget, resource: string): Record<string, string> {
  return {
    'x-ratelimit-limit': String(budget.limit),
    'x-ratelimit-remaining': String(budget.remaining),
    'x-ratelimit-used': String(budget.used),
    'x-ratelimit-reset': String(budget.reset),
    'x-ratelimit-resource': resource,
  };
}

function exhausted(caller: Caller, budget: Budget): ApiError {
  const whom = caller.kind === 'installation' ? `installation ID ${caller.installation.id}` : 'this caller';
  return new ApiError(403, `API rate limit exceeded for ${whom}.`, rateHeaders(budget, 'core'));
}

function keyOf(caller: Caller): string {
  switch (caller.kind) {
    case 'installation':
      return `installation:${caller.installation.id}`;
    case 'app':
      return `app:${caller.app.id}`;
    case 'user':
      return `user:${caller.account.id}`;
    case 'anonymous':
      return 'anonymous';
  }
}
