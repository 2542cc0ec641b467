import { ApiError } from '../auth/api-error.ts';
import type { Core } from '../core.ts';
import type { ApiContext } from '../http/context.ts';
import { appOf } from '../state/store.ts';
import type { Account } from '../state/types.ts';

/** In whose name a request writes: the app's bot, or the user that signed in. */
export function actingAccount(core: Core, c: ApiContext): Account {
  const { caller } = c.var;
  if (caller.kind === 'installation') return appOf(core.store, caller.installation).bot;
  if (caller.kind === 'user') return caller.account;
  throw new ApiError(401, 'Requires authentication');
}
