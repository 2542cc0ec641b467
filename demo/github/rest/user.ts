import type { Hono } from 'hono';
import { ApiError, notFound } from '../auth/api-error.ts';
import type { Caller } from '../auth/caller.ts';
import type { Core } from '../core.ts';
import type { ApiContext, ApiEnvironment } from '../http/context.ts';
import { paginate } from '../http/pagination.ts';
import { reply } from '../http/reply.ts';
import { publicUserShape } from '../shapes/account.ts';
import { installationShape } from '../shapes/installation.ts';
import { repositoryShape } from '../shapes/repository.ts';
import { atLeast, permissionFlags, roleOf } from '../state/roles.ts';
import { repositoriesOf } from '../state/store.ts';
import type { Account, Installation, Repository } from '../state/types.ts';

/** Routes for a person who signed in, and public profiles. */
export function userRoutes(core: Core, api: Hono<ApiEnvironment>): void {
  api.get('/user', (c) => {
    const { account } = signedIn(c);
    return reply(core, c, publicUserShape(core.urls, account, publicCount(core, account)));
  });
  api.get('/users/:login', (c) => {
    const account = core.store.accounts.get(c.req.param('login').toLowerCase());
    if (account === undefined || account.deleted) throw notFound();
    return reply(core, c, publicUserShape(core.urls, account, publicCount(core, account)));
  });
  api.get('/user/installations', (c) => {
    const all = installationsFor(core, signedIn(c));
    const installations = paginate(c, all).map((found) => installationShape(core.urls, core.store, found));
    return reply(core, c, { total_count: all.length, installations });
  });
  api.get('/user/installations/:id/repositories', (c) => {
    const caller = signedIn(c);
    const installation = installationsFor(core, caller).find(
      (found) => found.id === Number(c.req.param('id')),
    );
    if (installation === undefined) throw notFound();
    const all = shared(core, installation, caller.account);
    const repositories = paginate(c, all).map((repository) => ({
      ...repositoryShape(core.urls, repository),
      permissions: permissionFlags(roleOf(repository, caller.account)),
    }));
    return reply(core, c, {
      total_count: all.length,
      repository_selection: installation.selection,
      repositories,
    });
  });
}

function signedIn(c: ApiContext): Extract<Caller, { kind: 'user' }> {
  const { caller } = c.var;
  if (caller.kind === 'anonymous') throw new ApiError(401, 'Requires authentication');
  if (caller.kind !== 'user') throw new ApiError(403, 'Resource not accessible by integration');
  return caller;
}

/** Installations of the token's app in which the person may do something. */
function installationsFor(core: Core, caller: Extract<Caller, { kind: 'user' }>): Installation[] {
  return [...core.store.installations.values()].filter(
    (installation) =>
      installation.appId === caller.token.appId &&
      !installation.deleted &&
      belongs(core, installation, caller.account),
  );
}

function belongs(core: Core, installation: Installation, account: Account): boolean {
  return installation.account.id === account.id || shared(core, installation, account).length > 0;
}

/** Reading what is public to anyone does not make a repository one's own. */
function shared(core: Core, installation: Installation, account: Account): Repository[] {
  return repositoriesOf(core.store, installation).filter((repository) => {
    const named = repository.collaborators.has(account.login.toLowerCase());
    return named || atLeast(roleOf(repository, account), 'admin');
  });
}

function publicCount(core: Core, account: Account): number {
  const all = [...core.store.repositories.values()];
  return all.filter((repository) => repository.owner.id === account.id && !repository.private).length;
}
