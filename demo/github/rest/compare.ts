import type { Hono } from 'hono';
import { headRepositoryOf } from '../actions/open-pull.ts';
import { need, sees } from '../auth/access.ts';
import { notFound } from '../auth/api-error.ts';
import type { Core } from '../core.ts';
import { countApart, mergeBaseOf, readCommit, readCommits, resolveCommit } from '../git/commits.ts';
import { rawDiff, rawPatchSeries, readDiff } from '../git/diff.ts';
import { fetchInto } from '../git/store.ts';
import { repositoryFor, type ApiContext, type ApiEnvironment } from '../http/context.ts';
import { paginate } from '../http/pagination.ts';
import { mediaType, reply, replyText } from '../http/reply.ts';
import { commitShape, fileShape } from '../shapes/commit.ts';
import { apiOf, webOf } from '../shapes/urls.ts';
import { lookUpRepository } from '../state/store.ts';
import type { Repository } from '../state/types.ts';

const mostFiles = 300;

export function compareRoutes(core: Core, api: Hono<ApiEnvironment>): void {
  api.get('/repos/:owner/:repo/compare/:range{.+}', (c) => compare(core, c, c.req.param('range')));
}

interface Ends {
  readonly base: string;
  readonly head: string;
  readonly mergeBase: string;
}

async function compare(core: Core, c: ApiContext, range: string): Promise<Response> {
  const repository = repositoryFor(core, c, need('read', 'contents'));
  const ends = await endsOf(core, c, repository, range);
  const dir = core.git.pathOf(repository.id);
  const type = mediaType(c);
  if (type === 'diff')
    return replyText(
      c,
      await rawDiff(dir, ends.mergeBase, ends.head),
      'application/vnd.github.diff; charset=utf-8',
    );
  if (type === 'patch') {
    const series = await rawPatchSeries(dir, `${ends.mergeBase}..${ends.head}`);
    return replyText(c, series, 'application/vnd.github.patch; charset=utf-8');
  }
  return comparison(core, c, repository, range, ends);
}

async function comparison(
  core: Core,
  c: ApiContext,
  repository: Repository,
  range: string,
  ends: Ends,
): Promise<Response> {
  const dir = core.git.pathOf(repository.id);
  const [base, fork, apart, commits, files] = await Promise.all([
    readCommit(dir, ends.base),
    readCommit(dir, ends.mergeBase),
    countApart(dir, ends.base, ends.head),
    readCommits(dir, ['--reverse', '--topo-order', `${ends.base}..${ends.head}`]),
    readDiff(dir, ends.mergeBase, ends.head),
  ]);
  if (base === null || fork === null) throw notFound();
  const web = `${webOf(core.urls, repository)}/compare/${range}`;
  return reply(core, c, {
    url: `${apiOf(core.urls, repository)}/compare/${range}`,
    html_url: web,
    permalink_url: web,
    diff_url: `${web}.diff`,
    patch_url: `${web}.patch`,
    base_commit: commitShape(core.urls, core.store, repository, base),
    merge_base_commit: commitShape(core.urls, core.store, repository, fork),
    status: statusOf(apart),
    ahead_by: apart.ahead,
    behind_by: apart.behind,
    total_commits: commits.length,
    commits: paginate(c, commits).map((commit) => commitShape(core.urls, core.store, repository, commit)),
    files: files.slice(0, mostFiles).map((file) => fileShape(core.urls, repository, ends.head, file)),
  });
}

async function endsOf(core: Core, c: ApiContext, repository: Repository, range: string): Promise<Ends> {
  const [from, to] = range.split('...');
  if (from === undefined || to === undefined) throw notFound();
  const base = await endOf(core, c, repository, from);
  const head = await endOf(core, c, repository, to);
  const mergeBase = await mergeBaseOf(core.git.pathOf(repository.id), base, head);
  if (mergeBase === null) throw notFound();
  return { base, head, mergeBase };
}

/** `branch`, `sha`, or `owner:branch` for a fork, whose commit is then copied over. */
async function endOf(core: Core, c: ApiContext, repository: Repository, name: string): Promise<string> {
  const place = headRepositoryOf(core, repository, name);
  const home = place === null ? undefined : lookUpRepository(core.store, place.repo);
  if (place === null || home === undefined || !sees(core.store, c.var.caller, home)) throw notFound();
  const sha = await resolveCommit(core.git.pathOf(home.id), place.branch);
  if (sha === null) throw notFound();
  if (home.id !== repository.id) {
    await fetchInto(core.git.pathOf(repository.id), core.git.pathOf(home.id), sha, `refs/compared/${sha}`);
  }
  return sha;
}

function statusOf(apart: { ahead: number; behind: number }): string {
  if (apart.ahead === 0) return apart.behind === 0 ? 'identical' : 'behind';
  return apart.behind === 0 ? 'ahead' : 'diverged';
}
