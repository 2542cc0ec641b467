import type { Hono } from 'hono';
import { need } from '../auth/access.ts';
import { notFound } from '../auth/api-error.ts';
import type { Core } from '../core.ts';
import { resolveCommit } from '../git/commits.ts';
import { entriesUnder, entryAt, readBlob } from '../git/trees.ts';
import { repositoryFor, type ApiContext, type ApiEnvironment } from '../http/context.ts';
import { mediaType, reply, replyText } from '../http/reply.ts';
import { entryShape, fileContentShape } from '../shapes/content.ts';
import type { Repository } from '../state/types.ts';

/** Files and directories of a commit. */
export function contentRoutes(core: Core, api: Hono<ApiEnvironment>): void {
  api.get('/repos/:owner/:repo/contents', (c) => contents(core, c, ''));
  api.get('/repos/:owner/:repo/contents/:path{.*}', (c) =>
    contents(core, c, c.req.param('path').replace(/\/$/, '')),
  );
}

async function contents(core: Core, c: ApiContext, path: string): Promise<Response> {
  const repository = repositoryFor(core, c, need('read', 'contents'));
  const dir = core.git.pathOf(repository.id);
  const ref = c.req.query('ref') ?? repository.defaultBranch;
  const commit = await resolveCommit(dir, ref);
  if (commit === null) throw notFound();
  const entry = path === '' ? null : await entryAt(dir, commit, path);
  if (path !== '' && entry === null) throw notFound();
  if (entry === null || entry.type === 'tree')
    return directory(core, c, repository, { dir, commit, ref, path });
  const blob = entry.type === 'blob' ? await readBlob(dir, entry.sha) : Buffer.alloc(0);
  if (mediaType(c) === 'raw') return replyText(c, blob, 'application/vnd.github.raw; charset=utf-8');
  if (entry.type === 'commit') {
    const shape = { ...entryShape(core.urls, repository, ref, entry), submodule_git_url: null };
    return reply(core, c, shape);
  }
  if (entry.mode === '120000') {
    return reply(core, c, {
      ...entryShape(core.urls, repository, ref, entry),
      target: blob.toString('utf8'),
    });
  }
  return reply(core, c, fileContentShape(core.urls, repository, ref, entry, blob));
}

interface Place {
  readonly dir: string;
  readonly commit: string;
  readonly ref: string;
  readonly path: string;
}

/** GitHub lists at most 1,000 entries. */
async function directory(core: Core, c: ApiContext, repository: Repository, place: Place): Promise<Response> {
  const entries = await entriesUnder(place.dir, place.commit, place.path);
  const shapes = entries.slice(0, 1_000).map((entry) => entryShape(core.urls, repository, place.ref, entry));
  return reply(core, c, shapes);
}
