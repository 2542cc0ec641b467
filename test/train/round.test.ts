import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { gunzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { RoundState } from '../../src/domain/round.ts';
import { showRound } from '../../src/queries/rounds.ts';
import { roundSpec } from '../../src/round-contract/round-spec.ts';
import { advanceRound } from '../../src/train/round/advance.ts';
import { profileOf } from '../../src/train/round/cluster/profiles.ts';
import { driveRound } from '../../src/train/round/drive.ts';
import { requestCancel } from '../../src/train/round/requests/cancel.ts';
import { resumeRound } from '../../src/train/round/requests/resume.ts';
import { type RoundWorld, roundWorld, signal } from './round-world.ts';

const root = path.join(import.meta.dirname, '..', '..');

let world: RoundWorld;
beforeEach(async () => {
  world = await roundWorld();
});
afterEach(() => world[Symbol.asyncDispose]());

/** Without the pauses before another attempt. */
async function hurry(): Promise<void> {
  await world.database.db.updateTable('round').set({ not_before: null }).execute();
}

const drive = (id: string) => driveRound(world.deps, id, AbortSignal.timeout(100_000), hurry);
const show = (id: string) => showRound(world.database.db, id);

/** Goes on until the round is in the state, and in its training where that is asked. */
async function until(id: string, state: RoundState, phase?: string): Promise<void> {
  await expect
    .poll(
      async () => {
        const shown = await show(id);
        if (shown.state === state && (phase === undefined || shown.phase === phase)) return true;
        await advanceRound(world.deps, id, signal);
        return false;
      },
      { timeout: 60_000, interval: 50 },
    )
    .toBe(true);
}

async function untilStep(id: string, step: number): Promise<void> {
  await until(id, 'running', 'train');
  const now = async () => (await advanceRound(world.deps, id, signal), (await show(id)).step ?? 0);
  await expect.poll(now, { timeout: 60_000, interval: 50 }).toBeGreaterThanOrEqual(step);
}

async function cancel(id: string): Promise<boolean> {
  return world.database.db.transaction().execute((trx) => requestCancel(trx, world.deps.queue, id));
}

/** A few steps that take a while. */
const slow = { request: { steps: 30, overrides: { sleep_s: 0.3 } } };

describe('a round', () => {
  test('goes from its plan to the gate, and its directory is what was agreed', async () => {
    const id = await world.plan();
    expect(await drive(id)).toBe('discarded');

    const shown = await show(id);
    expect(shown).toMatchObject({
      reason: 'improvement_not_shown',
      gate: { decision: 'accumulate' },
      checkpoint_id: `mendloop-${id}-s2`,
      step: 2,
      total_steps: 2,
      phase: 'done',
      attempts: [{ attempt: 1, state: 'succeeded', exit_code: 0, native_id: `mendloop-${id}-a1` }],
    });
    expect(shown.history.map(({ to_status }) => to_status)).toEqual([
      'planned',
      'snapshotting',
      'submitting',
      'running',
      'finalising',
      'evaluating',
      'discarded',
    ]);
    const folder = path.join(world.rounds, id);
    const spec = roundSpec.parse(JSON.parse(await readFile(path.join(folder, 'spec.json'), 'utf8')));
    expect(spec.data.train.rows).toBe(12);
    expect(spec.evaluation.rows).toBe(8);
    const driver = ['-m', 'mendloop_trainer', 'validate', '--round-dir', folder];
    const env = { PATH: process.env['PATH'], TMPDIR: tmpdir(), PYTHONPATH: path.join(root, 'trainer') };
    await promisify(execFile)('python3', driver, { env });
    // What the answers are compared with lies in one file of the directory and in no table.
    const oracles = gunzipSync(await readFile(path.join(folder, 'data', 'oracles.jsonl.gz'))).toString(
      'utf8',
    );
    expect(oracles).toContain('first + second');
    const others = await readdir(folder, { recursive: true, withFileTypes: true });
    for (const file of others.filter((one) => one.isFile() && /\.(jsonl?|log)$/.test(one.name))) {
      expect(await readFile(path.join(file.parentPath, file.name), 'utf8')).not.toContain('"oracle":{"part');
    }
  });

  test('copies what the driver reports', async () => {
    const id = await world.plan();
    await drive(id);
    const events = await world.database.db
      .selectFrom('round_event')
      .select(['seq', 'type', 'body'])
      .where('round_id', '=', id)
      .orderBy('seq')
      .execute();
    const file = await readFile(path.join(world.rounds, id, 'attempts', '0001', 'events.jsonl'), 'utf8');
    expect(events.map(({ seq }) => seq)).toEqual(
      file
        .trimEnd()
        .split('\n')
        .map((_, index) => index + 1),
    );
    expect(new Set(events.map(({ type }) => type))).toEqual(
      new Set(['phase', 'step', 'sample', 'reward_stats', 'checkpoint', 'artifact', 'end']),
    );
    const last = events.findLast(({ type, body }) => type === 'step' && body['total'] === 2)?.body['metrics'];
    expect((await show(id)).metrics).toEqual(last);
  });

  test('with too few rows ends before anything is submitted, and says how many there are', async () => {
    await world.database.db.updateTable('repository').set({ consent: 'collect' }).execute();
    const id = await world.plan();
    expect(await drive(id)).toBe('discarded');
    expect(await show(id)).toMatchObject({
      reason: 'too_few_rows',
      message: `A step needs ${profileOf({ profile: 'cpu', settings: {} }).algo.prompts_per_step} training rows, and there are 0.`,
      attempts: [],
    });
    expect(world.cluster.started).toEqual([]);
  });

  test('without a model to begin with fails and says what is missing', async () => {
    const id = await world.plan();
    await driveRound({ ...world.deps, model: null }, id, AbortSignal.timeout(60_000));
    expect(await show(id)).toMatchObject({ state: 'failed', reason: 'round_invalid' });
  });
});

describe('the scheduler', () => {
  test('whose answer was lost gets no second job', async () => {
    const id = await world.plan();
    world.cluster.loseAnswer = true;
    expect(await drive(id)).toBe('discarded');
    expect(world.cluster.started).toEqual([`mendloop-${id}-a1`]);
  });

  test('that is not reached for a while holds nothing up for good', async () => {
    const id = await world.plan();
    world.cluster.unreachable = true;
    await until(id, 'submitting');
    expect(await advanceRound(world.deps, id, signal)).toEqual({ state: 'submitting', againSeconds: 30 });
    world.cluster.unreachable = false;
    await until(id, 'running');
    world.cluster.unreachable = true;
    await expect
      .poll(() => existsSync(path.join(world.rounds, id, 'attempts', '0001', 'result.json')), {
        timeout: 60_000,
      })
      .toBe(true);
    // The driver's own files say how it ended.
    expect(await drive(id)).toBe('discarded');
  });

  test('that forgot a job does not end it', async () => {
    const id = await world.plan(slow);
    await until(id, 'running', 'train');
    world.cluster.forgetful = true;
    await advanceRound(world.deps, id, signal);
    expect((await show(id)).state).toBe('running');
    world.cluster.forgetful = false;
    await cancel(id);
    expect(await drive(id)).toBe('cancelled');
  });
});

describe('an attempt that fails', () => {
  test('is followed by two more, and then the round has failed', async () => {
    const id = await world.plan({ request: { overrides: { fail_at_step: 2 } } });
    await drive(id);
    expect(await show(id)).toMatchObject({
      state: 'failed',
      reason: 'crashed',
      attempts: [
        { attempt: 1, state: 'failed', exit_code: 20, reason: 'crashed' },
        { attempt: 2, state: 'failed', exit_code: 20, reason: 'crashed' },
        { attempt: 3, state: 'failed', exit_code: 20, reason: 'crashed' },
      ],
    });
    expect(world.cluster.started).toEqual([1, 2, 3].map((attempt) => `mendloop-${id}-a${attempt}`));
  });

  test('for good is the last one', async () => {
    const id = await world.plan({ request: { overrides: { collapse_at: 1 } } });
    expect(await drive(id)).toBe('failed');
    expect(await show(id)).toMatchObject({ reason: 'diverged', attempts: [{ exit_code: 25 }] });
  });

  test('because it stands still is stopped, and another one begins', async () => {
    const id = await world.plan({ request: { steps: 3, overrides: { sleep_s: 60 } } });
    let aheadMs = 0;
    const deps = { ...world.deps, now: () => new Date(Date.now() + aheadMs) };
    await until(id, 'running');
    // The warm-up sleeps, too: nothing but the clock tells that it is long.
    await expect
      .poll(async () => (await advanceRound(deps, id, signal), (await show(id)).phase), { timeout: 60_000 })
      .toBe('warmup');
    world.cluster.freeze(`mendloop-${id}-a1`);
    await advanceRound(deps, id, signal);
    aheadMs = 2_000_000;
    await advanceRound(deps, id, signal);
    expect(await show(id)).toMatchObject({ attempts: [{ reason: 'stalled' }] });
    world.cluster.crash(`mendloop-${id}-a1`);
    await expect
      .poll(
        async () => (await advanceRound(deps, id, signal), await hurry(), (await show(id)).attempts.length),
        {
          timeout: 60_000,
          interval: 200,
        },
      )
      .toBe(2);
    expect(await show(id)).toMatchObject({ attempts: [{ state: 'failed', reason: 'stalled' }, {}] });
  });

  test('by a killed machine is gone on from its checkpoint', async () => {
    const id = await world.plan({ request: { steps: 6, overrides: { sleep_s: 0.3 } } });
    await untilStep(id, 3);
    world.cluster.crash(`mendloop-${id}-a1`);
    await drive(id);
    const shown = await show(id);
    expect(shown).toMatchObject({
      state: 'discarded',
      step: 6,
      attempts: [{ exit_code: 137 }, { exit_code: 0 }],
    });
    const { rows } = await world.database.pool.query<{ step: number }>(
      "select min((body->>'step')::int) as step from round_event where attempt = 2 and type = 'step' and (body->>'total')::int = 6",
    );
    expect(rows[0]?.step).toBeGreaterThan(1);
  });
});

describe('a wish to cancel', () => {
  test('before anything runs is fulfilled at once', async () => {
    const id = await world.plan();
    expect(await cancel(id)).toBe(true);
    expect(await cancel(id)).toBe(false);
    expect(await drive(id)).toBe('cancelled');
    expect(world.cluster.started).toEqual([]);
  });

  test('while the key is stored and nothing was submitted starts nothing', async () => {
    const id = await world.plan();
    await until(id, 'submitting');
    await cancel(id);
    expect(await drive(id)).toBe('cancelled');
    expect(await show(id)).toMatchObject({ attempts: [{ state: 'cancelled' }] });
    expect(world.cluster.started).toEqual([]);
  });

  test('while the answer to the submission was lost ends the job that runs', async () => {
    const id = await world.plan(slow);
    await until(id, 'submitting');
    world.cluster.loseAnswer = true;
    await advanceRound(world.deps, id, signal);
    await cancel(id);
    expect(await drive(id)).toBe('cancelled');
    expect(await world.cluster.status(`mendloop-${id}-a1`, signal)).toMatchObject({ state: 'failed' });
  });

  test('in training leaves a checkpoint, from which the round is resumed', async () => {
    const id = await world.plan({ request: { steps: 6, overrides: { sleep_s: 0.4 } } });
    await untilStep(id, 1);
    await cancel(id);
    expect(await drive(id)).toBe('cancelled');
    expect(await show(id)).toMatchObject({
      attempts: [{ state: 'cancelled', exit_code: 30 }],
      checkpoint_id: null,
    });

    await resumeRound(world.deps, id);
    expect(await drive(id)).toBe('discarded');
    expect(await show(id)).toMatchObject({ step: 6, attempts: [{ exit_code: 30 }, { exit_code: 0 }] });
  });

  test('after training discards the result', async () => {
    const id = await world.plan();
    await until(id, 'finalising');
    await cancel(id);
    expect(await drive(id)).toBe('cancelled');
    expect((await show(id)).checkpoint_id).toBeNull();
    expect(await cancel(id)).toBe(false);
  });
});

test('a deadline ends training with its step, and the result counts', async () => {
  const id = await world.plan({ ...slow, deadline: new Date(Date.now() + 4000) });
  expect(await drive(id)).toBe('discarded');
  const shown = await show(id);
  expect(shown).toMatchObject({ attempts: [{ exit_code: 0 }], gate: { decision: 'accumulate' } });
  expect(shown.step).toBeLessThan(30);
});

test('a result whose files were changed is not registered', async () => {
  const id = await world.plan();
  await until(id, 'finalising');
  await writeFile(path.join(world.rounds, id, 'out', 'README.md'), 'something else');
  expect(await drive(id)).toBe('failed');
  expect(await show(id)).toMatchObject({ reason: 'out_invalid', checkpoint_id: null });
});
