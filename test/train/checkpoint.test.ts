import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { listCheckpoints } from '../../src/queries/checkpoints.ts';
import { readAlias } from '../../src/train/checkpoint/alias.ts';
import type { CheckpointDeps } from '../../src/train/checkpoint/deps.ts';
import { gateHistory, recordEvaluation } from '../../src/train/checkpoint/evaluations.ts';
import { promoteCheckpoint, rollbackAlias } from '../../src/train/checkpoint/promote.ts';
import { registerCheckpoint } from '../../src/train/checkpoint/register.ts';
import { type TestDatabase, testDatabase } from '../support/database.ts';
import {
  baseHash,
  evaluationOf,
  hashOf,
  manifest,
  seedCandidate,
  seedRound,
  seedSnapshot,
  verdictOf,
} from './checkpoint-rounds.ts';

let database: TestDatabase;
let deps: CheckpointDeps;
const cause = { reason: 'a test' };

beforeAll(async () => {
  database = await testDatabase();
  deps = { db: database.db, treeSha256: async ({ round_id }) => hashOf(round_id), serve: null, retire: null };
});

afterAll(async () => {
  await database[Symbol.asyncDispose]();
});

beforeEach(async () => {
  for (const table of ['alias', 'evaluation', 'checkpoint', 'round', 'snapshot'] as const) {
    await database.db.deleteFrom(table).execute();
  }
  await seedSnapshot(database.db, 's-1');
});

function listAll() {
  const query = { sort: 'created_at', direction: 'desc', filters: {}, limit: null } as const;
  return listCheckpoints(database.db, null, query);
}

async function statusOf(id: string): Promise<string | undefined> {
  return (await listAll()).find((row) => row.checkpoint_id === id)?.status;
}

async function historyOf(id: string): Promise<string[]> {
  const rows = await database.db
    .selectFrom('transition')
    .select(['event', 'from_status', 'to_status'])
    .where('entity', '=', 'checkpoint')
    .where('entity_id', '=', id)
    .orderBy('transition_id')
    .execute();
  return rows.map((row) => `${row.event}: ${row.from_status ?? 'new'} → ${row.to_status}`);
}

function register(round_id: string, made: Record<string, unknown>, parent_id: string | null = null) {
  return database.db
    .transaction()
    .execute((trx) => registerCheckpoint(trx, { round_id, parent_id, manifest: made }));
}

async function evaluate(checkpoint_id: string, incumbent_id: string | null, gain: number, changed = {}) {
  const rows = evaluationOf(gain);
  const verdict = { ...verdictOf(rows), ...changed };
  await database.db
    .transaction()
    .execute((trx) =>
      recordEvaluation(trx, { checkpoint_id, incumbent_id, snapshot_id: 's-1', verdict, rows }),
    );
}

test('what a round made is a candidate under a name for good, once', async () => {
  const id = await seedCandidate(database.db, 'r-a1');
  expect(id).toBe('mendloop-r-a1-s8');
  expect(await register('r-a1', manifest('r-a1'))).toBe(id);
  expect(await statusOf(id)).toBe('candidate');
  expect(await historyOf(id)).toEqual(['registered: new → candidate']);
});

test('other weights never get a name that is taken, and a manifest must fit', async () => {
  await seedCandidate(database.db, 'r-a2');
  const invalid = { code: 'round_invalid' };
  await expect(register('r-a2', manifest('r-a2', { tree_sha256: hashOf('x') }))).rejects.toMatchObject(
    invalid,
  );
  await expect(register('r-a2', manifest('r-other'))).rejects.toMatchObject(invalid);
  await expect(register('r-a2', manifest('r-a2', { kind: 'half' }))).rejects.toThrow('kind is not valid');
});

test('what was trained on purged data, or from a tainted parent, is born tainted', async () => {
  await seedSnapshot(database.db, 's-2');
  await database.db
    .updateTable('snapshot')
    .set({ state: 'purged' })
    .where('snapshot_id', '=', 's-2')
    .execute();
  const purged = await seedCandidate(database.db, 'r-b1', { snapshot_id: 's-2' });
  const child = await seedCandidate(database.db, 'r-b2', { parent_id: purged });
  expect([await statusOf(purged), await statusOf(child)]).toEqual(['tainted', 'tainted']);
  await expect(promoteCheckpoint(deps, child, 'stable', cause)).rejects.toMatchObject({
    code: 'policy_refused',
  });
});

