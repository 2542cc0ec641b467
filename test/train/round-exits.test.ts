import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { failRound } from './failing-rounds.ts';
import { type RoundWorld, roundWorld } from './round-world.ts';

/*
 * Exit codes of docs/contracts/round.md#exit-codes from a real driver to the rows of the round and its attempts: those that
 * round-failures.test.ts, whose cases also reach a page, does not have.
 */
let world: RoundWorld;
beforeAll(async () => {
  world = await roundWorld();
});
afterAll(() => world[Symbol.asyncDispose]());

interface Case {
  readonly code: number;
  readonly reason: string;
  readonly why: string;
  readonly overrides?: object;
  readonly spoil?: (folder: string) => Promise<void>;
  /** How often it is tried. */
  readonly attempts?: number;
}

async function blockNativeFolder(folder: string): Promise<void> {
  await mkdir(path.join(folder, 'attempts', '0001'));
  await writeFile(path.join(folder, 'attempts', '0001', 'native'), 'a file where the driver needs a folder');
}

const failures: readonly Case[] = [
  { code: 10, reason: 'spec_invalid', why: 'a key that the engine does not have', overrides: { none: 1 } },
  { code: 20, reason: 'crashed', why: 'an engine that crashes', overrides: { fail_at_step: 2 }, attempts: 3 },
  { code: 22, reason: 'distributed', why: 'a collective', overrides: { distributed: true }, attempts: 3 },
  { code: 70, reason: 'driver_bug', why: 'what the driver never expected', spoil: blockNativeFolder },
];

describe.concurrent('a round fails', () => {
  test.for(failures)(
    'with $code because of $why',
    async ({ code, reason, attempts = 1, why: _, ...cause }, { expect }) => {
      const ended = await failRound(world, cause);
      expect(ended).toMatchObject({ state: 'failed', reason, checkpoint_id: null });
      const each = expect.objectContaining({ state: 'failed', exit_code: code, reason }) as unknown;
      expect(ended.attempts).toEqual(Array.from({ length: attempts }, () => each));
    },
  );
});

describe('a round goes on', () => {
  const done = { state: 'succeeded', exit_code: 0 };

  test('after 16, from the beginning, since what lies there is of another specification', async () => {
    const spoil = async (folder: string): Promise<void> => {
      await mkdir(path.join(folder, 'work'));
      await writeFile(path.join(folder, 'work', 'RESUME_KEY'), `${'0'.repeat(64)}\n`);
    };
    const ended = await failRound(world, { spoil });
    const first = { state: 'failed', exit_code: 16, reason: 'resume_incompatible' };
    expect(ended).toMatchObject({ state: 'discarded', attempts: [first, done] });
  });

  test('after 75, as often as something else still has its work folder', async () => {
    let free: () => Promise<void> = async () => undefined;
    const spoil = async (folder: string): Promise<void> => {
      await mkdir(path.join(folder, 'work'));
      const lock = path.join(folder, 'work', 'LOCK');
      const holder = spawn('flock', ['--exclusive', lock, 'cat'], { stdio: ['pipe', 'ignore', 'ignore'] });
      free = async () => {
        if (holder.exitCode !== null) return;
        const ended = once(holder, 'exit');
        holder.stdin.end();
        await ended;
      };
    };
    const ended = await failRound(world, { spoil }, ({ attempts }) => {
      if (attempts.length > 2) void free();
    });
    await free();
    const first = { state: 'failed', exit_code: 75, reason: 'temporary' };
    const all = ended.attempts.map(({ exit_code }) => exit_code);
    expect(ended).toMatchObject({ state: 'discarded', attempts: { 0: first, 1: first } });
    expect(all.at(-1)).toBe(0);
    expect(new Set(all.slice(0, -1))).toEqual(new Set([75]));
  });
});

/** Last, since every round of this world begins with that model. */
test('a round fails with 12 because its base model is another one by now', async () => {
  const file = path.join(world.deps.model ?? '', 'config.json');
  const before = await readFile(file);
  const ended = await failRound(world, { spoil: () => appendFile(file, ' ') });
  await writeFile(file, before);
  const first = { state: 'failed', exit_code: 12, reason: 'model_invalid' };
  expect(ended).toMatchObject({ state: 'failed', reason: 'model_invalid', attempts: [first] });
});

/** A clock of the app that runs fast: it gives up after a minute without any sign of the attempt. */
test('a job that ends with 40 is none, and an attempt that nobody has any more is lost', async () => {
  const started = Date.now();
  const { deps } = world;
  const spoil = async (folder: string): Promise<void> => {
    await mkdir(path.join(folder, 'attempts', '0001'));
    await writeFile(path.join(folder, 'attempts', '0001', 'lease.json'), '{}\n');
  };
  const fast = { ...world, deps: { ...deps, now: () => new Date(started + (Date.now() - started) * 20) } };
  const ended = await failRound(fast, { spoil });
  expect(ended).toMatchObject({
    state: 'discarded',
    attempts: [
      { state: 'failed', exit_code: null, reason: 'lost' },
      { attempt: 2, state: 'succeeded', exit_code: 0 },
    ],
  });
  const native = await deps.db
    .selectFrom('round_event')
    .select('seq')
    .where('round_id', '=', ended.round_id)
    .where('attempt', '=', 1)
    .execute();
  expect(native).toEqual([]);
});
