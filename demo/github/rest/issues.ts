import type { Hono } from 'hono';
import { z } from 'zod';
import { commentIssue } from '../actions/comments.ts';
import { openIssue } from '../actions/issues.ts';
import { need, sees } from '../auth/access.ts';
import { ApiError, notFound } from '../auth/api-error.ts';
import type { Core } from '../core.ts';
import { issueFor, repositoryFor, type ApiContext, type ApiEnvironment } from '../http/context.ts';
import { paginate } from '../http/pagination.ts';
import { reply } from '../http/reply.ts';
import { commentShape, fullIssueShape, issueShape } from '../shapes/issue.ts';
import { labelShape } from '../shapes/repository.ts';
import { timelineShape } from '../shapes/timeline.ts';
import { fullName } from '../state/store.ts';
import type { Issue, Repository } from '../state/types.ts';
import { actingAccount } from './acting.ts';

const either = need('read', 'issues', 'pull_requests');
const issuesOnly = need('read', 'issues');

const issueSchema = z.object({
  title: z.string(),
  body: z.string().nullish(),
  labels: z.array(z.string()).optional(),
});
const commentSchema = z.object({ body: z.string() });

/** Issues, their conversation and their timeline; pull requests have one, too. */
export function issueRoutes(core: Core, api: Hono<ApiEnvironment>): void {
  api.get('/repos/:owner/:repo/issues', (c) => {
    const repository = repositoryFor(core, c, issuesOnly);
    const page = paginate(c, listed(c, repository));
    return reply(
      core,
      c,
      page.map((issue) => issueShape(core.urls, repository, issue)),
    );
  });
  api.post('/repos/:owner/:repo/issues', (c) => {
    const repository = repositoryFor(core, c, need('write', 'issues'));
    const input = issueSchema.safeParse(c.var.body);
    if (!input.success) throw new ApiError(422, 'Validation Failed');
    const { title, body, labels } = input.data;
    const opened = openIssue(core, {
      repo: fullName(repository),
      title,
      body: body ?? null,
      labels: labels ?? [],
      author: actingAccount(core, c),
    });
    const issue = repository.issues.get(opened.number);
    if (issue === undefined) throw notFound();
    return reply(core, c, fullIssueShape(core.urls, repository, issue), 201);
  });
  api.get('/repos/:owner/:repo/issues/comments/:id', (c) => {
    const repository = repositoryFor(core, c, either);
    for (const issue of repository.issues.values()) {
      const comment = issue.comments.find((candidate) => candidate.id === Number(c.req.param('id')));
      if (comment !== undefined) return reply(core, c, commentShape(core.urls, repository, issue, comment));
    }
    throw notFound();
  });
  api.get('/repos/:owner/:repo/issues/:number{[0-9]+}', (c) => {
    const { repository, issue } = found(core, c);
    return reply(core, c, fullIssueShape(core.urls, repository, issue));
  });
  conversationRoutes(core, api);
}

function conversationRoutes(core: Core, api: Hono<ApiEnvironment>): void {
  api.get('/repos/:owner/:repo/issues/:number{[0-9]+}/comments', (c) => {
    const { repository, issue } = found(core, c);
    const since = new Date(c.req.query('since') ?? 0);
    const page = paginate(
      c,
      issue.comments.filter((comment) => comment.updatedAt >= since),
    );
    return reply(
      core,
      c,
      page.map((comment) => commentShape(core.urls, repository, issue, comment)),
    );
  });
  api.post('/repos/:owner/:repo/issues/:number{[0-9]+}/comments', (c) => {
    const repository = repositoryFor(core, c, need('write', 'issues', 'pull_requests'));
    const issue = issueFor(core, c, repository);
    const input = commentSchema.safeParse(c.var.body);
    if (!input.success) throw new ApiError(422, 'Validation Failed');
    const author = actingAccount(core, c);
    const { id } = commentIssue(core, {
      repo: fullName(repository),
      number: issue.number,
      author,
      body: input.data.body,
    });
    const comment = issue.comments.find((candidate) => candidate.id === id);
    if (comment === undefined) throw notFound();
    return reply(core, c, commentShape(core.urls, repository, issue, comment), 201);
  });
  api.get('/repos/:owner/:repo/issues/:number{[0-9]+}/labels', (c) => {
    const { repository, issue } = found(core, c);
    return reply(
      core,
      c,
      paginate(c, issue.labels).map((label) => labelShape(core.urls, repository, label)),
    );
  });
  api.get('/repos/:owner/:repo/issues/:number{[0-9]+}/timeline', (c) => {
    const { repository, issue } = found(core, c);
    const visible = (other: Repository): boolean => sees(core.store, c.var.caller, other);
    const shapes = issue.timeline
      .map((entry) => timelineShape(core.urls, core.store, repository, issue, entry, visible))
      .filter((shape) => shape !== null);
    return reply(core, c, paginate(c, shapes));
  });
}

/** A pull request may be read with either permission, an issue with `issues` only. */
function found(core: Core, c: ApiContext): { repository: Repository; issue: Issue } {
  const repository = repositoryFor(core, c, either);
  const issue = issueFor(core, c, repository);
  if (issue.pull === null) repositoryFor(core, c, issuesOnly);
  return { repository, issue };
}

function listed(c: ApiContext, repository: Repository): Issue[] {
  const state = c.req.query('state') ?? 'open';
  const since = new Date(c.req.query('since') ?? 0);
  const sort = c.req.query('sort') === 'updated' ? 'updatedAt' : 'createdAt';
  const sign = c.req.query('direction') === 'asc' ? 1 : -1;
  return [...repository.issues.values()]
    .filter((issue) => (state === 'all' || issue.state === state) && issue.updatedAt >= since)
    .sort((one, other) => sign * (one[sort].getTime() - other[sort].getTime() || one.number - other.number));
}
