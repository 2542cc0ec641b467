import type { Hono } from 'hono';
import { need } from '../auth/access.ts';
import { ApiError, notFound } from '../auth/api-error.ts';
import type { Core } from '../core.ts';
import { readCommit, readCommits, resolveCommit, type CommitFact } from '../git/commits.ts';
import { firstParent, rawDiff, rawPatchSeries, readDiff } from '../git/diff.ts';
import { repositoryFor, type ApiContext, type ApiEnvironment } from '../http/context.ts';
import { paginate } from '../http/pagination.ts';
import { mediaType, reply, replyText } from '../http/reply.ts';
import { commitShape, fileShape } from '../shapes/commit.ts';
import type { JsonObject } from '../shapes/json.ts';
import { simplePullShape } from '../shapes/pull.ts';
import { isPull } from '../state/store.ts';
import type { PullIssue, Repository } from '../state/types.ts';
import { compareRoutes } from './compare.ts';

const contents = need('read', 'contents');

export function commitRoutes(core: Core, api: Hono<ApiEnvironment>): void {
  api.get('/repos/:owner/:repo/commits', async (c) => {
    const repository = repositoryFor(core, c, contents);
    const dir = core.git.pathOf(repository.id);
    const start = await resolveCommit(dir, c.req.query('sha') ?? repository.defaultBranch);
    if (start === null) throw new ApiError(409, 'Git Repository is empty.');
    const page = paginate(c, await readCommits(dir, [start]));
    return reply(
      core,
      c,
      page.map((commit) => commitShape(core.urls, core.store, repository, commit)),
    );
  });
  api.get('/repos/:owner/:repo/commits/:sha/pulls', async (c) => {
    const repository = repositoryFor(core, c, need('read', 'pull_requests'));
    const sha = await resolveCommit(core.git.pathOf(repository.id), c.req.param('sha'));
    if (sha === null) throw notFound();
    const pulls = await pullsWith(core, repository, sha);
    const page = paginate(c, pulls);
    return reply(
      core,
      c,
      page.map((issue) => simplePullShape(core.urls, core.store, repository, issue)),
    );
  });
  api.get('/repos/:owner/:repo/commits/:ref{.+}', (c) => showCommit(core, c, c.req.param('ref')));
  compareRoutes(core, api);
}

async function showCommit(core: Core, c: ApiContext, ref: string): Promise<Response> {
  const repository = repositoryFor(core, c, contents);
  const dir = core.git.pathOf(repository.id);
  const commit = await readCommit(dir, ref);
  if (commit === null) throw new ApiError(422, 'No commit found for the given SHA or reference.');
  const parent = firstParent(commit.parents);
  const type = mediaType(c);
  if (type === 'diff')
    return replyText(c, await rawDiff(dir, parent, commit.sha), 'application/vnd.github.diff; charset=utf-8');
  if (type === 'patch') {
    const series = await rawPatchSeries(dir, `${commit.sha}^!`);
    return replyText(c, series, 'application/vnd.github.patch; charset=utf-8');
  }
  return reply(core, c, await wholeCommit(core, repository, commit, parent));
}

/** With statistics and up to 300 files, as for a single commit. */
async function wholeCommit(
  core: Core,
  repository: Repository,
  commit: CommitFact,
  parent: string,
): Promise<JsonObject> {
  const files = await readDiff(core.git.pathOf(repository.id), parent, commit.sha);
  let additions = 0;
  let deletions = 0;
  for (const file of files) {
    additions += file.additions;
    deletions += file.deletions;
  }
  return {
    ...commitShape(core.urls, core.store, repository, commit),
    stats: { additions, deletions, total: additions + deletions },
    files: files.slice(0, 300).map((file) => fileShape(core.urls, repository, commit.sha, file)),
  };
}

/** Pull requests that hold the commit, or whose merge made it. */
async function pullsWith(core: Core, repository: Repository, sha: string): Promise<PullIssue[]> {
  const found: PullIssue[] = [];
  for (const issue of repository.issues.values()) {
    if (isPull(issue) && (await holds(core, repository, issue, sha))) found.push(issue);
  }
  return found;
}

async function holds(core: Core, repository: Repository, issue: PullIssue, sha: string): Promise<boolean> {
  const { mergeBase, headSha, mergeCommitSha } = issue.pull;
  if (sha === headSha || sha === mergeCommitSha) return true;
  const commits = await readCommits(core.git.pathOf(repository.id), [`${mergeBase}..${headSha}`]);
  return commits.some((commit) => commit.sha === sha);
}
