import type { Hono } from 'hono';
import { need } from '../auth/access.ts';
import type { Core } from '../core.ts';
import { readCommits } from '../git/commits.ts';
import { readDiff } from '../git/diff.ts';
import { pullFor, repositoryFor, type ApiEnvironment } from '../http/context.ts';
import { paginate } from '../http/pagination.ts';
import { reply } from '../http/reply.ts';
import { commitShape, fileShape } from '../shapes/commit.ts';

const read = need('read', 'pull_requests');
const mostCommits = 250;
const mostFiles = 3_000;

/** What a pull request changes, with GitHub's caps on both lists. */
export function pullChangeRoutes(core: Core, api: Hono<ApiEnvironment>): void {
  api.get('/repos/:owner/:repo/pulls/:number{[0-9]+}/commits', async (c) => {
    const repository = repositoryFor(core, c, read);
    const { mergeBase, headSha } = pullFor(c, repository).pull;
    const dir = core.git.pathOf(repository.id);
    const commits = await readCommits(dir, ['--reverse', '--topo-order', `${mergeBase}..${headSha}`]);
    const page = paginate(c, commits.slice(0, mostCommits));
    return reply(
      core,
      c,
      page.map((commit) => commitShape(core.urls, core.store, repository, commit)),
    );
  });
  api.get('/repos/:owner/:repo/pulls/:number{[0-9]+}/files', async (c) => {
    const repository = repositoryFor(core, c, read);
    const { mergeBase, headSha } = pullFor(c, repository).pull;
    const files = await readDiff(core.git.pathOf(repository.id), mergeBase, headSha);
    const page = paginate(c, files.slice(0, mostFiles));
    return reply(
      core,
      c,
      page.map((file) => fileShape(core.urls, repository, headSha, file)),
    );
  });
}