test('promoting moves the alias, retires the one before, and rolling back is one step each way', async () => {
  const one = await seedCandidate(database.db, 'r-c1');
  const two = await seedCandidate(database.db, 'r-c2');
  expect(await promoteCheckpoint(deps, one, 'stable', cause)).toEqual({ from: null, to: one });
  expect(await promoteCheckpoint(deps, two, 'stable', cause)).toEqual({ from: one, to: two });
  expect([await statusOf(one), await statusOf(two)]).toEqual(['retired', 'promoted']);
  expect(await rollbackAlias(deps, 'stable', cause)).toEqual({ from: two, to: one });
  expect([await statusOf(one), await statusOf(two)]).toEqual(['promoted', 'retired']);
  expect(await rollbackAlias(deps, 'stable', cause)).toEqual({ from: one, to: two });
  expect(await historyOf(one)).toEqual([
    'registered: new → candidate',
    'stable_promoted: candidate → promoted',
    'stable_replaced: promoted → retired',
    'stable_rolled_back: retired → promoted',
    'stable_replaced: promoted → retired',
  ]);
});

test('the first checkpoint can be rolled back to the base model, and an alias without a past cannot', async () => {
  const one = await seedCandidate(database.db, 'r-d1');
  await expect(rollbackAlias(deps, 'stable', cause)).rejects.toMatchObject({ code: 'not_found' });
  await promoteCheckpoint(deps, one, 'stable', cause);
  expect(await rollbackAlias(deps, 'stable', cause)).toEqual({ from: one, to: null });
  expect(await readAlias(database.db, 'stable')).toEqual({ checkpoint_id: null, previous_id: one });
});

test('promoting what an alias means already changes nothing', async () => {
  const one = await seedCandidate(database.db, 'r-e1');
  await promoteCheckpoint(deps, one, 'stable', cause);
  await promoteCheckpoint(deps, one, 'stable', cause);
  expect(await readAlias(database.db, 'stable')).toEqual({ checkpoint_id: one, previous_id: null });
  expect(await historyOf(one)).toHaveLength(2);
});

test('what the other alias still names is not retired', async () => {
  const one = await seedCandidate(database.db, 'r-f1');
  const two = await seedCandidate(database.db, 'r-f2');
  await promoteCheckpoint(deps, one, 'canary', cause);
  await promoteCheckpoint(deps, one, 'stable', cause);
  await promoteCheckpoint(deps, two, 'canary', cause);
  expect(await statusOf(one)).toBe('promoted');
  await promoteCheckpoint(deps, two, 'stable', cause);
  expect(await statusOf(one)).toBe('retired');
});

test('changed files, a server that does not take it, and unknown names move no alias', async () => {
  const one = await seedCandidate(database.db, 'r-g1');
  const changed = { ...deps, treeSha256: async () => hashOf('changed') };
  const unserved: CheckpointDeps = { ...deps, serve: () => Promise.reject(new Error('it is down')) };
  await expect(promoteCheckpoint(changed, one, 'stable', cause)).rejects.toMatchObject({
    code: 'round_invalid',
  });
  await expect(promoteCheckpoint(unserved, one, 'stable', cause)).rejects.toThrow('it is down');
  await expect(promoteCheckpoint(deps, 'mendloop-x-s1', 'stable', cause)).rejects.toMatchObject({
    code: 'not_found',
  });
  expect(await readAlias(database.db, 'stable')).toEqual({ checkpoint_id: null, previous_id: null });
});

test('a checkpoint that is tainted while it is made ready is not promoted', async () => {
  const one = await seedCandidate(database.db, 'r-h1');
  const taint = () =>
    database.db
      .updateTable('checkpoint')
      .set({ status: 'tainted' })
      .where('checkpoint_id', '=', one)
      .execute();
  const late: CheckpointDeps = { ...deps, serve: async () => void (await taint()) };
  await expect(promoteCheckpoint(late, one, 'stable', cause)).rejects.toMatchObject({
    code: 'policy_refused',
  });
  expect(await readAlias(database.db, 'stable')).toEqual({ checkpoint_id: null, previous_id: null });
});

