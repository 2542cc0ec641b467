import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { advanceRound } from '../../src/train/round/advance.ts';
import { Liveness } from '../../src/train/round/attempt/look.ts';
import type { RoundDeps } from '../../src/train/round/deps.ts';
import { requestCancel } from '../../src/train/round/requests/cancel.ts';
import { attemptsOf } from '../../src/train/round/state/attempts.ts';
import { readRound, specOf } from '../../src/train/round/state/read-round.ts';
import { type RoundWorld, roundWorld, signal } from './round-world.ts';

/*
 * A driver that heeds no request: stopped by SIGSTOP in the middle of its training, it is alive and does nothing. A turn used to
 * wait out the whole grace, minutes, with the round's lock and a connection of the pool in its hands.
 */
let world: RoundWorld;
beforeEach(async () => {
  world = await roundWorld();
});
afterEach(() => world[Symbol.asyncDispose]());

/** A worker whose clock is ahead; each call is a worker that has just started. */
function worker(aheadSeconds = 0): RoundDeps {
  const now = (): Date => new Date(Date.now() + aheadSeconds * 1000);
  return { ...world.deps, now, liveness: new Liveness() };
}

async function stateOf(id: string): Promise<string> {
  return (await readRound(world.database.db, id)).state;
}

async function frozenRound(): Promise<string> {
  const id = await world.plan({ request: { steps: 30, overrides: { sleep_s: 0.3 } } });
  const step = async (): Promise<number> => {
    await advanceRound(world.deps, id, signal);
    return (await readRound(world.database.db, id)).step ?? 0;
  };
  await expect.poll(step, { timeout: 60_000, interval: 50 }).toBeGreaterThan(0);
  world.cluster.freeze(`mendloop-${id}-a1`);
  return id;
}

async function cancel(id: string): Promise<void> {
  await world.database.db.transaction().execute((trx) => requestCancel(trx, world.deps.queue, id));
}

async function graceOf(id: string): Promise<number> {
  return specOf(await readRound(world.database.db, id)).limits.grace_s;
}

describe('a job that ignores the request to stop', () => {
  test('holds up no turn, and is killed after its grace, also by a worker that started in between', async () => {
    const id = await frozenRound();
    const key = `mendloop-${id}-a1`;
    const grace = await graceOf(id);
    await cancel(id);

    for (let turn = 0; turn < 3; turn += 1) await advanceRound(worker(), id, signal);
    expect(world.cluster.asked).toEqual([`requestStop ${key}`]);
    const control = path.join(world.rounds, id, 'control', 'cancel.json');
    expect(JSON.parse(await readFile(control, 'utf8'))).toMatchObject({ at: expect.any(String) as string });

    await advanceRound(worker(grace - 60), id, signal);
    expect(world.cluster.asked).toEqual([`requestStop ${key}`]);
    expect(await stateOf(id)).toBe('running');

    await advanceRound(worker(grace + 1), id, signal);
    expect(world.cluster.asked).toEqual([`requestStop ${key}`, `kill ${key}`]);
    const status = async () => (await world.cluster.status(key, signal)).state;
    await expect.poll(status, { timeout: 10_000 }).toBe('failed');
    // The end counts once the driver's last file had time to appear.
    const late = worker(grace + 30);
    await advanceRound(late, id, signal);
    await advanceRound({ ...worker(grace + 60), liveness: late.liveness }, id, signal);
    expect(await stateOf(id)).toBe('cancelled');
    expect(await attemptsOf(world.database.db, id)).toMatchObject([{ state: 'cancelled', exit_code: 137 }]);
  });

  test('is asked again where the scheduler was not reached, and its grace begins when it was', async () => {
    const id = await frozenRound();
    await cancel(id);
    world.cluster.unreachable = true;
    await advanceRound(worker(), id, signal);
    expect(world.cluster.asked).toEqual([]);
    expect(await attemptsOf(world.database.db, id)).toMatchObject([{ stop_requested_at: null }]);

    world.cluster.unreachable = false;
    await advanceRound(worker(1000), id, signal);
    await advanceRound(worker(1001), id, signal);
    expect(world.cluster.asked).toEqual([`requestStop mendloop-${id}-a1`]);
  });
});

test('a turn whose signal is aborted leaves the round as it is', async () => {
  const id = await frozenRound();
  await cancel(id);
  expect(await advanceRound(world.deps, id, AbortSignal.abort())).toBeNull();
  expect(world.cluster.asked).toEqual([]);
  expect(await stateOf(id)).toBe('running');
});
