import type { Kysely } from 'kysely';
import type { Database } from '../db/tables.ts';
import { instanceId, type InstanceId } from '../domain/ids.ts';

/** A pull request with its repository's id, which never changes, and its repository's present name. */
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
 * Returns the id of a pull request's instance, such as `octo-org__parser-30`. A repository that is renamed keeps the ids
 * of its instances. A new repository that takes over the old name gets ids with its own number, such as
 * `octo-org__parser.77-30`.
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
