import type { HttpBindings } from '@hono/node-server';
import type { Context } from 'hono';
import { enter, needText, sees, type Need } from '../auth/access.ts';
import { ApiError, notFound } from '../auth/api-error.ts';
import type { Caller } from '../auth/caller.ts';
import type { Core } from '../core.ts';
import { isPull, lookUpRepository } from '../state/store.ts';
import type { Issue, PullIssue, Repository } from '../state/types.ts';
import type { RequestRecord } from './request-log.ts';

export interface ApiEnvironment {
  Bindings: HttpBindings;
  Variables: { caller: Caller; record: RequestRecord; body: unknown };
}

export type ApiContext = Context<ApiEnvironment>;

/** The repository of the route, once the caller may have it. Throws what GitHub answers otherwise. */
export function repositoryFor(core: Core, c: ApiContext, wanted: Need): Repository {
  const name = `${c.req.param('owner')}/${c.req.param('repo')}`;
  const { record, caller } = c.var;
  record.repository = name;
  record.needed.push(needText(wanted));
  const repository = lookUpRepository(core.store, name);
  if (repository === undefined) throw movedOrGone(core, c, name);
  enter(core.store, caller, repository, wanted);
  return repository;
}

/** Throws 410 for a deleted issue, 301 for a transferred one, else 404. */
export function issueFor(core: Core, c: ApiContext, repository: Repository): Issue {
  const number = Number(c.req.param('number'));
  const issue = repository.issues.get(number);
  if (issue !== undefined) return issue;
  if (repository.goneIssues.has(number)) throw new ApiError(410, 'This issue was deleted');
  const moved = repository.movedIssues.get(number);
  const home = moved === undefined ? undefined : core.store.repositories.get(moved.repositoryId);
  if (moved === undefined || home === undefined || !sees(core.store, c.var.caller, home)) throw notFound();
  throw redirect(`${core.urls.api}/repositories/${home.id}/issues/${moved.number}`);
}

export function pullFor(c: ApiContext, repository: Repository): PullIssue {
  const issue = repository.issues.get(Number(c.req.param('number')));
  if (issue === undefined || !isPull(issue)) throw notFound();
  return issue;
}

function movedOrGone(core: Core, c: ApiContext, name: string): ApiError {
  const id = core.store.formerNames.get(name.toLowerCase());
  const repository = id === undefined ? undefined : core.store.repositories.get(id);
  if (repository === undefined || !sees(core.store, c.var.caller, repository)) return notFound();
  const url = new URL(c.req.url);
  const rest = url.pathname
    .split('/')
    .slice(6)
    .map((part) => `/${part}`)
    .join('');
  return redirect(`${core.urls.api}/repositories/${repository.id}${rest}${url.search}`);
}

function redirect(location: string): ApiError {
  return new ApiError(301, 'Moved Permanently', { location });
}
