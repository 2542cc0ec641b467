import type { Hono } from 'hono';
import { need } from '../auth/access.ts';
import { notFound } from '../auth/api-error.ts';
import type { Core } from '../core.ts';
import { readCommit } from '../git/commits.ts';
import { listRefs } from '../git/store.ts';
import { repositoryFor, type ApiContext, type ApiEnvironment } from '../http/context.ts';
import { paginate } from '../http/pagination.ts';
import { reply } from '../http/reply.ts';
import { commitShape, gitCommitShape } from '../shapes/commit.ts';
import { nodeId, type JsonObject } from '../shapes/json.ts';
import { apiOf, webOf } from '../shapes/urls.ts';
import type { Repository } from '../state/types.ts';

const contents = need('read', 'contents');

/** Git objects, refs and branches. */
export function gitRoutes(core: Core, api: Hono<ApiEnvironment>): void {
  api.get('/repos/:owner/:repo/git/commits/:sha', async (c) => {
    const repository = repositoryFor(core, c, contents);
    const commit = await readCommit(core.git.pathOf(repository.id), c.req.param('sha'));
    if (commit === null) throw notFound();
    return reply(core, c, gitCommitShape(core.urls, repository, commit));
  });
  api.get('/repos/:owner/:repo/git/ref/:ref{.+}', async (c) => {
    const repository = repositoryFor(core, c, contents);
    const name = `refs/${c.req.param('ref')}`;
    const ref = (await listRefs(core.git.pathOf(repository.id), name)).get(name);
    if (ref === undefined) throw notFound();
    return reply(core, c, refShape(core, repository, name, ref));
  });
  api.get('/repos/:owner/:repo/git/matching-refs/:ref{.+}', (c) => matching(core, c, c.req.param('ref')));
  branchRoutes(core, api);
}

async function matching(core: Core, c: ApiContext, prefix: string): Promise<Response> {
  const repository = repositoryFor(core, c, contents);
  const refs = await listRefs(core.git.pathOf(repository.id), 'refs/');
  const fitting = [...refs].filter(([name]) => name.startsWith(`refs/${prefix}`));
  return reply(
    core,
    c,
    fitting.map(([name, ref]) => refShape(core, repository, name, ref)),
  );
}

function branchRoutes(core: Core, api: Hono<ApiEnvironment>): void {
  api.get('/repos/:owner/:repo/branches', async (c) => {
    const repository = repositoryFor(core, c, contents);
    const refs = [...(await listRefs(core.git.pathOf(repository.id), 'refs/heads/'))];
    const page = paginate(c, refs);
    const branches = page.map(([name, ref]) => ({
      name: name.slice('refs/heads/'.length),
      commit: { sha: ref.sha, url: `${apiOf(core.urls, repository)}/commits/${ref.sha}` },
      protected: false,
    }));
    return reply(core, c, branches);
  });
  api.get('/repos/:owner/:repo/branches/:branch{.+}', async (c) => {
    const repository = repositoryFor(core, c, contents);
    const name = c.req.param('branch');
    const commit = await readCommit(core.git.pathOf(repository.id), `refs/heads/${name}`);
    if (commit === null) throw notFound();
    const self = `${apiOf(core.urls, repository)}/branches/${encodeURIComponent(name)}`;
    return reply(core, c, {
      name,
      commit: commitShape(core.urls, core.store, repository, commit),
      _links: { self, html: `${webOf(core.urls, repository)}/tree/${name}` },
      protected: false,
      protection: {
        enabled: false,
        required_status_checks: { enforcement_level: 'off', contexts: [], checks: [] },
      },
      protection_url: `${self}/protection`,
    });
  });
}

function refShape(
  core: Core,
  repository: Repository,
  name: string,
  ref: { sha: string; type: string },
): JsonObject {
  const api = apiOf(core.urls, repository);
  return {
    ref: name,
    node_id: nodeId('Ref', `${repository.id}:${name}`),
    url: `${api}/git/${name}`,
    object: { sha: ref.sha, type: ref.type, url: `${api}/git/${ref.type}s/${ref.sha}` },
  };
}
