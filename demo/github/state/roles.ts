import type { Account, Repository, Role } from './types.ts';

const rank: Record<Role, number> = { none: 0, read: 1, triage: 2, write: 3, maintain: 4, admin: 5 };

/** What an account may do in a repository: the owner everything, anyone may read what is public. */
export function roleOf(repository: Repository, account: Account): Role {
  if (account.id === repository.owner.id) return 'admin';
  const given = repository.collaborators.get(account.login.toLowerCase());
  if (given !== undefined) return given;
  return repository.private ? 'none' : 'read';
}

export function atLeast(role: Role, wanted: Role): boolean {
  return rank[role] >= rank[wanted];
}

/** GitHub folds `maintain` into `write` and `triage` into `read` in the older `permission` field. */
export function legacyPermission(role: Role): 'admin' | 'write' | 'read' | 'none' {
  if (role === 'maintain') return 'write';
  if (role === 'triage') return 'read';
  return role;
}

export function permissionFlags(role: Role): Record<string, boolean> {
  return {
    admin: atLeast(role, 'admin'),
    maintain: atLeast(role, 'maintain'),
    push: atLeast(role, 'write'),
    triage: atLeast(role, 'triage'),
    pull: atLeast(role, 'read'),
  };
}

export function associationOf(repository: Repository, account: Account): string {
  if (account.id === repository.owner.id) return 'OWNER';
  if (repository.collaborators.has(account.login.toLowerCase())) return 'COLLABORATOR';
  for (const issue of repository.issues.values()) {
    if (issue.user.id === account.id && issue.pull?.mergedAt != null) return 'CONTRIBUTOR';
  }
  return 'NONE';
}
