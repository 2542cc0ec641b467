import type { Hono } from 'hono';
import { need } from '../auth/access.ts';
import { notFound } from '../auth/api-error.ts';
import type { Core } from '../core.ts';
import { resolveCommit } from '../git/commits.ts';
import { licenseAt } from '../git/license.ts';
import { repositoryFor, type ApiEnvironment } from '../http/context.ts';
import { paginate } from '../http/pagination.ts';
import { reply } from '../http/reply.ts';
import { accountShape } from '../shapes/account.ts';
import { fileContentShape } from '../shapes/content.ts';
import { fullRepositoryShape, labelShape, licenseShape } from '../shapes/repository.ts';
import { legacyPermission, permissionFlags, roleOf } from '../state/roles.ts';

const metadata = need('read', 'metadata');

/** The repository itself and what hangs on it directly. */
export function repositoryRoutes(core: Core, api: Hono<ApiEnvironment>): void {
  api.get('/repos/:owner/:repo', (c) => {
    const repository = repositoryFor(core, c, metadata);
    const parent =
      repository.forkOf === null ? null : (core.store.repositories.get(repository.forkOf) ?? null);
    return reply(core, c, fullRepositoryShape(core.urls, repository, parent));
  });
  api.get('/repos/:owner/:repo/license', async (c) => {
    const repository = repositoryFor(core, c, need('read', 'contents'));
    const dir = core.git.pathOf(repository.id);
    const ref = c.req.query('ref') ?? repository.defaultBranch;
    const commit = await resolveCommit(dir, ref);
    const file = commit === null ? null : await licenseAt(dir, commit);
    if (file === null) throw notFound();
    const content = fileContentShape(core.urls, repository, ref, file.entry, file.content);
    return reply(core, c, { ...content, license: licenseShape(core.urls, file.license) });
  });
  api.get('/repos/:owner/:repo/labels', (c) => {
    const repository = repositoryFor(core, c, need('read', 'issues', 'pull_requests'));
    const page = paginate(c, [...repository.labels.values()]);
    return reply(
      core,
      c,
      page.map((label) => labelShape(core.urls, repository, label)),
    );
  });
  api.get('/repos/:owner/:repo/collaborators/:login/permission', (c) => {
    const repository = repositoryFor(core, c, metadata);
    const account = core.store.accounts.get(c.req.param('login').toLowerCase());
    if (account === undefined || account.deleted) throw notFound();
    const role = roleOf(repository, account);
    const user = { ...accountShape(core.urls, account), permissions: permissionFlags(role), role_name: role };
    return reply(core, c, { permission: legacyPermission(role), role_name: role, user });
  });
}
