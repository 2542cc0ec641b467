import type { Hono } from 'hono';
import { need, needText, reaches } from '../auth/access.ts';
import { ApiError } from '../auth/api-error.ts';
import type { Core } from '../core.ts';
import type { ApiEnvironment } from '../http/context.ts';
import { paginate } from '../http/pagination.ts';
import { reply } from '../http/reply.ts';
import { repositoryShape } from '../shapes/repository.ts';
import { repositoriesOf } from '../state/store.ts';

const noRights = { admin: false, maintain: false, push: false, triage: false, pull: false };

/** Routes about the installation behind a token. */
export function installationRoutes(core: Core, api: Hono<ApiEnvironment>): void {
  api.get('/installation/repositories', (c) => {
    const { caller, record } = c.var;
    record.needed.push(needText(need('read', 'metadata')));
    if (caller.kind !== 'installation') throw new ApiError(403, 'Resource not accessible by integration');
    const all = repositoriesOf(core.store, caller.installation).filter((repository) =>
      reaches(caller, repository),
    );
    const repositories = paginate(c, all).map((repository) => ({
      ...repositoryShape(core.urls, repository),
      permissions: noRights,
    }));
    const selection = caller.token.repositoryIds === null ? caller.installation.selection : 'selected';
    return reply(core, c, { total_count: all.length, repository_selection: selection, repositories });
  });
  api.delete('/installation/token', (c) => {
    const { caller } = c.var;
    if (caller.kind !== 'installation') throw new ApiError(401, 'Bad credentials');
    core.store.installationTokens.delete(caller.token.token);
    return c.body(null, 204);
  });
}
