import { MendloopError } from '../../../src/domain/errors.ts';
import type { Core } from '../core.ts';
import { accountOf, repositoryNamed } from '../state/store.ts';
import type { AccountType, Role } from '../state/types.ts';
import { timeOf, type Timed } from './actors.ts';

export function createAccount(
  core: Core,
  input: Timed & { readonly login: string; readonly type?: AccountType },
): { id: number } {
  return { id: accountOf(core.store, input.login, input.type ?? 'User', timeOf(core, input)).id };
}

/** Leaves its issues, comments and pull requests with no author. */
export function deleteAccount(core: Core, login: string): void {
  const account = core.store.accounts.get(login.toLowerCase());
  if (account === undefined) throw new MendloopError('not_found', 'no such account in the loopback GitHub');
  account.deleted = true;
}

export function setRole(
  core: Core,
  input: { readonly repo: string; readonly login: string; readonly role: Role },
): void {
  accountOf(core.store, input.login, 'User', core.now());
  const { collaborators } = repositoryNamed(core.store, input.repo);
  if (input.role === 'none') collaborators.delete(input.login.toLowerCase());
  else collaborators.set(input.login.toLowerCase(), input.role);
}
