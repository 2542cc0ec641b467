import { atLeast, roleOf } from '../state/roles.ts';
import { covers, type Store } from '../state/store.ts';
import type { AccessLevel, Installation, Permissions, Repository } from '../state/types.ts';
import { ApiError, notForIntegrations, notFound } from './api-error.ts';
import type { Caller } from './caller.ts';

/** What a route asks for: any one of the permissions, at least at that level. */
export interface Need {
  readonly permissions: readonly string[];
  readonly level: 'read' | 'write';
}

export function need(level: 'read' | 'write', ...permissions: readonly string[]): Need {
  return { permissions, level };
}

export function needText(wanted: Need): string {
  return wanted.permissions.map((name) => `${name}:${wanted.level}`).join('|');
}

const rank: Record<AccessLevel, number> = { read: 1, write: 2, admin: 3 };

export function grants(permissions: Permissions, wanted: Need): boolean {
  return wanted.permissions.some((name) => {
    const level = permissions[name];
    return level !== undefined && rank[level] >= rank[wanted.level];
  });
}

/**
 * Lets a caller into a repository or throws what GitHub answers: 404 for what it may not know of, 401 or 403 else.
 * A token needs the permission for public repositories too, which is stricter than GitHub on purpose:
 * a permission that was left out shows at once.
 */
export function enter(store: Store, caller: Caller, repository: Repository, wanted: Need): void {
  if (!sees(store, caller, repository)) throw notFound();
  switch (caller.kind) {
    case 'anonymous':
      if (wanted.level === 'write') throw new ApiError(401, 'Requires authentication');
      return;
    case 'app':
      throw notForIntegrations(needHeader(wanted));
    case 'installation': {
      const outside = wanted.level === 'write' && !reaches(caller, repository);
      if (outside || !grants(caller.token.permissions, wanted)) throw notForIntegrations(needHeader(wanted));
      return;
    }
    case 'user':
      enterAsUser(store, caller, repository, wanted);
      return;
  }
}

/** Whether the caller may know that the repository exists. */
export function sees(store: Store, caller: Caller, repository: Repository): boolean {
  if (!repository.private) return true;
  if (caller.kind === 'installation') return reaches(caller, repository);
  if (caller.kind !== 'user') return false;
  const installed = userInstallation(store, caller, repository);
  return installed !== undefined && atLeast(roleOf(repository, caller.account), 'read');
}

export function reaches(caller: Extract<Caller, { kind: 'installation' }>, repository: Repository): boolean {
  const chosen = caller.token.repositoryIds;
  return covers(caller.installation, repository) && (chosen === null || chosen.has(repository.id));
}

/** A user's token can do what both the user and the app may do. */
function enterAsUser(
  store: Store,
  caller: Extract<Caller, { kind: 'user' }>,
  repository: Repository,
  wanted: Need,
): void {
  const installation = userInstallation(store, caller, repository);
  const role = roleOf(repository, caller.account);
  if (!atLeast(role, wanted.level)) throw new ApiError(403, 'Must have push access to the repository');
  if (installation === undefined && wanted.level === 'read') return;
  if (installation === undefined || !grants(installation.permissions, wanted))
    throw notForIntegrations(needHeader(wanted));
}

function userInstallation(
  store: Store,
  caller: Extract<Caller, { kind: 'user' }>,
  repository: Repository,
): Installation | undefined {
  return [...store.installations.values()].find(
    (installation) => installation.appId === caller.token.appId && covers(installation, repository),
  );
}

function needHeader(wanted: Need): string {
  return wanted.permissions.map((name) => `${name}=${wanted.level}`).join('; ');
}
