import type { Core } from '../core.ts';
import { accountOf } from '../state/store.ts';
import type { Account, AccountType } from '../state/types.ts';

/** Who does something: a login (a `User`), or a login with its type. */
export type Actor = string | { readonly login: string; readonly type: AccountType };

/** The instant that an operation happens; the server's clock when left out. */
export interface Timed {
  readonly at?: Date;
}

export function actorAccount(core: Core, actor: Actor, at: Date): Account {
  if (typeof actor === 'string') return accountOf(core.store, actor, 'User', at);
  return accountOf(core.store, actor.login, actor.type, at);
}

export function timeOf(core: Core, timed: Timed): Date {
  return timed.at ?? core.now();
}
