import { setTimeout as sleep } from 'node:timers/promises';
import type { KyselyPlugin } from 'kysely';
import { expect, test } from 'vitest';
import { connect } from '../../src/db/connect.ts';
import { createJobQueue } from '../../src/jobs/queue.ts';
import { jobKinds } from '../../src/main/wiring/stages.ts';
import { showRound } from '../../src/queries/rounds.ts';
import { advanceRound } from '../../src/train/round/advance.ts';
import { Liveness } from '../../src/train/round/attempt/look.ts';
import type { Turn } from '../../src/train/round/state/move.ts';
import { type RoundWorld, roundWorld, signal } from './round-world.ts';

class Killed extends Error {}

/** Ends the process's work before its statement of this number, and with every one after it. */
function killBefore(statement: number): KyselyPlugin {
  let count = 0;
  return {
    transformQuery({ node }) {
      count += 1;
      if (count >= statement) throw new Killed();
      return node;
    },
    transformResult: async ({ result }) => result,
  };
}

/** One turn by a process of its own, which is killed before a statement; null when it was. */
async function turnOf(world: RoundWorld, id: string, statement: number): Promise<Turn | null> {
  // As with a process that dies, its connection ends with it, and with the connection its locks.
  await using connection = connect({ url: world.database.url, max: 4, applicationName: 'killed' });
  const db = connection.db.withPlugin(killBefore(statement));
  const checkpoints = { ...world.deps.checkpoints, db };
  const deps = {
    ...world.deps,
    db,
    checkpoints,
    queue: createJobQueue(world.boss, jobKinds),
    liveness: new Liveness(),
  };
  try {
    return await advanceRound(deps, id, signal);
  } catch (error) {
    if (error instanceof Killed) return null;
    throw error;
  }
}

/** Every turn is begun again and again, each time by a process that gets one statement further. */
async function driveKilled(world: RoundWorld, id: string): Promise<number> {
  let killed = 0;
  for (;;) {
    let step: Turn | null = null;
    for (let statement = 1; step === null; statement += 1) {
      step = await turnOf(world, id, statement);
      killed += step === null ? 1 : 0;
    }
    if (step.againSeconds === null) return killed;
    await sleep(200);
  }
}

test('a round whose driver is killed before every statement ends as if nothing had been, and does nothing twice', async () => {
  await using world = await roundWorld();
  const { db } = world.database;
  const id = await world.plan();

  const killed = await driveKilled(world, id);

  expect(killed).toBeGreaterThan(60);
  const shown = await showRound(db, id);
  expect(shown.history.map(({ to_status }) => to_status)).toEqual([
    'planned',
    'snapshotting',
    'submitting',
    'running',
    'finalising',
    'evaluating',
    'discarded',
  ]);
  expect(shown.attempts).toMatchObject([{ attempt: 1, state: 'succeeded', exit_code: 0 }]);
  expect(world.cluster.started).toEqual([`mendloop-${id}-a1`]);
  expect(await db.selectFrom('checkpoint').select('checkpoint_id').execute()).toHaveLength(1);
  expect(await db.selectFrom('evaluation').select('evaluation_id').execute()).toHaveLength(1);
  expect(await db.selectFrom('snapshot').select('snapshot_id').execute()).toHaveLength(1);
  const { rows } = await world.database.pool.query(
    'select attempt, seq from round_event group by 1, 2 having count(*) > 1',
  );
  expect(rows).toEqual([]);
});
