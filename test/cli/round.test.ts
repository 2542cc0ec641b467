import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type TestDatabase, testDatabase } from '../support/database.ts';
import { seedTraining } from '../train/seed-training.ts';
import { mendloop, start } from './mendloop.ts';

let home: string;
let database: TestDatabase;
beforeAll(async () => {
  home = await mkdtemp(path.join(tmpdir(), 'mendloop-cli-round-'));
  database = await testDatabase();
  await seedTraining(database.db, 20);
  await mkdir(path.join(home, 'model'));
  await writeFile(path.join(home, 'model', 'config.json'), '{"model_type":"llama"}');
});
afterAll(async () => {
  await database[Symbol.asyncDispose]();
  await rm(home, { recursive: true, force: true });
});

function environment() {
  const model = path.join(home, 'model');
  return {
    DATABASE_URL: database.url,
    MENDLOOP_HOME: home,
    ROUND_ENGINE: 'fake',
    ROUND_MODEL: model,
    LOG_LEVEL: 'silent',
  };
}

const call = (...args: string[]) => mendloop(args, { env: environment() });

async function json(...args: string[]): Promise<Record<string, unknown>> {
  const answer = await call(...args, '--json');
  expect(answer.stderr).not.toContain('mendloop:');
  return JSON.parse(answer.stdout) as Record<string, unknown>;
}

describe('mendloop round', () => {
  test('pause and unpause', async () => {
    expect(await json('round', 'pause', '--until', '2099-01-31')).toEqual({
      paused: true,
      until: '2099-01-31',
    });
    expect(await json('round', 'pause')).toEqual({ paused: true, until: null });
    expect((await call('round', 'pause', '--until', '2026-02-30')).status).toBe(2);
    expect(await json('round', 'unpause')).toEqual({ paused: false });
  });

  test('start --wait drives a round to its end without a worker', async () => {
    const answer = await call('round', 'start', '--wait', '--steps', '2', '--seed', '7', '--json');
    expect(answer.status).toBe(0);
    const round = JSON.parse(answer.stdout) as Record<string, unknown>;
    expect(round).toMatchObject({
      state: 'discarded',
      seed: 7,
      total_steps: 2,
      gate: { decision: 'accumulate', reasons: expect.any(Array) as unknown[] },
      metrics: { reward_mean: expect.any(Number) as number },
    });
    expect(existsSync(path.join(String(round['dir']), 'out', 'manifest.json'))).toBe(true);
    expect(answer.stderr).toContain(`${String(round['round_id'])}: submitting`);
    expect(await json('round', 'show', String(round['round_id']))).toEqual(round);
    expect(await json('round', 'list')).toMatchObject([
      { round_id: round['round_id'], decision: 'accumulate' },
    ]);
  });

  test('what was interrupted is watched, cancelled and resumed by other commands', async () => {
    const overrides = path.join(home, 'overrides.json');
    await writeFile(overrides, '{"sleep_s": 0.6}');
    const running = start(['round', 'start', '--wait', '--steps', '12', '--overrides', overrides, '--json'], {
      env: environment(),
    });
    let told = '';
    running.child.stderr?.on('data', (chunk: Buffer) => (told += chunk.toString()));
    await expect.poll(() => told, { timeout: 60_000 }).toMatch(/train [2-9]\/12/);
    running.child.kill('SIGKILL');
    await running.ended;
    const id = /r-\d{8}-[0-9a-f]{8}/.exec(told)?.[0] ?? '';

    expect(await json('round', 'cancel', id, '--wait')).toMatchObject({
      state: 'cancelled',
      attempts: [{ exit_code: 30 }],
    });
    const resumed = await call('round', 'resume', id);
    expect(resumed).toMatchObject({ status: 0, stdout: expect.stringContaining('submitting') as string });
    const watched = await call('round', 'watch', id);
    expect(watched).toMatchObject({ status: 0, stdout: expect.stringMatching(/steps +12 of 12/) as string });
  });

  test('wrong names, files and ids are told before anything is planned', async () => {
    const before = (await database.db.selectFrom('round').select('round_id').execute()).length;
    expect(await call('round', 'start', '--cluster', 'nowhere')).toMatchObject({ status: 1 });
    expect(await call('round', 'start', '--engine', 'none')).toMatchObject({ status: 2 });
    expect(await call('round', 'start', '--steps', '0')).toMatchObject({ status: 2 });
    const missing = await call('round', 'start', '--overrides', path.join(home, 'none.json'));
    expect(missing.stderr).toContain('mendloop: input_invalid: the file of --overrides');
    for (const command of ['show', 'watch', 'cancel', 'resume']) {
      const answer = await call('round', command, 'r-none');
      expect(answer.stderr).toContain('mendloop: not_found: there is no round r-none');
      expect(answer.status).toBe(1);
    }
    expect(await database.db.selectFrom('round').select('round_id').execute()).toHaveLength(before);
  });

  test('start without --wait leaves the round to a worker', async () => {
    const round = await json('round', 'start', '--steps', '2');
    expect(round['state']).toBe('planned');
    const worker = start(['worker'], { env: environment() });
    const state = async () => (await json('round', 'show', String(round['round_id'])))['state'];
    await expect.poll(state, { timeout: 90_000, interval: 1000 }).toBe('discarded');
    worker.child.kill('SIGTERM');
    expect((await worker.ended).status).toBe(0);
  });
});

test.each([
  ['ROUND_AT', '2:30'],
  ['ROUND_AT', '24:00'],
  ['ROUND_TIME_ZONE', 'Europe/Nowhere'],
  ['ROUND_HOURS', '0'],
  ['ROUND_ENGINE', 'other'],
  ['ROUND_FORMULA', 'paper/9'],
])('%s=%s is refused by name', async (name, value) => {
  const answer = await mendloop(['config', 'check'], { env: { ...environment(), [name]: value } });
  expect(answer).toMatchObject({
    status: 3,
    stderr: expect.stringContaining(`config_invalid: ${name} `) as string,
  });
});
