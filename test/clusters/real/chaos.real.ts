import { cp, mkdir } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Facts, readFacts } from '../chaos/facts.ts';
import { planChaos } from '../chaos/plan.ts';
import { isFinished, reportOf } from '../chaos/report.ts';
import { Storm } from '../chaos/storm.ts';
import { doubledSubmissions } from '../chaos/submissions.ts';
import { type ProductWorld, startProductWorld } from '../product/world.ts';

/*
 * Rounds of the `fake` engine through the real product, on this machine, on a real Ray and on a real Slurm, while processes of
 * the app, of the drivers and of the schedulers are killed at random points. Every property is counted over all of them.
 */
const plan = planChaos(process.env['MENDLOOP_TEST_SEED'] ?? '1', process.env['MENDLOOP_TEST_FULL'] === '1');
const started = performance.now();
const seconds = (): number => (performance.now() - started) / 1000;
const tell = (text: string): void =>
  void process.stderr.write(`${seconds().toFixed(1).padStart(6)} s  ${text}\n`);

let world: ProductWorld;
let facts: Facts;

beforeAll(async () => {
  tell(`seed ${plan.seed}: ${plan.rounds.length} rounds`);
  world = await startProductWorld();
  const storm = await Storm.prepare(world, plan, tell);
  const stormed = await storm.run();
  tell('every round has ended; looking for what is left');
  facts = await readFacts(world, stormed);
  tell(`\n${reportOf(plan, facts, seconds())}`);
}, 2_400_000);
afterAll(async () => {
  if (world === undefined) return;
  const kept = path.join('artifacts', 'chaos');
  await mkdir(kept, { recursive: true });
  await cp(world.log, path.join(kept, 'product.log'));
  await world[Symbol.asyncDispose]();
}, 120_000);

describe('rounds whose processes are killed at random points', () => {
  test('are all struck where they were meant to be, on every kind of cluster', () => {
    const struck = facts.rounds.flatMap((round) =>
      round.struck.map((one) => ({ ...one, kind: round.planned.kind })),
    );
    const missed = struck.filter(({ killed }) => killed === null);
    expect(missed.length).toBeLessThanOrEqual(Math.floor(struck.length / 6));
    for (const kind of ['local', 'ray', 'slurm'] as const) {
      const hit = struck.filter((one) => one.kind === kind && one.killed !== null);
      expect(hit.length).toBeGreaterThanOrEqual(2);
    }
  });

  test('are never submitted twice, as the schedulers and the drivers themselves tell', () => {
    const begun = new Set(facts.journal.starts.map(({ round_id }) => round_id));
    expect(begun.size).toBe(plan.rounds.length);
    expect(doubledSubmissions(facts)).toEqual([]);
  });

  test('all finish, go on in another attempt, or fail with a reason', () => {
    const left = facts.rounds.filter((round) => {
      return (
        !isFinished(round) && ((round.state !== 'failed' && round.state !== 'lost') || round.reason === null)
      );
    });
    expect(left).toEqual([]);
    // One kill, or two, are no reason to give a round up: three failures are.
    const finished = facts.rounds.filter(isFinished).length;
    expect(finished).toBeGreaterThanOrEqual(Math.floor(plan.rounds.length * 0.9));
    for (const round of facts.rounds.filter((one) => !isFinished(one))) {
      expect(round.attempts.length).toBeGreaterThanOrEqual(3);
    }
  });

  test('have one checkpoint and one evaluation where they finished, and none where they did not', () => {
    for (const round of facts.rounds) {
      const wanted = isFinished(round) ? 1 : 0;
      expect(round).toMatchObject({ checkpoints: wanted, evaluations: wanted });
      if (isFinished(round)) expect(round.isPublished).toBe(true);
    }
  });

  test('leave no process, no lock, no open attempt and no job behind', () => {
    expect(facts.orphans).toEqual([]);
    expect(facts).toMatchObject({ jobs: 0, locks: 0 });
    for (const { isHeld, attempts } of facts.rounds) {
      expect(isHeld).toBe(false);
      expect(attempts.filter(({ isOver }) => !isOver)).toEqual([]);
    }
  });
});
