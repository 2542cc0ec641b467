import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Mendloop } from '../../scripts/report-training/mendloop.ts';
import { runRound, type ShownRound } from '../../scripts/report-training/rounds.ts';
import { reasonOf } from '../../src/train/round/attempt/decide.ts';
import { buildSpec } from '../../src/train/round/prepare/build-spec.ts';
import { roundRequest } from '../../src/train/round/state/request.ts';

const tree = 'a'.repeat(64);
const file = { uri: 'some/file', sha256: 'b'.repeat(64) };
const cluster = { name: 'local', profile: 'cpu', settings: {} } as const;
const wanted = { seed: 1, formula: 'paper/1', steps: 2, cluster, model: '/models/base', baseTree: tree };
let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'mendloop-report-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** A round with its directory; `incumbent`: it was measured against a checkpoint. */
async function roundOf(
  changed: Partial<ShownRound> = {},
  { incumbent = false, temperature = 0 } = {},
): Promise<ShownRound> {
  const { round_id = 'r-20261122-one', seed = 1, formula = 'paper/1' } = changed;
  const dir = path.join(folder, round_id);
  const base = {
    uri: 'file:///models/base',
    tree_sha256: tree,
    name: 'Base',
    licence: 'MIT',
    is_llama: false,
  };
  const data = { ...file, rows: 8 };
  const spec = buildSpec({
    round: {
      round_id,
      engine: 'trl_grpo',
      formula,
      seed,
      created_at: new Date(0),
      request: roundRequest.parse({ steps: 2 }),
    },
    profile: 'cpu',
    settings: {},
    resources: { nodes: 1, gpus_per_node: 0, gpu_type: null, cpus: 2, mem_gb: 4 },
    lineage: {
      base,
      init: { mode: 'base', uri: null, tree_sha256: null },
      parent_id: null,
      incumbent_id: null,
      incumbent: incumbent ? { uri: 'file:///models/other', tree_sha256: tree } : null,
    },
    data: { train: data, held_out: data, sft: data, oracles: data },
    reward: { server: file, module: file, golden: file },
    reportFormulas: ['paper/1'],
    overrides: null,
    evaluation: null,
  });
  await mkdir(dir, { recursive: true });
  const algo = { ...spec.algo, temperature: spec.algo.temperature + temperature };
  await writeFile(path.join(dir, 'spec.json'), JSON.stringify({ ...spec, algo }));
  const stands = { state: 'discarded' as const, reason: null, message: null, engine: 'trl_grpo', gate: null };
  return { dir, round_id, seed, formula, ...stands, ...changed };
}

/** An installation with these rounds; a command that goes on with a round ends it well. */
function installation(rounds: readonly ShownRound[], aliases: readonly string[][] = []) {
  const asked: string[] = [];
  const left = [...aliases];
  const mendloop: Mendloop = async (...args) => {
    const command = args.slice(0, 2).join(' ');
    if (command === 'round list') return rounds;
    if (command === 'round show') return rounds.find(({ round_id }) => round_id === args[2]);
    if (command === 'checkpoint list') {
      return (left.shift() ?? []).map((alias) => ({ checkpoint_id: 'c-1', aliases: [alias] }));
    }
    asked.push(args.join(' '));
    if (command === 'checkpoint rollback') return {};
    return {
      ...(rounds[0] ?? (await roundOf({ round_id: 'r-20261122-new' }))),
      state: 'discarded',
      reason: null,
    };
  };
  return { mendloop, asked };
}

test('a finished round of the same seed, formula, steps and base is taken as it is', async () => {
  const round = await roundOf();
  const { mendloop, asked } = installation([round]);
  expect(await runRound(mendloop, wanted)).toEqual(round);
  expect(asked).toEqual([]);
});

test.for([
  ['another seed', { seed: 2 }, {}],
  ['another formula', { formula: 'mendloop/1' }, {}],
  ['cancelled', { state: 'cancelled' }, {}],
  ['measured against a checkpoint', {}, { incumbent: true }],
  ['of other settings', {}, { temperature: 0.1 }],
] as const)('a round that does not fit is not taken: %s', async ([, changed, more]) => {
  const { mendloop, asked } = installation([await roundOf(changed, more)]);
  await runRound(mendloop, wanted);
  expect(asked).toEqual([
    'round start --cluster local --engine trl_grpo --rows hunks --seed 1 --formula paper/1 --model /models/base --steps 2 --wait',
  ]);
});

test('what the cluster sets in place of its profile counts', async () => {
  const set = { name: 'gpu', profile: 'cpu', settings: { algo: { temperature: 0.9 } } } as const;
  const round = await roundOf({}, { temperature: 0.1 });
  const { mendloop, asked } = installation([round]);
  expect(await runRound(mendloop, { ...wanted, cluster: set })).toEqual(round);
  expect(asked).toEqual([]);
  const other = installation([await roundOf()]);
  await runRound(other.mendloop, { ...wanted, cluster: set });
  expect(other.asked).toEqual([expect.stringContaining('round start --cluster gpu ')]);
});

test('a round that is not finished is gone on with: followed, or resumed where it was lost', async () => {
  const running = installation([await roundOf({ state: 'running' })]);
  await runRound(running.mendloop, wanted);
  expect(running.asked).toEqual(['round watch r-20261122-one']);
  const lost = installation([await roundOf({ state: 'lost', reason: 'job_vanished' })]);
  await runRound(lost.mendloop, wanted);
  expect(lost.asked).toEqual(['round resume r-20261122-one --wait']);
});

test.each([
  ['because it collapsed', 25],
  ['for its hack share', 28],
])('a round that was stopped %s is a finding, and is not run again', async (_, exit_code) => {
  const reason = reasonOf({ exit_code, reason: '' }, { stalled: false });
  const stopped = await roundOf({ state: 'failed', reason });
  const { mendloop, asked } = installation([stopped]);
  expect(await runRound(mendloop, wanted)).toEqual(stopped);
  expect(asked).toEqual([]);
});

test('what an earlier round promoted is taken back before another begins', async () => {
  const { mendloop, asked } = installation([], [['stable'], []]);
  await runRound(mendloop, wanted);
  expect(asked[0]).toBe('checkpoint rollback --alias stable');
  const stuck = installation([], [['stable'], ['stable']]);
  await expect(runRound(stuck.mendloop, wanted)).rejects.toMatchObject({ code: 'round_invalid' });
});
