import type { Scope } from '../../domain/scope.ts';

/** What someone may do in one repository: read its pages, or also change its consent and requeue its jobs. */
export type RepositoryRole = 'read' | 'admin';

/** Who asks for a page. The person at the machine itself sees everything; one who signed in, their repositories. */
export type Visitor =
  | { readonly at: 'loopback' }
  | {
      readonly at: 'github';
      readonly login: string;
      readonly roles: ReadonlyMap<number, RepositoryRole>;
    };

/** Repositories whose rows a visitor sees; null for all rows, also those of no repository. */
export function scopeOf(visitor: Visitor): Scope {
  return visitor.at === 'loopback' ? null : [...visitor.roles.keys()];
}

export function mayRead(visitor: Visitor, repositoryId: number | null): boolean {
  if (visitor.at === 'loopback') return true;
  return repositoryId !== null && visitor.roles.has(repositoryId);
}

export function mayAdminister(visitor: Visitor, repositoryId: number | null): boolean {
  if (visitor.at === 'loopback') return true;
  return repositoryId !== null && visitor.roles.get(repositoryId) === 'admin';
}

/** Who is named in the consent ledger. */
export function actorOf(visitor: Visitor): string {
  return visitor.at === 'loopback' ? 'the local operator' : visitor.login;
}
