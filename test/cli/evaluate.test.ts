import { execFile } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { sharedFolder } from '../../src/round-files/shared-folder.ts';
import { purgeTraining } from '../../src/train/purge/purge-training.ts';
import { type TestDatabase, testDatabase } from '../support/database.ts';
import { seedTraining } from '../train/seed-training.ts';
import { mendloop, packageFolder, start } from './mendloop.ts';

let home: string;
let database: TestDatabase;
let snapshot: string;

beforeAll(async () => {
  home = await mkdtemp(path.join(tmpdir(), 'mendloop-cli-evaluate-'));
  database = await testDatabase();
  await seedTraining(database.db, 20);
  for (const name of ['model-a', 'model-b']) {
    await mkdir(path.join(home, name));
    await writeFile(path.join(home, name, 'config.json'), JSON.stringify({ model_type: 'llama', name }));
  }
  const made = await call('snapshot', 'create', '--json');
  snapshot = (JSON.parse(made.stdout) as { snapshot_id: string }).snapshot_id;
});
afterAll(async () => {
  await database[Symbol.asyncDispose]();
  await rm(home, { recursive: true, force: true });
});

function environment() {
  return {
    DATABASE_URL: database.url,
    MENDLOOP_HOME: home,
    ROUND_ENGINE: 'fake',
    ROUND_MODEL: path.join(home, 'model-a'),
    LOG_LEVEL: 'silent',
  };
}
const call = (...args: string[]) => mendloop(args, { env: environment() });
const model = (name: string) => path.join(home, name);
const compared = (...more: string[]) => [
  'evaluate',
  '--model',
  model('model-a'),
  '--against',
  model('model-b'),
  '--snapshot',
  snapshot,
  ...more,
];
const left = async () => (existsSync(path.join(home, 'rounds')) ? readdir(path.join(home, 'rounds')) : []);

test('two models are compared under every formula, and the gate says what it would', async () => {
  const answer = await call(...compared('--samples', '2', '--json'));
  expect(answer.status, answer.stderr).toBe(0);
  const told = JSON.parse(answer.stdout) as {
    model: { answers: number; rewards: object };
    differences: { rewards: Record<string, { lower: number; upper: number; tasks: number }> };
  };
  expect(told).toMatchObject({
    snapshot_id: snapshot,
    formula: 'mendloop/1',
    rows: 8,
    samples: 2,
    seed: 1,
    model: { answers: 16, tasks: 8 },
    against: { answers: 16, tasks: 8 },
    // The fake engine's models answer alike: with the same seeds nothing is left of chance.
    differences: { format_errors: { estimate: 0, tasks: 8 }, hacks: { estimate: 0 } },
    gate: { decision: 'accumulate', reasons: [expect.stringContaining('improvement_not_shown: ')] },
  });
  expect(told).toMatchObject({ against: told.model });
  expect(Object.keys(told.differences.rewards)).toEqual(['mendloop/1', 'paper/1']);
  expect(told.differences.rewards['paper/1']).toMatchObject({ estimate: 0, lower: 0, upper: 0, tasks: 8 });
  expect(answer.stderr).toContain('waiting\n');
  expect(await left()).toEqual([]);
});

test('for people it is a table', async () => {
  const { status, stdout } = await call(...compared('--limit', '3'));
  expect(status).toBe(0);
  expect(stdout).toContain(`${snapshot}: 3 rows of 3 tasks, 1 answers to each`);
  for (const what of ['format rate', 'reward mendloop/1', 'reward paper/1', 'hack share']) {
    expect(stdout).toMatch(new RegExp(`^${what} +-?\\d\\.\\d{3} `, 'm'));
  }
  expect(stdout).toMatch(/\[-?\d\.\d{3}, -?\d\.\d{3}\]/);
  expect(stdout).toMatch(/^gate: accumulate\n {2}too_few_tasks: /m);
});

test('what is missing or not there is told by its status', async () => {
  expect((await call('evaluate', '--model', model('model-a'), '--snapshot', snapshot)).status).toBe(2);
  const unknown = await call(...compared().slice(0, -1), 's-00000000000000000000');
  expect([unknown.status, unknown.stderr.includes('mendloop: not_found:')]).toEqual([1, true]);
  const nobody = await call('evaluate', '--model', 'nobody', ...compared().slice(3));
  expect(nobody.stderr).toContain('mendloop: not_found: there is no checkpoint and no folder');
  expect(await left()).toEqual([]);
});

test('a checkpoint is named by its id, and a tainted one is not asked anything', async () => {
  const { db } = database;
  const round = {
    round_id: 'r-20260101-one',
    cause: 'manual',
    state: 'discarded',
    cluster: 'local',
  } as const;
  const settings = { engine: 'fake', formula: 'mendloop/1', seed: 1, request: '{}', metrics: '{}' } as const;
  await db
    .insertInto('round')
    .values({ ...round, ...settings })
    .execute();
  const files = { kind: 'full', tree_sha256: 'a', manifest: '{}' } as const;
  await db
    .insertInto('checkpoint')
    .values([
      { checkpoint_id: 'mendloop-one', round_id: round.round_id, status: 'candidate', ...files },
      { checkpoint_id: 'mendloop-two', round_id: round.round_id, status: 'tainted', ...files },
    ])
    .execute();
  const out = path.join(home, 'rounds', round.round_id, 'out', 'model');
  await mkdir(out, { recursive: true });
  await writeFile(path.join(out, 'config.json'), '{"model_type":"llama"}');
  const ask = (id: string) => call('evaluate', '--model', id, ...compared('--limit', '2', '--json').slice(3));

  const answer = await ask('mendloop-one');
  expect(answer.status, answer.stderr).toBe(0);
  const refused = await ask('mendloop-two');
  expect([refused.status, refused.stderr.includes('mendloop: policy_refused:')]).toEqual([4, true]);
  await rm(path.join(home, 'rounds', round.round_id), { recursive: true });
});

