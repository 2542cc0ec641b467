import type { Kysely } from 'kysely';
import type { Database } from '../db/tables.ts';
import { instanceId, type InstanceId } from '../domain/ids.ts';

/** A pull request by what never changes of it, and the name that its repository has now. */
export interface NamedPull {
  readonly repository_id: number;
  readonly full_name: string;
  readonly number: number;
}

async function isTaken(db: Kysely<Database>, id: InstanceId): Promise<boolean> {
  const row = await db
    .selectFrom('instance')
    .select('repository_id')
    .where('instance_id', '=', id)
    .executeTakeFirst();
  return row !== undefined;
}

/**
 * The id of a pull request's instance. The one under which it was collected first stays, whatever the repository is
 * called since; a name that came free and belongs to another repository now does not lead to the old one's instances.
 */
export async function nameInstance(db: Kysely<Database>, pull: NamedPull): Promise<InstanceId> {
  const { repository_id, full_name, number } = pull;
  const known = await db
    .selectFrom('instance')
    .select('instance_id')
    .where('repository_id', '=', repository_id)
    .where('pull_number', '=', number)
    .executeTakeFirst();
  if (known) return known.instance_id as InstanceId;
  const id = instanceId(full_name, number);
  return (await isTaken(db, id)) ? instanceId(`${full_name}.${repository_id}`, number) : id;
}
