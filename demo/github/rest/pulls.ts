import type { Hono } from 'hono';
import { z } from 'zod';
import { isMendloopError } from '../../../src/domain/errors.ts';
import { headRepositoryOf, openPull } from '../actions/open-pull.ts';
import { need } from '../auth/access.ts';
import { ApiError } from '../auth/api-error.ts';
import type { Core } from '../core.ts';
import { rawDiff, rawPatchSeries } from '../git/diff.ts';
import { canMerge } from '../git/merge.ts';
import { refSha } from '../git/store.ts';
import { pullFor, repositoryFor, type ApiContext, type ApiEnvironment } from '../http/context.ts';
import { paginate } from '../http/pagination.ts';
import { mediaType, reply, replyText } from '../http/reply.ts';
import { pullShape, simplePullShape } from '../shapes/pull.ts';
import { reviewCommentShape, reviewShape } from '../shapes/review.ts';
import { fullName, isPull, pullNumbered } from '../state/store.ts';
import type { PullIssue, Repository } from '../state/types.ts';
import { actingAccount } from './acting.ts';
import { pullChangeRoutes } from './pull-changes.ts';

const read = need('read', 'pull_requests');

const pullSchema = z.object({
  title: z.string(),
  head: z.string(),
  base: z.string(),
  body: z.string().nullish(),
  draft: z.boolean().optional(),
});

export function pullRoutes(core: Core, api: Hono<ApiEnvironment>): void {
  api.get('/repos/:owner/:repo/pulls', (c) => {
    const repository = repositoryFor(core, c, read);
    const page = paginate(c, listed(c, repository));
    return reply(
      core,
      c,
      page.map((issue) => simplePullShape(core.urls, core.store, repository, issue)),
    );
  });
  api.post('/repos/:owner/:repo/pulls', (c) => create(core, c));
  api.get('/repos/:owner/:repo/pulls/:number{[0-9]+}', (c) => show(core, c));
  api.get('/repos/:owner/:repo/pulls/:number{[0-9]+}/reviews', (c) => {
    const repository = repositoryFor(core, c, read);
    const issue = pullFor(c, repository);
    const page = paginate(c, issue.pull.reviews);
    return reply(
      core,
      c,
      page.map((review) => reviewShape(core.urls, repository, issue, review)),
    );
  });
  api.get('/repos/:owner/:repo/pulls/:number{[0-9]+}/comments', (c) => {
    const repository = repositoryFor(core, c, read);
    const issue = pullFor(c, repository);
    const page = paginate(c, issue.pull.reviewComments);
    return reply(
      core,
      c,
      page.map((comment) => reviewCommentShape(core.urls, repository, issue, comment)),
    );
  });
  pullChangeRoutes(core, api);
}

async function show(core: Core, c: ApiContext): Promise<Response> {
  const repository = repositoryFor(core, c, read);
  const issue = pullFor(c, repository);
  const dir = core.git.pathOf(repository.id);
  const { mergeBase, headSha } = issue.pull;
  const type = mediaType(c);
  if (type === 'diff')
    return replyText(c, await rawDiff(dir, mergeBase, headSha), 'application/vnd.github.diff; charset=utf-8');
  if (type === 'patch') {
    const series = await rawPatchSeries(dir, `${mergeBase}..${headSha}`);
    return replyText(c, series, 'application/vnd.github.patch; charset=utf-8');
  }
  const mergeable = await mergeability(core, repository, issue);
  return reply(core, c, pullShape(core.urls, core.store, repository, issue, mergeable));
}

/** `null` for a pull request that is closed, and when its base branch is gone. */
async function mergeability(core: Core, repository: Repository, issue: PullIssue): Promise<boolean | null> {
  if (issue.state === 'closed') return null;
  const dir = core.git.pathOf(repository.id);
  const tip = await refSha(dir, `refs/heads/${issue.pull.baseBranch}`);
  return tip === null ? null : canMerge(dir, tip, issue.pull.headSha);
}

async function create(core: Core, c: ApiContext): Promise<Response> {
  const repository = repositoryFor(core, c, need('write', 'pull_requests'));
  const input = pullSchema.safeParse(c.var.body);
  if (!input.success) throw new ApiError(422, 'Validation Failed');
  const { title, body, base, draft } = input.data;
  const head = headRepositoryOf(core, repository, input.data.head);
  if (head === null) throw new ApiError(422, 'Validation Failed');
  const author = actingAccount(core, c);
  const pull = {
    repo: fullName(repository),
    head,
    base,
    title,
    body: body ?? null,
    author,
    draft: draft ?? false,
  };
  const opened = await openPull(core, pull).catch((error: unknown) => {
    if (isMendloopError(error)) throw new ApiError(422, 'Validation Failed');
    throw error;
  });
  const issue = pullNumbered(repository, opened.number);
  return reply(core, c, pullShape(core.urls, core.store, repository, issue, null), 201);
}

function listed(c: ApiContext, repository: Repository): PullIssue[] {
  const state = c.req.query('state') ?? 'open';
  const base = c.req.query('base');
  const head = c.req.query('head');
  const sort = c.req.query('sort') === 'updated' ? 'updatedAt' : 'createdAt';
  const sign = c.req.query('direction') === 'asc' ? 1 : -1;
  return [...repository.issues.values()]
    .filter(isPull)
    .filter((issue) => state === 'all' || issue.state === state)
    .filter(({ pull }) => base === undefined || pull.baseBranch === base)
    .filter(({ pull }) => head === undefined || `${pull.headOwner.login}:${pull.headBranch}` === head)
    .sort((one, other) => sign * (one[sort].getTime() - other[sort].getTime() || one.number - other.number));
}
