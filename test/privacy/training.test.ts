import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { hasRoundEnded } from '../../src/domain/round.ts';
import { type ShownRound, showRound } from '../../src/queries/rounds.ts';
import type { Canary } from './activity.ts';
import { mergeFixes } from './fixes.ts';
import { type RealProduct, startRealProduct } from './product.ts';
import { nothing, searchFor, searchHome } from './search.ts';

/*
 * The words of a repository after it was trained on: in snapshots and round directories (compressed or not), in what a driver
 * reports, in the database and in its files. One round has ended when the consent falls, its checkpoint is stable, and another
 * round is at work with a driver that goes on writing.
 */
// Rounds beside whatever else this machine does.
vi.setConfig({ testTimeout: 300_000 });

let product: RealProduct;
let outside: string;
let overrides: string;

beforeAll(async () => {
  outside = await mkdtemp(path.join(tmpdir(), 'mendloop-test-model-'));
  const model = path.join(outside, 'Tiny-Base');
  await mkdir(model);
  await writeFile(path.join(model, 'config.json'), '{"model_type":"llama"}');
  overrides = path.join(outside, 'slow.json');
  await writeFile(overrides, JSON.stringify({ sleep_s: 0.3 }));
  product = await startRealProduct({ ROUND_MODEL: model, ROUND_ENGINE: 'fake' });
});
afterAll(async () => {
  await product[Symbol.asyncDispose]();
  await rm(outside, { recursive: true, force: true });
});

interface Setting extends Canary {
  readonly installationId: number;
}

/** A repository that allows training. */
async function trainable(owner: string): Promise<Setting> {
  const { github, appId } = product;
  const repo = `${owner}/app`;
  await github.createRepository({ owner, name: 'app', private: false });
  const { installationId } = github.install({ appId, account: owner, repositories: [repo] });
  await product.settle();
  await product.command('consent', 'set', repo, 'train');
  return { repo, installationId, word: `CANARY${randomBytes(6).toString('hex')}` };
}

const show = (id: string): Promise<ShownRound> => showRound(product.connection.db, id);

/** Its id. */
async function startRound(...args: readonly string[]): Promise<string> {
  const said = await product.command('round', 'start', ...args, '--json');
  return (JSON.parse(said) as { round_id: string }).round_id;
}

async function untilRound(id: string, wanted: (shown: ShownRound) => boolean): Promise<ShownRound> {
  await expect.poll(async () => wanted(await show(id)), { timeout: 90_000, interval: 200 }).toBe(true);
  return show(id);
}

const isTraining = ({ state, step }: ShownRound): boolean => state === 'running' && (step ?? 0) >= 2;
const hasEnded = ({ state }: ShownRound): boolean => hasRoundEnded(state);

async function replacements(): Promise<string[]> {
  const { db } = product.connection;
  const rows = await db.selectFrom('round').select('round_id').where('cause', '=', 'replacement').execute();
  return rows.map(({ round_id }) => round_id);
}

/** Places below the home that training writes. */
const ofTraining = (place: string): boolean => /^(?:snapshots|rounds|jobs)\//.test(place);

describe('of a repository that was trained on', () => {
  let goes: Setting;
  let stays: Setting;
  let first: ShownRound;
  let running: ShownRound;

  test('the words are in snapshots, round directories and reports while it consents', async () => {
    goes = await trainable('octo-goes');
    stays = await trainable('octo-stays');
    await mergeFixes(product.github, goes, [1, 2]);
    await mergeFixes(product.github, stays, [1, 2, 3, 4]);
    await mergeFixes(product.github, goes, [3, 4]);
    await product.settle();
    first = await untilRound(await startRound('--steps', '2'), hasEnded);
    expect(first).toMatchObject({ state: 'discarded', checkpoint_id: `mendloop-${first.round_id}-s2` });
    await product.command('checkpoint', 'promote', first.checkpoint_id ?? '');
    running = await untilRound(await startRound('--steps', '60', '--overrides', overrides), isTraining);

    const { dump, rest } = await searchFor(product, goes.word);
    expect(dump).toContain('public.round_event');
    for (const { round_id } of [first, running]) {
      expect(rest).toContain(`rounds/${round_id}/data/train.jsonl.gz`);
      expect(rest).toContain(`rounds/${round_id}/attempts/0001/events.jsonl`);
    }
    expect(rest).toContain(`rounds/${first.round_id}/attempts/0001/evaluation.jsonl`);
    expect(rest).toContain(`snapshots/${first.snapshot_id}/oracles.jsonl.gz`);
    // What a scheduler keeps of a driver's output, and our own logs, hold no word even then.
    expect(rest.filter((place) => !/^(?:rounds|snapshots)\//.test(place))).toEqual([]);
  });

  test('none is left of training when it consents to collecting only, and a round without it begins', async () => {
    await product.command('consent', 'set', goes.repo, 'collect');
    await untilRound(running.round_id, hasEnded);
    await expect.poll(replacements, { timeout: 60_000 }).toHaveLength(1);
    const [round_id = ''] = await replacements();
    // Its few steps may be over before anybody looks.
    const anew = await untilRound(round_id, (shown) => isTraining(shown) || hasEnded(shown));

    const { dump, rest } = await searchFor(product, goes.word);
    expect(dump).not.toContain('public.round_event');
    expect(dump).toContain('public.instance');
    expect(rest.filter(ofTraining)).toEqual([]);
    expect(await show(running.round_id)).toMatchObject({ state: 'cancelled' });
    expect(await readdir(path.join(product.home, 'rounds'))).toEqual([round_id]);
    expect(await readdir(path.join(product.home, 'snapshots'))).toEqual([anew.snapshot_id]);
    const kept = (await searchFor(product, stays.word)).rest;
    expect(kept).toContain(`rounds/${round_id}/data/train.jsonl.gz`);
    await product.command('round', 'cancel', round_id);
    await untilRound(round_id, hasEnded);
  });

  test('every checkpoint that saw it is tainted, no alias names one, and its round does not go on', async () => {
    const { db } = product.connection;
    const seen = [first.round_id, running.round_id];
    const query = db
      .selectFrom('checkpoint')
      .select(['checkpoint_id', 'status'])
      .where('round_id', 'in', seen);
    expect(await query.execute()).toEqual([{ checkpoint_id: first.checkpoint_id, status: 'tainted' }]);
    const aliases = await db.selectFrom('alias').select(['checkpoint_id', 'previous_id']).execute();
    expect(new Set(aliases.flatMap((alias) => [alias.checkpoint_id, alias.previous_id]))).toEqual(
      new Set([null]),
    );
    await expect(product.command('round', 'resume', running.round_id)).rejects.toThrow('was purged');
  });

  test('none is left anywhere after the App was uninstalled', async () => {
    product.github.uninstall({ installationId: goes.installationId });
    await product.settle();
    expect(await searchFor(product, goes.word)).toEqual(nothing);
  });

  test('none is left of one that was uninstalled while a round trained on it', async () => {
    const round_id = await startRound('--steps', '60', '--overrides', overrides);
    await untilRound(round_id, isTraining);
    const { dump, rest } = await searchFor(product, stays.word);
    expect([dump.includes('public.round_event'), rest.some(ofTraining)]).toEqual([true, true]);

    product.github.uninstall({ installationId: stays.installationId });
    await untilRound(round_id, hasEnded);
    await product.settle();

    expect(await searchFor(product, stays.word)).toEqual(nothing);
    expect(await readdir(path.join(product.home, 'snapshots'))).toHaveLength(1);
    await product.stop();
    for (const { word } of [goes, stays]) expect(await searchHome(product.home, word)).toEqual([]);
  });
});
