import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { advanceRound } from '../../src/train/round/advance.ts';
import { reviveRounds } from '../../src/train/round/requests/revive.ts';
import { readRound } from '../../src/train/round/state/read-round.ts';
import { latestNight } from '../../src/train/schedule/due-night.ts';
import { pauseNights, readPause, unpauseNights } from '../../src/train/schedule/pause.ts';
import { planDueNight } from '../../src/train/schedule/plan-night.ts';
import { type RoundWorld, roundWorld, signal } from './round-world.ts';

let world: RoundWorld;
beforeEach(async () => {
  world = await roundWorld({ instances: 4 });
});
afterEach(() => world[Symbol.asyncDispose]());

const nightly = {
  at: '02:30',
  timeZone: 'Europe/Berlin',
  cluster: 'local',
  engine: 'fake',
  formula: 'mendloop/1',
  hours: 8,
} as const;

const plan = (now: string) => planDueNight(world.deps, new Date(now), nightly);

async function jobs(): Promise<number> {
  const { rows } = await world.database.pool.query("select from pgboss.job where name = 'round'");
  return rows.length;
}

test('ten schedulers at the same moment plan one round of the night, with one job', async () => {
  const planned = await Promise.all(Array.from({ length: 10 }, () => plan('2026-06-02T00:30:05Z')));
  expect(planned.filter((id) => id !== null)).toEqual(['r-20260602-night']);
  expect(await jobs()).toBe(1);
  const round = await readRound(world.database.db, 'r-20260602-night');
  expect(round).toMatchObject({ cause: 'night', night: '2026-06-02', state: 'planned', seed: 20_260_602 });
  expect(round.deadline).toEqual(new Date('2026-06-02T08:30:05Z'));
});

test('missed nights are made up for by one round', async () => {
  expect(await plan('2026-06-02T00:30:05Z')).toBe('r-20260602-night');
  expect(await plan('2026-06-02T00:31:05Z')).toBeNull();
  expect(await plan('2026-06-09T12:00:00Z')).toBe('r-20260609-night');
  expect(await plan('2026-06-09T12:01:00Z')).toBeNull();
  expect(await plan('2026-06-10T00:30:00Z')).toBe('r-20260610-night');
  expect(await world.database.db.selectFrom('round').select('round_id').execute()).toHaveLength(3);
});

test('a pause leaves nights out until its date, and they are not made up', async () => {
  const { db } = world.database;
  await pauseNights(db, '2026-06-04');
  expect(await readPause(db, '2026-06-02')).toEqual({ until: '2026-06-04' });
  expect(await plan('2026-06-02T00:30:05Z')).toBeNull();
  expect(await plan('2026-06-03T23:00:00Z')).toBeNull();
  expect(await plan('2026-06-04T00:30:05Z')).toBe('r-20260604-night');
  expect(await readPause(db, '2026-06-04')).toBeNull();
});

test('a pause without a date lasts until it is ended, and then the next night has a round', async () => {
  const { db } = world.database;
  await plan('2026-06-02T00:30:05Z');
  await pauseNights(db, null);
  expect(await readPause(db, '2026-06-02')).toEqual({ until: null });
  expect(await plan('2026-06-09T00:30:05Z')).toBeNull();
  const { night } = latestNight(new Date('2026-06-09T12:00:00Z'), nightly);
  await unpauseNights(db, night);
  expect(await plan('2026-06-09T12:00:30Z')).toBeNull();
  expect(await plan('2026-06-10T00:30:05Z')).toBe('r-20260610-night');
});

test('ending a pause does not make a shorter one longer, and none is no error', async () => {
  const { db } = world.database;
  await unpauseNights(db, '2026-06-01');
  await pauseNights(db, '2026-06-03');
  await unpauseNights(db, '2026-06-09');
  expect(await plan('2026-06-03T00:30:05Z')).toBe('r-20260603-night');
});

test('a round that began after its time was over has failed', async () => {
  await plan('2026-06-02T00:30:05Z');
  expect(await advanceRound(world.deps, 'r-20260602-night', signal)).toEqual({
    state: 'failed',
    againSeconds: null,
  });
  expect((await readRound(world.database.db, 'r-20260602-night')).reason).toBe('deadline');
});

test('a round that nobody looks after gets one new job an occasion', async () => {
  const id = await world.plan();
  const ended = await world.plan();
  const { db, pool } = world.database;
  expect(await reviveRounds(db, world.deps.queue, 'now')).toEqual([]);
  await pool.query("update round set updated_at = now() - interval '6 minutes'");
  await pool.query("update round set state = 'failed' where round_id = $1", [ended]);
  const before = await jobs();
  for (let scheduler = 0; scheduler < 3; scheduler += 1) {
    expect(await reviveRounds(db, world.deps.queue, 'slot')).toEqual([id]);
  }
  expect(await jobs()).toBe(before + 1);
});

test('two processes at one round do not do the same at the same time', async () => {
  const id = await world.plan();
  let inside = 0;
  let most = 0;
  const assets = async () => {
    inside += 1;
    most = Math.max(most, inside);
    await sleep(300);
    inside -= 1;
    return world.deps.assets();
  };
  const deps = { ...world.deps, assets };
  await advanceRound(deps, id, signal);
  const steps = await Promise.all([1, 2, 3].map(() => advanceRound(deps, id, signal)));
  expect(steps.filter((step) => step !== null)).toEqual([{ state: 'submitting', againSeconds: 0 }]);
  expect(most).toBe(1);
});