test('one that is asked to stop ends its job and leaves nothing', async () => {
  const running = start(compared('--limit', '8'), { env: environment() });
  await expect.poll(left, { timeout: 30_000 }).toHaveLength(1);
  running.child.kill('SIGINT');
  const { status, stderr } = await running.ended;
  expect([status, stderr.includes('mendloop: cancelled:')]).toEqual([1, true]);
  expect(await left()).toEqual([]);
});

test('rows whose repository takes its consent back are gone, also under an evaluation', async () => {
  const { db } = database;
  const running = start(compared(), { env: environment() });
  await expect.poll(left, { timeout: 30_000 }).toHaveLength(1);
  // At work: before that, the command itself asks for the consent.
  const reports = (name: string): string =>
    path.join(home, 'rounds', name, 'attempts', '0001', 'status.json');
  const isAtWork = async (): Promise<boolean> => (await left()).some((name) => existsSync(reports(name)));
  await expect.poll(isAtWork, { timeout: 30_000 }).toBe(true);
  await db.updateTable('repository').set({ consent: 'collect' }).execute();
  const rounds = path.join(home, 'rounds');
  await purgeTraining({ db, snapshots: path.join(home, 'snapshots'), rounds: [sharedFolder(rounds)] }, 1);
  const { status, stderr } = await running.ended;
  expect([status, /mendloop: (?:cancelled|consent_missing|round_invalid):/.test(stderr)]).toEqual([1, true]);
  expect(await left()).toEqual([]);
  const after = await call(...compared());
  expect([after.status, after.stderr.includes('mendloop: consent_missing:')]).toEqual([4, true]);
});

const trl = trlPython();

/** An environment of the trainer that somebody named, or that the trainer's own tests have made. */
function trlPython(): string | null {
  const named = process.env['MENDLOOP_TRL_PYTHON'];
  if (named !== undefined) return named;
  const folder = path.join(packageFolder, '.mendloop', 'trainer', 'environments');
  const made = existsSync(folder) ? readdirSync(folder) : [];
  const complete = made.filter((name) => existsSync(path.join(folder, name, 'complete')));
  const found = complete.find((name) => existsSync(path.join(folder, name, 'bin', 'trl')));
  return found === undefined ? null : path.join(folder, found, 'bin', 'python');
}

/** The same tokenizer and other weights. */
const otherWeights = `
import sys, torch
from transformers import AutoModelForCausalLM, AutoTokenizer
base, other = sys.argv[1:]
torch.manual_seed(7)
model = AutoModelForCausalLM.from_pretrained(base)
for weights in model.parameters():
    weights.data += 0.5 * torch.randn_like(weights)
model.save_pretrained(other)
AutoTokenizer.from_pretrained(base).save_pretrained(other)
`;

async function makeModels(python: string, base: string, other: string): Promise<void> {
  const env = { ...process.env, PYTHONPATH: path.join(packageFolder, 'trainer') };
  const run = (...args: string[]) => promisify(execFile)(python, args, { env });
  await run('-m', 'mendloop_trainer', 'model', 'random-llama', '--out', base);
  await run('-c', otherWeights, base, other);
}

test.skipIf(trl === null)(
  'two real models are served in turn and answer the same rows',
  async () => {
    const [base, other] = [model('Random-Llama'), model('Other-Llama')];
    await makeModels(trl ?? '', base, other);
    const resources = { nodes: 1, gpus_per_node: 0, gpu_type: null, cpus: 2, mem_gb: 4 };
    const local = { name: 'local', kind: 'local', profile: 'cpu', resources, python: [trl] };
    await writeFile(path.join(home, 'mendloop.clusters.json'), JSON.stringify({ clusters: [local] }));
    await database.db.updateTable('repository').set({ consent: 'train' }).execute();
    const made = await call('snapshot', 'create', '--rows', 'hunks', '--json');
    const { snapshot_id } = JSON.parse(made.stdout) as { snapshot_id: string };

    const named = ['--model', other, '--against', base, '--snapshot', snapshot_id];
    const answer = await call('evaluate', ...named, '--engine', 'trl_grpo', '--limit', '2', '--json');

    expect(answer.status, answer.stderr).toBe(0);
    const told = JSON.parse(answer.stdout) as { model: object; against: object };
    const scored = {
      answers: 2,
      tasks: 2,
      rewards: { 'paper/1': { scored: 2 }, 'mendloop/1': { scored: 2 } },
    };
    expect([told.model, told.against]).toMatchObject([scored, scored]);
    expect(told).toMatchObject({ gate: { decision: 'accumulate' } });
    expect(await left()).toEqual([]);
  },
  240_000,
);
