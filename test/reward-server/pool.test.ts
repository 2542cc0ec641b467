import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, test } from 'vitest';
import { ScoringPool } from '../../src/scoring/pool/scoring-pool.ts';
import type { AnswerTask } from '../../src/scoring/task.ts';
import { threadModule } from '../../src/scoring/thread-module.ts';
import { temporaryHome } from '../support/home.ts';

const oracle = new TextEncoder().encode('{"kind":"unidiff","oracle":[]}');

function answer(text: string): AnswerTask {
  return { kind: 'answer', oracle, text };
}

function startPool(threads: number, module = threadModule()): ScoringPool {
  return new ScoringPool({ threads, formula: 'paper/1', module });
}

test('the largest task of a call starts first, calls keep their order, and outcomes are in the order of the tasks', async () => {
  await using pool = startPool(1);
  const ended: string[] = [];
  const call = (name: string, sizes: readonly number[]): Promise<unknown>[] =>
    pool
      .run(
        sizes.map(() => answer('')),
        { limitMs: null, sizes },
      )
      .map(async (outcome, index) => {
        expect(await outcome).toMatchObject({ state: 'done', result: { score: 1 } });
        ended.push(`${name}${sizes[index]}`);
      });
  await Promise.all([...call('a', [1, 3, 2]), ...call('b', [9, 8])]);
  expect(ended).toEqual(['a3', 'a2', 'a1', 'b9', 'b8']);
});

test('a row that the formula cannot score is an outcome of its own, and a broken one fails alone', async () => {
  await using pool = startPool(1);
  const tasks = ['{"kind":"ratio","a":"","b":""}', 'no JSON', '{"kind":"unidiff","oracle":[]}'].map(
    (row) => ({
      ...answer(''),
      oracle: new TextEncoder().encode(row),
    }),
  );
  const outcomes = await Promise.all(pool.run(tasks, { limitMs: null }));
  expect(outcomes).toMatchObject([
    { state: 'done', result: { kind: 'unscorable' } },
    { state: 'failed' },
    { state: 'done', result: { kind: 'scored' } },
  ]);
  expect(pool.replaced).toBe(0);
});

test('a signal that is aborted already runs nothing', async () => {
  await using pool = startPool(1);
  const signal = AbortSignal.abort();
  const outcomes = await Promise.all(pool.run([answer(''), answer('')], { limitMs: null, signal }));
  expect(outcomes).toEqual([{ state: 'cancelled' }, { state: 'cancelled' }]);
  expect([pool.waiting, pool.running]).toEqual([0, 0]);
});

test('ending the pool cancels what waits and what is at work', async () => {
  const pool = startPool(1);
  await pool.ready;
  const outcomes = pool.run(
    Array.from({ length: 50 }, () => answer('x'.repeat(1000))),
    { limitMs: null },
  );
  await pool[Symbol.asyncDispose]();
  const states = new Set((await Promise.all(outcomes)).map(({ state }) => state));
  expect(states).toContain('cancelled');
  expect(pool.threads).toBe(0);
});

test('threads that cannot start are not started for ever: the pool has none, and its tasks are cancelled', async () => {
  await using place = await temporaryHome();
  const file = path.join(place.home, 'broken.mjs');
  await writeFile(file, 'throw new Error("broken");');
  await using pool = startPool(2, pathToFileURL(file));
  const waiting = pool.run([answer('')], { limitMs: null });
  await pool.ready;
  expect(await Promise.all(waiting)).toEqual([{ state: 'cancelled' }]);
  expect([pool.threads, pool.replaced]).toEqual([0, 0]);
  expect(await Promise.all(pool.run([answer('')], { limitMs: null }))).toEqual([{ state: 'cancelled' }]);
});
