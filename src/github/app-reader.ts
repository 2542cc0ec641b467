import { z } from 'zod';
import type { AppFacts, InstallationFacts } from '../domain/github-app.ts';
import type { GitHubClient } from './client.ts';
import { appSchema, deliveryItemSchema, installationSchema, repositorySchema } from './schema.ts';

function installationFacts(row: z.infer<typeof installationSchema>): InstallationFacts {
  const { account, suspended_at, permissions, events } = row;
  return {
    account_login: account?.login ?? 'unknown',
    account_type: account?.type ?? 'User',
    suspended: Boolean(suspended_at),
    permissions,
    events,
  };
}

/** What the App reads of itself; `app` speaks as the App, `installation` with a token of one installation. */
export function createAppReader(app: GitHubClient) {
  return {
    async self(): Promise<AppFacts> {
      const { slug = null, permissions, events } = await app.get('read the App', 'GET /app', {}, appSchema);
      return { slug, permissions, events };
    },

    async installations(): Promise<InstallationFacts[]> {
      const rows = await app.list('list installations', 'GET /app/installations', {}, installationSchema);
      return rows.map(installationFacts);
    },

    /** Null when the installation is gone. */
    async installation(installation_id: number): Promise<InstallationFacts | null> {
      const route = 'GET /app/installations/{installation_id}';
      const row = await app.find('read an installation', route, { installation_id }, installationSchema);
      return row === null ? null : installationFacts(row);
    },

    /** Deliveries that GitHub still remembers (three days), newest first, back to `since`. */
    async deliveries(since: Date) {
      const older = (item: { delivered_at: string }) => new Date(item.delivered_at) < since;
      const route = 'GET /app/hook/deliveries';
      const found = await app.list('list deliveries', route, {}, deliveryItemSchema, (page) =>
        page.some(older),
      );
      return found.filter((item) => !older(item));
    },

    async redeliver(delivery_id: number) {
      await app.post('ask for a redelivery', 'POST /app/hook/deliveries/{delivery_id}/attempts', {
        delivery_id,
      });
    },
  };
}

/** The repositories that an installation token may see. */
export async function listInstallationRepositories(installation: GitHubClient) {
  const pageSchema = z.object({ total_count: z.number(), repositories: z.array(repositorySchema) });
  const found: z.infer<typeof repositorySchema>[] = [];
  for (let page = 1; ; page += 1) {
    const parameters = { per_page: 100, page };
    const answer = await installation.get(
      'list repositories',
      'GET /installation/repositories',
      parameters,
      pageSchema,
    );
    found.push(...answer.repositories);
    if (answer.repositories.length < 100 || found.length >= answer.total_count) break;
  }
  return found.map(({ id, full_name, private: isPrivate, default_branch }) => ({
    repository_id: id,
    full_name,
    private: isPrivate,
    default_branch: default_branch ?? 'main',
  }));
}
