import { z } from 'zod';
import type { AppFacts, InstallationFacts } from '../domain/ports/github-app.ts';
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

/** Reads about the App itself; the client authenticates as the App. */
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

    /** Returns null when the installation no longer exists. */
    async installation(installation_id: number): Promise<InstallationFacts | null> {
      const route = 'GET /app/installations/{installation_id}';
      const row = await app.find('read an installation', route, { installation_id }, installationSchema);
      return row === null ? null : installationFacts(row);
    },

    /** Deliveries since `since`, newest first; GitHub keeps them for three days. */
    async deliveries(since: Date) {
      const older = (item: { delivered_at: string }) => new Date(item.delivered_at) < since;
      const route = 'GET /app/hook/deliveries';
      const deliveries = await app.list('list deliveries', route, {}, deliveryItemSchema, (page) =>
        page.some(older),
      );
      return deliveries.filter((item) => !older(item));
    },

    async redeliver(delivery_id: number) {
      await app.post('ask for a redelivery', 'POST /app/hook/deliveries/{delivery_id}/attempts', {
        delivery_id,
      });
    },
  };
}

/** The repositories of the installation that the client's token belongs to. */
export async function listInstallationRepositories(installation: GitHubClient) {
  const pageSchema = z.object({ total_count: z.number(), repositories: z.array(repositorySchema) });
  const repositories: z.infer<typeof repositorySchema>[] = [];
  for (let page = 1; ; page += 1) {
    const parameters = { per_page: 100, page };
    const answer = await installation.get(
      'list repositories',
      'GET /installation/repositories',
      parameters,
      pageSchema,
    );
    repositories.push(...answer.repositories);
    if (answer.repositories.length < 100 || repositories.length >= answer.total_count) break;
  }
  return repositories.map(({ id, full_name, private: isPrivate, default_branch }) => ({
    repository_id: id,
    full_name,
    private: isPrivate,
    default_branch: default_branch ?? 'main',
  }));
}
