import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ShownRound } from '../../../src/queries/rounds.ts';
import { enginePython } from '../../support/python-environments.ts';
import { type ProductWorld, startProductWorld } from '../product/world.ts';

const root = path.join(import.meta.dirname, '..', '..', '..');
const program = path.join(root, 'test', 'clusters', 'teach_llama.py');
const twins = ['ray', 'slurm'] as const;

/** One round as it lies there when it is over. */
interface Twin {
  readonly round: ShownRound;
  readonly directory: string;
}

let world: ProductWorld | undefined;
let found: readonly Twin[] = [];

async function train(kind: (typeof twins)[number], model: string): Promise<Twin> {
  const { product, roundsOf } = world as ProductWorld;
  const what = ['--engine', 'trl_grpo', '--steps', '2', '--seed', '7', '--model', model];
  const watcher = await product.startRound('--cluster', kind, ...what, '--wait');
  await watcher.ended;
  const round = await product.command<ShownRound>('round', 'show', watcher.round_id);
  return { round, directory: path.join(roundsOf(kind), watcher.round_id) };
}

/** A model that has the form of an answer: steps without any would end the round as collapsed. */
async function teachModel(python: string, { product, folder }: ProductWorld): Promise<string> {
  const create = ['snapshot', 'create', '--rows', 'hunks'] as const;
  const { snapshot_id } = await product.command<{ snapshot_id: string }>(...create);
  const rows = path.join(product.home, 'snapshots', snapshot_id, 'sft.jsonl.gz');
  const model = path.join(folder, 'random-llama');
  const env = { ...process.env, PYTHONPATH: path.join(root, 'trainer'), HF_HUB_OFFLINE: '1' };
  await promisify(execFile)(python, [program, rows, model], { env });
  return model;
}

/** Path and hash of every file below a folder of the round directory. */
async function hashesOf({ directory }: Twin, folder: string): Promise<Record<string, string>> {
  const entries = await readdir(path.join(directory, folder), { recursive: true, withFileTypes: true });
  const hashes: Record<string, string> = {};
  for (const entry of entries.filter((one) => one.isFile())) {
    const file = path.join(entry.parentPath, entry.name);
    hashes[path.relative(directory, file)] = createHash('sha256')
      .update(await readFile(file))
      .digest('hex');
  }
  return hashes;
}

async function readJson(directory: string, ...parts: readonly string[]): Promise<Record<string, unknown>> {
  return JSON.parse(await readFile(path.join(directory, ...parts), 'utf8')) as Record<string, unknown>;
}

beforeAll(async () => {
  const python = await enginePython('trl');
  if (python === null) return;
  world = await startProductWorld({ python });
  const model = await teachModel(python, world);
  found = await Promise.all(twins.map((kind) => train(kind, model)));
}, 900_000);
afterAll(() => world?.[Symbol.asyncDispose](), 120_000);

describe('two rounds of one snapshot, on a real Ray and on a real Slurm', () => {
  test('end with a candidate that the gate has judged', (context) => {
    if (world === undefined) context.skip('no environment of TRL');
    for (const { round } of found) {
      expect(round.attempts).toMatchObject([{ attempt: 1, exit_code: 0 }]);
      expect(['promoted', 'discarded']).toContain(round.state);
      expect(round).toMatchObject({ step: 2, total_steps: 2 });
      expect(round.gate).not.toBeNull();
      expect(round.checkpoint_id).not.toBeNull();
    }
    expect(new Set(found.map(({ round }) => round.snapshot_id)).size).toBe(1);
  });

  test.for(['data', 'reward'])('have the same bytes in %s/', async (folder, context) => {
    if (world === undefined) context.skip('no environment of TRL');
    const [ray, slurm] = await Promise.all(found.map((twin) => hashesOf(twin, folder)));
    expect(Object.keys(ray ?? {}).length).toBeGreaterThanOrEqual(3);
    expect(slurm).toEqual(ray);
  });

  test('have the same specification but for their names, times and resources', async (context) => {
    if (world === undefined) context.skip('no environment of TRL');
    const specs = await Promise.all(found.map(({ directory }) => readJson(directory, 'spec.json')));
    const [ray, slurm] = specs.map(({ round_id: _, created_at: __, resources: ___, ...rest }) => rest);
    expect(ray).toMatchObject({ engine: { name: 'trl_grpo' }, algo: { max_steps: 2 } });
    expect(slurm).toEqual(ray);
    expect(specs[0]?.['round_id']).not.toBe(specs[1]?.['round_id']);
  });

  test('leave a manifest each, of every file that lies beside it', async (context) => {
    if (world === undefined) context.skip('no environment of TRL');
    for (const twin of found) {
      const manifest = await readJson(twin.directory, 'out', 'manifest.json');
      const { 'out/manifest.json': _, ...hashes } = await hashesOf(twin, 'out');
      const files = manifest['files'] as readonly { readonly path: string; readonly sha256: string }[];
      expect(Object.fromEntries(files.map((file) => [`out/${file.path}`, file.sha256]))).toEqual(hashes);
      const spec = await readFile(path.join(twin.directory, 'spec.json'));
      expect(manifest).toMatchObject({
        schema: 'mendloop.manifest/1',
        round_id: twin.round.round_id,
        attempt: 1,
        spec_sha256: createHash('sha256').update(spec).digest('hex'),
        engine: { name: 'trl_grpo' },
        kind: 'lora',
        step: 2,
      });
    }
  });
});
