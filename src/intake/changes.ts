import type { Transaction } from 'kysely';
import { changeConsent } from '../consent/change.ts';
import { lockStatus, moveStatus } from '../db/status.ts';
import type { Database } from '../db/tables.ts';
import type { ConsentSource } from '../domain/consent.ts';
import type { InstallationStatus } from '../domain/github-status.ts';
import type { JobQueue } from '../jobs/queue.ts';
import type { Change, RoutedDelivery } from './route.ts';

/**
 * Marks a repository as removed and sets its consent to `none`, which purges what was collected. A caller that chose
 * the repository by its installation must hold the row locked since then: a transfer could change the installation
 * meanwhile.
 */
export async function removeRepository(
  trx: Transaction<Database>,
  queue: JobQueue,
  repository_id: number,
  source: ConsentSource,
): Promise<void> {
  const move = { id: repository_id, from: 'active', to: 'removed', event: source } as const;
  if (!(await moveStatus(trx, 'repository', move, { updated_at: new Date() }))) return;
  await changeConsent(trx, queue, { repository_id, to: 'none', source, reason: 'repository removed' });
}

/** Changes the status of an installation. `removed` removes all its repositories as well. */
export async function moveInstallation(
  trx: Transaction<Database>,
  queue: JobQueue,
  installation_id: number,
  to: InstallationStatus,
): Promise<void> {
  const from = await lockStatus(trx, 'installation', installation_id);
  if (from === null || from === to) return;
  const move = { id: installation_id, from, to, event: 'installation' };
  await moveStatus(trx, 'installation', move, { updated_at: new Date() });
  if (to !== 'removed') return;
  const repositories = await trx
    .selectFrom('repository')
    .select(['repository_id'])
    .where('installation_id', '=', installation_id)
    .orderBy('repository_id')
    .forUpdate()
    .execute();
  for (const { repository_id } of repositories)
    await removeRepository(trx, queue, repository_id, 'uninstalled');
}

/** Sets a repository's consent to `none`, which purges what was collected. */
export async function resetConsent(
  trx: Transaction<Database>,
  queue: JobQueue,
  repository_id: number,
  source: 'privatized' | 'transferred',
): Promise<void> {
  const known = await trx
    .selectFrom('repository')
    .select(['repository_id'])
    .where('repository_id', '=', repository_id)
    .executeTakeFirst();
  if (!known) return;
  await changeConsent(trx, queue, { repository_id, to: 'none', source, reason: `repository ${source}` });
}

/**
 * Returns the repositories that still belong to the installation, locked. The event about a repository's new
 * installation may have been routed before this removal.
 */
async function stillOf(
  trx: Transaction<Database>,
  installation_id: number | null,
  repository_ids: readonly number[],
): Promise<number[]> {
  const rows = await trx
    .selectFrom('repository')
    .select('repository_id')
    .where('installation_id', '=', installation_id)
    .where('repository_id', 'in', repository_ids)
    .orderBy('repository_id')
    .forUpdate()
    .execute();
  return rows.map((row) => row.repository_id);
}

/**
 * Makes a routed state change, inside the routing transaction. Ignores installations and repositories that are not
 * stored.
 */
export async function applyChange(
  trx: Transaction<Database>,
  queue: JobQueue,
  change: Change,
  delivery: RoutedDelivery,
): Promise<void> {
  const { installation_id, repository_id } = delivery;
  switch (change.change) {
    case 'installation_status':
      if (installation_id !== null) await moveInstallation(trx, queue, installation_id, change.to);
      return;
    case 'repositories_removed':
      for (const id of await stillOf(trx, installation_id, change.repository_ids))
        await removeRepository(trx, queue, id, 'removed');
      return;
    case 'consent_reset':
      if (repository_id !== null) await resetConsent(trx, queue, repository_id, change.source);
      return;
    case 'repository_removed':
      if (repository_id !== null) await removeRepository(trx, queue, repository_id, 'removed');
      return;
    default:
      change satisfies never;
  }
}