test('ten promotions of both aliases at once come one after the other', async () => {
  const ids = await Promise.all([1, 2, 3, 4, 5].map((at) => seedCandidate(database.db, `r-i${at}`)));
  await Promise.all(
    ids.flatMap((id) => [
      promoteCheckpoint(deps, id, 'stable', cause),
      promoteCheckpoint(deps, id, 'canary', cause),
    ]),
  );
  const stable = await readAlias(database.db, 'stable');
  const canary = await readAlias(database.db, 'canary');
  const named = new Set([stable.checkpoint_id, canary.checkpoint_id]);
  expect(stable.previous_id).not.toBe(stable.checkpoint_id);
  for (const id of ids) expect(await statusOf(id)).toBe(named.has(id) ? 'promoted' : 'retired');
});

test('a rollback that races a promotion never takes back what nobody has seen', async () => {
  const [one, two, three] = await Promise.all(
    ['r-j1', 'r-j2', 'r-j3'].map((round) => seedCandidate(database.db, round)),
  );
  await promoteCheckpoint(deps, one ?? '', 'stable', cause);
  await promoteCheckpoint(deps, two ?? '', 'stable', cause);
  const slow: CheckpointDeps = {
    ...deps,
    serve: async () => void (await promoteCheckpoint(deps, three ?? '', 'stable', cause)),
  };
  await expect(rollbackAlias(slow, 'stable', cause)).rejects.toMatchObject({ code: 'input_invalid' });
  expect((await readAlias(database.db, 'stable')).checkpoint_id).toBe(three);
});

test('a candidate that the gate turns down can never be promoted, one that waits for evidence can', async () => {
  const worse = await seedCandidate(database.db, 'r-k1');
  const open = await seedCandidate(database.db, 'r-k2');
  await evaluate(worse, null, -0.5);
  await evaluate(open, null, 0);
  expect(await historyOf(worse)).toContain('gate_keep: candidate → discarded');
  await expect(promoteCheckpoint(deps, worse, 'stable', cause)).rejects.toMatchObject({
    code: 'policy_refused',
  });
  await promoteCheckpoint(deps, open, 'stable', cause);
  expect((await listAll()).map((row) => [row.round_id, row.decision])).toEqual([
    ['r-k2', 'accumulate'],
    ['r-k1', 'keep'],
  ]);
});

test('the nights against one incumbent are read back as they were, without what may not be used', async () => {
  const [one = '', two = '', three = ''] = await Promise.all(
    ['r-l1', 'r-l2', 'r-l3'].map((round) => seedCandidate(database.db, round)),
  );
  const base = { checkpoint_id: null, base_tree_sha256: baseHash };
  await evaluate(one, null, 0.1);
  await evaluate(two, null, 0.2, { decision: 'refuse' });
  await evaluate(three, one, 0.3);
  const nights = await gateHistory(database.db, base);
  expect(nights.map((rows) => rows.length)).toEqual([20, 0]);
  expect(verdictOf(nights[0] ?? []).evidence.sequential).toEqual(
    verdictOf(evaluationOf(0.1)).evidence.sequential,
  );
  expect(await gateHistory(database.db, { ...base, base_tree_sha256: hashOf('another base') })).toEqual([]);
  expect(await gateHistory(database.db, { ...base, checkpoint_id: one })).toHaveLength(1);
  await database.db
    .updateTable('checkpoint')
    .set({ status: 'tainted' })
    .where('checkpoint_id', '=', one)
    .execute();
  expect(await gateHistory(database.db, base)).toEqual([[], []]);
});

test('a promotion ends the evidence against the one before, and a rollback begins it anew', async () => {
  const one = await seedCandidate(database.db, 'r-m1');
  const two = await seedCandidate(database.db, 'r-m2');
  const base = { checkpoint_id: null, base_tree_sha256: baseHash };
  await evaluate(one, null, 0.1);
  await promoteCheckpoint(deps, one, 'stable', cause);
  await evaluate(two, one, 0.1);
  expect(await gateHistory(database.db, { ...base, checkpoint_id: one })).toHaveLength(1);
  await rollbackAlias(deps, 'stable', cause);
  expect(await gateHistory(database.db, base)).toEqual([]);
});

test('a round without a snapshot, and one with an unknown parent', async () => {
  await seedRound(database.db, 'r-n1', 's-1');
  await database.db.updateTable('round').set({ snapshot_id: null }).where('round_id', '=', 'r-n1').execute();
  await expect(register('r-n1', manifest('r-n1'), 'mendloop-r-x-s1')).rejects.toMatchObject({
    code: 'not_found',
  });
  expect(await register('r-n1', manifest('r-n1'))).toBe('mendloop-r-n1-s8');
});
