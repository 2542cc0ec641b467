import type { Insertable, Kysely } from 'kysely';
import { moveStatus } from '../../src/db/status.ts';
import type { Database } from '../../src/db/tables.ts';
import type { InstanceLabelTable } from '../../src/db/tables/instance.ts';
import type { CollectedInstance, LabelledTests } from '../../src/domain/instance.ts';

/*
 * A labeller as the stage will be one: it moves instances by the product's mover and writes rows of `instance_label`. It
 * runs no test; the verdict is given.
 */

type Subject = Pick<CollectedInstance, 'instance_id' | 'base_commit' | 'fix_commit'>;
type LabelRow = Insertable<InstanceLabelTable>;

export const tests: LabelledTests = {
  FAIL_TO_PASS: ['test/a.js: parses'],
  PASS_TO_PASS: ['test/a.js: starts', 'test/a.js: stops'],
};

function labelRow(of: Subject, { FAIL_TO_PASS, PASS_TO_PASS }: LabelledTests): LabelRow {
  const { instance_id, base_commit, fix_commit } = of;
  return {
    instance_id,
    base_commit,
    fix_commit,
    recipe_sha256: 'c'.repeat(64),
    verdict: 'valid',
    reason: null,
    environment: `sha256:${'d'.repeat(64)}`,
    fail_to_pass: JSON.stringify(FAIL_TO_PASS),
    pass_to_pass: JSON.stringify(PASS_TO_PASS),
    started_at: '2026-02-01T00:00:00Z',
    labelled_at: '2026-02-01T00:10:00Z',
  };
}

export async function insertLabel(
  db: Kysely<Database>,
  of: Subject,
  found: LabelledTests,
  changed: Partial<LabelRow> = {},
): Promise<void> {
  await db
    .insertInto('instance_label')
    .values({ ...labelRow(of, found), ...changed })
    .execute();
}

export interface LabelAtWork {
  readonly of: Subject;
  /** Writes the label and makes the instance ready; returns whether the instance was still the labeller's. */
  finish(found?: LabelledTests): Promise<boolean>;
}

/** Takes a ready instance to label it. */
export async function startLabel(db: Kysely<Database>, instance_id: string): Promise<LabelAtWork> {
  const of = await db.transaction().execute(async (trx) => {
    const move = { id: instance_id, from: 'ready', to: 'building', event: 'label_started' } as const;
    if (!(await moveStatus(trx, 'instance', move))) throw new Error(`${instance_id} is not ready`);
    const { body } = await trx
      .selectFrom('instance')
      .select('body')
      .where('instance_id', '=', instance_id)
      .executeTakeFirstOrThrow();
    if (body === null) throw new Error(`${instance_id} has no body`);
    return body;
  });
  return { of, finish: (found = tests) => finishLabel(db, of, found) };
}

function finishLabel(db: Kysely<Database>, of: Subject, found: LabelledTests): Promise<boolean> {
  const { instance_id: id } = of;
  return db.transaction().execute(async (trx) => {
    await insertLabel(trx, of, found);
    const labelled = { id, from: 'building', to: 'labelled', event: 'tests_ran' } as const;
    if (!(await moveStatus(trx, 'instance', labelled))) return false;
    return moveStatus(trx, 'instance', { id, from: 'labelled', to: 'ready', event: 'label_valid' });
  });
}
