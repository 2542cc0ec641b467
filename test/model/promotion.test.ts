import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { readConfig } from '../../src/config/config.ts';
import { roundDeps } from '../../src/main/wiring/rounds.ts';
import { showRound } from '../../src/queries/rounds.ts';
import { readAlias } from '../../src/train/checkpoint/alias.ts';
import { promoteCheckpoint } from '../../src/train/checkpoint/promote.ts';
import { retireTainted } from '../../src/train/checkpoint/retire-tainted.ts';
import { advanceRound } from '../../src/train/round/advance.ts';
import type { RoundDeps } from '../../src/train/round/deps.ts';
import { mendloop } from '../cli/mendloop.ts';
import { type RoundWorld, roundWorld, signal } from '../train/round-world.ts';
import { type ServerUnderTest, startModelServer } from './server-under-test.ts';

/*
 * Promotion as it is wired: checkpoints of real rounds, the model server's address from the environment, its real adapter, and
 * a server that speaks vLLM's API.
 */
const key = 'a key of the test';
const cause = { reason: 'a test' };
let world: RoundWorld;
/** Rounds that have been trained and wait for the gate. */
let ids: string[];
let server: ServerUnderTest | null = null;

beforeAll(async () => {
  world = await roundWorld();
  ids = await Promise.all([trained(), trained(), trained()]);
});
afterAll(() => world[Symbol.asyncDispose]());
afterEach(async () => {
  await server?.[Symbol.asyncDispose]();
  await world.database.db.deleteFrom('alias').execute();
});

async function trained(): Promise<string> {
  const id = await world.plan();
  while ((await showRound(world.database.db, id)).state !== 'evaluating') {
    await advanceRound(world.deps, id, signal);
  }
  return id;
}

const base = () => path.join(world.folder, 'Tiny-Base');
const checkpoint = (at: number): string => `mendloop-${ids[at]}-s2`;
const adapter = (at: number): string => path.join(world.rounds, ids[at] ?? '', 'out', 'adapter');
const stable = async () => (await readAlias(world.database.db, 'stable')).checkpoint_id;

async function start(faults: object = {}): Promise<ServerUnderTest> {
  server = await startModelServer(key, { root: base(), ...faults });
  return server;
}

function settings(url: string): Record<string, string> {
  return {
    MENDLOOP_HOME: world.folder,
    DATABASE_URL: world.database.url,
    MENDLOOP_MODEL_URL: `${url}/v1`,
    MENDLOOP_MODEL_KEY: key,
  };
}

/** What the product makes of these settings. */
function wired(url: string): RoundDeps {
  const { db, queue, log } = world.deps;
  return roundDeps({ config: readConfig(settings(url)), db, queue, log, onProgress: () => undefined });
}

/** Answers of a candidate that has learned a lot. */
async function writeEvidence(id: string): Promise<void> {
  const file = path.join(world.rounds, id, 'attempts', '0001', 'evaluation.jsonl');
  const lines = (await readFile(file, 'utf8')).trimEnd().split('\n');
  const better = lines.map((line) => {
    const row = JSON.parse(line) as { model: string };
    const reward = row.model === 'candidate' ? 1 : -1;
    const rewards = { 'paper/1': reward, 'mendloop/1': reward };
    return JSON.stringify({ ...row, rewards, format_error: reward < 0, hack: null });
  });
  await writeFile(file, `${better.join('\n')}\n`);
}

test('what the gate takes waits for the model server, is loaded and proven there, and then is stable', async () => {
  const [id = ''] = ids;
  await writeEvidence(id);
  const gone = await start();
  await gone[Symbol.asyncDispose]();
  expect(await advanceRound(wired(gone.url), id, signal)).toEqual({ state: 'evaluating', againSeconds: 30 });
  expect(await stable()).toBeNull();

  const there = await start();
  expect(await advanceRound(wired(there.url), id, signal)).toEqual({ state: 'promoted', againSeconds: null });
  expect([...there.adapters]).toEqual([[checkpoint(0), adapter(0)]]);
  expect(await stable()).toBe(checkpoint(0));
});

test('a server that runs another base model refuses by code, and the alias stays', async () => {
  const { url, adapters } = await start({ root: '/models/another' });
  const answer = await mendloop(['checkpoint', 'promote', checkpoint(1)], { env: settings(url) });
  expect(answer.status).toBe(1);
  expect(answer.stderr).toContain('mendloop: model_refused: model server:');
  expect(answer.stderr).toContain(`belongs on ${base()}`);
  expect([await stable(), adapters.size]).toEqual([null, 0]);
});

test('a server that is gone is told by code, and the alias stays', async () => {
  const { url } = await start();
  await server?.[Symbol.asyncDispose]();
  const answer = await mendloop(['checkpoint', 'promote', checkpoint(1)], { env: settings(url) });
  expect([answer.status, answer.stderr.includes('mendloop: model_unreachable:')]).toEqual([1, true]);
  expect(await stable()).toBeNull();
});

test('promotion and rollback by command serve what the alias comes to mean, or leave it', async () => {
  const { url, adapters, faults } = await start();
  const command = async (...args: string[]) => mendloop(['checkpoint', ...args], { env: settings(url) });
  for (const at of [1, 2]) expect((await command('promote', checkpoint(at))).status).toBe(0);
  expect([...adapters.keys()]).toEqual([checkpoint(1), checkpoint(2)]);

  // As after the server was started anew: it has lost what was loaded, and now it does not take it.
  adapters.clear();
  faults.loadStatus = 400;
  expect((await command('rollback')).stderr).toContain('mendloop: model_refused:');
  expect(await stable()).toBe(checkpoint(2));

  faults.loadStatus = 200;
  expect((await command('rollback')).status).toBe(0);
  expect([...adapters]).toEqual([[checkpoint(1), adapter(1)]]);
  expect(await stable()).toBe(checkpoint(1));
});

test('a tainted checkpoint is unloaded when its last request is done, and the others stay', async () => {
  const { url, adapters } = await start();
  const { checkpoints } = wired(url);
  for (const at of [1, 2]) await promoteCheckpoint(checkpoints, checkpoint(at), 'stable', cause);
  await world.database.db
    .updateTable('checkpoint')
    .set({ status: 'tainted' })
    .where('checkpoint_id', '=', checkpoint(1))
    .execute();
  await retireTainted(checkpoints);
  expect([...adapters.keys()]).toEqual([checkpoint(2)]);
  await server?.[Symbol.asyncDispose]();
  await expect(retireTainted(checkpoints)).rejects.toMatchObject({ code: 'model_unreachable' });
});

test('without a model server an alias moves all the same', async () => {
  const { MENDLOOP_HOME, DATABASE_URL } = settings('http://127.0.0.1:9');
  const env = { MENDLOOP_HOME: MENDLOOP_HOME ?? '', DATABASE_URL: DATABASE_URL ?? '' };
  expect((await mendloop(['checkpoint', 'promote', checkpoint(2)], { env })).status).toBe(0);
  expect(await stable()).toBe(checkpoint(2));
});
