import type { IncomingMessage, ServerResponse } from 'node:http';
import { afterPush } from '../actions/pushes.ts';
import { enter, need, needText, sees } from '../auth/access.ts';
import { ApiError } from '../auth/api-error.ts';
import { identify, type Caller } from '../auth/caller.ts';
import type { Core } from '../core.ts';
import { runBackend } from '../git/http-backend.ts';
import { listRefs } from '../git/store.ts';
import { webOf } from '../shapes/urls.ts';
import { appOf, lookUpRepository } from '../state/store.ts';
import type { Account, Repository } from '../state/types.ts';
import type { RequestRecord } from './request-log.ts';

const route = /^\/([^/]+\/[^/]+?)(?:\.git)?\/(info\/refs|git-upload-pack|git-receive-pack)$/;
const noCommit = '0'.repeat(40);

export function isGitPath(path: string): boolean {
  return route.test(path);
}

/** Serves one request of a git client. */
export async function serveGit(
  core: Core,
  req: IncomingMessage,
  res: ServerResponse,
  record: RequestRecord,
): Promise<void> {
  try {
    await admitAndRun(core, req, res, record);
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    const challenge = error.status === 401 ? { 'www-authenticate': 'Basic realm="GitHub"' } : {};
    res.writeHead(error.status, {
      'content-type': 'text/plain; charset=utf-8',
      ...challenge,
      ...error.headers,
    });
    res.end(error.message);
  }
}

async function admitAndRun(
  core: Core,
  req: IncomingMessage,
  res: ServerResponse,
  record: RequestRecord,
): Promise<void> {
  const url = new URL(req.url ?? '/', core.urls.web);
  const [, name = '', service = ''] = route.exec(url.pathname) ?? [];
  const pushing = service === 'git-receive-pack' || url.searchParams.get('service') === 'git-receive-pack';
  const caller = identify(core.store, req.headers.authorization ?? null, core.now());
  note(record, caller, name);
  const repository = repositoryOf(core, caller, name, `/${service}${url.search}`);
  const wanted = need(pushing ? 'write' : 'read', 'contents');
  record.needed.push(needText(wanted));
  enter(core.store, caller, repository, wanted);
  const pusher = pushing ? pusherOf(core, caller) : null;
  const backend = {
    root: core.git.root,
    path: `/${repository.id}.git/${service}`,
    query: url.search.slice(1),
    pusher: pusher?.login ?? null,
  };
  if (service === 'git-receive-pack' && pusher !== null)
    await push(core, repository, pusher, () => runBackend(req, res, backend));
  else await runBackend(req, res, backend);
  res.end();
}

/** Private repositories ask for credentials before they say whether they exist. */
function repositoryOf(core: Core, caller: Caller, name: string, rest: string): Repository {
  const repository = lookUpRepository(core.store, name);
  if (repository !== undefined && sees(core.store, caller, repository)) return repository;
  const formerId = core.store.formerNames.get(name.toLowerCase());
  const moved = formerId === undefined ? undefined : core.store.repositories.get(formerId);
  if (repository === undefined && moved !== undefined && sees(core.store, caller, moved)) {
    throw new ApiError(301, 'Moved Permanently', { location: `${webOf(core.urls, moved)}.git${rest}` });
  }
  if (caller.kind === 'anonymous') throw new ApiError(401, 'Authentication required');
  throw new ApiError(404, 'Repository not found.');
}

/** Finds out what a push moved by looking at the refs before and after. */
async function push(
  core: Core,
  repository: Repository,
  pusher: Account,
  run: () => Promise<void>,
): Promise<void> {
  const dir = core.git.pathOf(repository.id);
  const [before, after] = await core.alone(repository.id, async () => {
    const old = await visibleRefs(dir);
    await run();
    return [old, await visibleRefs(dir)] as const;
  });
  const at = core.now();
  for (const ref of new Set([...before.keys(), ...after.keys()])) {
    const change = { ref, before: before.get(ref) ?? noCommit, after: after.get(ref) ?? noCommit };
    await afterPush(core, repository, change, pusher, at);
  }
}

async function visibleRefs(dir: string): Promise<Map<string, string>> {
  const refs = new Map<string, string>();
  for (const prefix of ['refs/heads/', 'refs/tags/']) {
    for (const [name, { sha }] of await listRefs(dir, prefix)) refs.set(name, sha);
  }
  return refs;
}

function pusherOf(core: Core, caller: Caller): Account {
  if (caller.kind === 'installation') return appOf(core.store, caller.installation).bot;
  if (caller.kind === 'user') return caller.account;
  throw new ApiError(401, 'Authentication required');
}

function note(record: RequestRecord, caller: Caller, name: string): void {
  record.caller = caller.kind;
  record.repository = name;
  if (caller.kind !== 'installation') return;
  record.installationId = caller.installation.id;
  record.permissions = caller.token.permissions;
}
