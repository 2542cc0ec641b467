import type { Kysely, Transaction } from 'kysely';
import { putWithStatus } from '../db/status.ts';
import type { Database } from '../db/tables.ts';
import { capped, type ConsentScope, initialConsent } from '../domain/consent.ts';
import type { AppPort, InstallationFacts, InstalledRepository } from '../domain/ports/github-app.ts';
import type { JobOutcome } from '../jobs/job.ts';
import type { JobQueue } from '../jobs/queue.ts';
import { moveInstallation, removeRepository, resetConsent } from './changes.ts';

export interface SyncDeps {
  readonly db: Kysely<Database>;
  readonly queue: JobQueue;
  readonly app: Pick<AppPort, 'installation' | 'repositories'>;
  readonly consentPublicDefault: ConsentScope;
  readonly consentCap: ConsentScope;
}

async function saveInstallation(
  trx: Transaction<Database>,
  installation_id: number,
  facts: InstallationFacts,
) {
  const row = {
    installation_id,
    account_login: facts.account_login,
    account_type: facts.account_type,
    permissions: JSON.stringify(facts.permissions),
    events: JSON.stringify(facts.events),
    updated_at: new Date(),
  };
  const to = facts.suspended ? 'suspended' : 'active';
  await putWithStatus(trx, 'installation', row, { to, event: 'sync' });
}

/**
 * Returns whether a repository came from another account. An account that installs the App again has a new
 * installation id and the same login.
 */
async function changedHands(
  trx: Transaction<Database>,
  from: number | undefined,
  installation_id: number,
): Promise<boolean> {
  if (from === undefined || from === installation_id) return false;
  const rows = await trx
    .selectFrom('installation')
    .select('account_login')
    .distinct()
    .where('installation_id', 'in', [from, installation_id])
    .execute();
  return rows.length > 1;
}

/**
 * Stores a repository of the installation. A new or returning one starts with the default consent for public or private
 * repositories. One from another account starts at `none`, whether or not the transfer event has arrived.
 */
async function admit(
  trx: Transaction<Database>,
  deps: SyncDeps,
  installation_id: number,
  seen: InstalledRepository,
) {
  const { repository_id } = seen;
  const before = await trx
    .selectFrom('repository')
    .select(['status', 'consent', 'private', 'installation_id'])
    .where('repository_id', '=', repository_id)
    .forUpdate()
    .executeTakeFirst();
  const transferred = await changedHands(trx, before?.installation_id, installation_id);
  const known = { full_name: seen.full_name, private: seen.private, default_branch: seen.default_branch };
  if (before?.status === 'active') {
    await trx
      .updateTable('repository')
      .set({ ...known, installation_id, updated_at: new Date() })
      .where('repository_id', '=', repository_id)
      .execute();
    if (transferred) await resetConsent(trx, deps.queue, repository_id, 'transferred');
    if (seen.private && !before.private) await resetConsent(trx, deps.queue, repository_id, 'privatized');
    return;
  }
  const byDefault = capped(initialConsent(seen.private, deps.consentPublicDefault), deps.consentCap);
  const consent = transferred ? 'none' : byDefault;
  const source = transferred ? 'transferred' : 'default';
  const row = { repository_id, ...known, installation_id, consent, updated_at: new Date() };
  await putWithStatus(trx, 'repository', row, { to: 'active', event: 'sync' });
  const from_scope = before?.consent ?? null;
  await trx
    .insertInto('consent_event')
    .values({ repository_id, from_scope, to_scope: consent, source, reason: 'repository added' })
    .execute();
}

async function dropMissing(
  trx: Transaction<Database>,
  deps: SyncDeps,
  installation_id: number,
  seen: Set<number>,
) {
  const rows = await trx
    .selectFrom('repository')
    .select(['repository_id'])
    .where('installation_id', '=', installation_id)
    .where('status', '=', 'active')
    .orderBy('repository_id')
    .forUpdate()
    .execute();
  for (const { repository_id } of rows) {
    if (!seen.has(repository_id)) await removeRepository(trx, deps.queue, repository_id, 'removed');
  }
}

/** Stores an installation and its repositories as GitHub describes them now, whatever order the events arrived in. */
export async function syncInstallation(
  deps: SyncDeps,
  installation_id: number,
): Promise<JobOutcome<'installation.sync'>> {
  const facts = await deps.app.installation(installation_id);
  if (!facts) {
    await deps.db
      .transaction()
      .execute((trx) => moveInstallation(trx, deps.queue, installation_id, 'removed'));
    return { outcome: 'removed', detail: { installation_id } };
  }
  const repositories = facts.suspended ? [] : await deps.app.repositories(installation_id);
  await deps.db.transaction().execute(async (trx) => {
    await saveInstallation(trx, installation_id, facts);
    if (facts.suspended) return;
    for (const seen of repositories) await admit(trx, deps, installation_id, seen);
    await dropMissing(trx, deps, installation_id, new Set(repositories.map((seen) => seen.repository_id)));
  });
  return { outcome: facts.suspended ? 'suspended' : 'synced', detail: { repositories: repositories.length } };
}
