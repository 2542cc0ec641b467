import { afterAll, beforeAll, describe, test } from 'vitest';
import type { ShownRound } from '../../src/queries/rounds.ts';
import { dashboardOn } from '../web/dashboard-under-test.ts';
import { type JobWorld, jobWorld } from '../web/jobs.ts';
import { browser } from '../web/visit.ts';
import { type Cause, changeRows, failRound, fillDisk, otherRatio, shortLived } from './failing-rounds.ts';
import { type RoundWorld, roundWorld } from './round-world.ts';

/*
 * Every cause lets a real round of the real driver fail, with the local cluster as it is shipped: from the cause over the exit
 * code, the row and the next attempt to what the page of the round says.
 */
let world: RoundWorld;
let jobs: JobWorld;

beforeAll(async () => {
  world = await roundWorld();
  jobs = await jobWorld(world.database.db, world.database.url);
});
afterAll(async () => {
  await jobs[Symbol.asyncDispose]();
  await world[Symbol.asyncDispose]();
});

interface Case extends Cause {
  readonly why: string;
  readonly exit: number;
  readonly reason: string;
  /** How often it is tried; 1 unless another attempt may end better. */
  readonly attempts?: number;
  /** What the page says, beside the reason and the exit code. */
  readonly says: readonly string[];
}

const failures: readonly Case[] = [
  {
    why: 'other golden rewards',
    rewardServer: otherRatio,
    exit: 14,
    reason: 'golden_differs',
    says: [
      'the reward code gives other golden rewards',
      'The reward does not give its known answers on this machine.',
    ],
  },
  {
    why: 'an engine that never calls the reward',
    overrides: { skip_reward: true },
    exit: 15,
    reason: 'reward_not_called',
    says: [
      'the first step ended without a call of the reward function',
      'The engine never asked for a reward.',
    ],
  },
  {
    why: 'rows that are not those of the hash',
    spoil: changeRows,
    exit: 11,
    reason: 'data_invalid',
    says: [
      'data.train: the file has another hash',
      'A data file is not valid, or not the one that was written.',
    ],
  },
  {
    why: 'a loss that is no number',
    overrides: { nan_at: 2 },
    exit: 25,
    reason: 'diverged',
    says: ['loss is not finite', 'Training diverged or collapsed.', 'not finite × 1'],
  },
  {
    why: 'a collapse',
    overrides: { collapse_at: 1 },
    exit: 25,
    reason: 'diverged',
    says: ['all answers of two steps in a row have the reward -1', 'Training diverged or collapsed.'],
  },
  {
    why: 'degenerate answers',
    overrides: { hack_at: 1 },
    exit: 28,
    reason: 'hacked',
    says: ['degenerate answers passed their share two steps in a row', 'Too many rewards went to answers'],
  },
  {
    why: 'answers that nobody can score',
    overrides: { unscored: true },
    exit: 24,
    reason: 'reward_errors',
    says: ['too many answers have no reward', 'Too many answers could not be scored.'],
  },
  {
    why: 'a reward server that dies and does not come back',
    rewardServer: shortLived,
    overrides: { sleep_s: 0.5 },
    steps: 60,
    exit: 27,
    reason: 'reward_down',
    attempts: 3,
    says: ['a reward server cannot be started again', 'The reward service was down.'],
  },
  {
    why: 'memory that runs out',
    overrides: { oom: true },
    exit: 21,
    reason: 'out_of_memory',
    attempts: 2,
    says: ['train ended with', 'Memory ran out, on the GPU or on the machine.'],
  },
  {
    why: 'an engine without its packages',
    overrides: { missing_module: true },
    exit: 13,
    reason: 'environment',
    says: ['train ended with', 'The machine lacks something'],
  },
];

/** The page of a round as a reader of plain text sees it. */
async function pageOf({ round_id }: ShownRound): Promise<string> {
  const page = await browser(dashboardOn(world.database.db, jobs)).text(`/rounds/${round_id}`);
  return page.replace(/<[^>]*>/g, ' ').replace(/\s+/g, ' ');
}

/** Vitest runs no more of them at once than this machine's two cores keep busy. */
describe.concurrent('a round fails', () => {
  test.for(failures)(
    'because of $why',
    async ({ exit, reason, attempts = 1, says, ...cause }, { expect }) => {
      const ended = await failRound(world, cause);

      expect(ended).toMatchObject({ state: 'failed', reason, checkpoint_id: null, gate: null });
      const each = { state: 'failed', exit_code: exit, reason };
      expect(ended.attempts).toEqual(
        Array.from({ length: attempts }, (_, at) => expect.objectContaining({ attempt: at + 1, ...each })),
      );
      expect(ended.history.at(-1)).toMatchObject({ to_status: 'failed', reason });
      const page = await pageOf(ended);
      for (const text of [...says, reason, `${exit} `]) expect(page).toContain(text);
    },
  );

  test('of a full disk is held back for ten minutes, and goes on when there is room', async ({ expect }) => {
    const waits: (Date | null)[] = [];
    let held = '';
    const pages: Promise<void>[] = [];
    const ended = await failRound(world, { spoil: fillDisk }, (shown, notBefore) => {
      if (shown.reason !== 'disk_full' || shown.state !== 'submitting' || notBefore === null) return;
      waits.push(notBefore);
      pages.push(pageOf(shown).then((page) => void (held = page)));
    });
    await Promise.all(pages);

    expect(waits).toHaveLength(1);
    const seconds = ((waits[0]?.getTime() ?? 0) - Date.now()) / 1000;
    expect(seconds).toBeGreaterThan(480);
    expect(seconds).toBeLessThanOrEqual(600);
    expect(held).toContain('The disk is full.');
    expect(held).toContain('no space is left where the round lies');
    expect(ended).toMatchObject({
      state: 'discarded',
      gate: { decision: 'accumulate' },
      attempts: [
        { state: 'failed', exit_code: 26, reason: 'disk_full' },
        { state: 'succeeded', exit_code: 0 },
      ],
    });
  });
});

describe.concurrent('a round that is cancelled', () => {
  test.for([
    { cancelIn: 'warmup', exit: 31, says: 'Cancelled, with nothing new saved.' },
    { cancelIn: 'train', exit: 30, says: 'Cancelled, with what was learned saved.' },
    { cancelIn: 'export', exit: 30, says: 'Cancelled, with what was learned saved.' },
    { cancelIn: 'evaluate', exit: 30, says: 'Cancelled, with what was learned saved.' },
  ])('in $cancelIn ends so', async ({ cancelIn, exit, says }, { expect }) => {
    const ended = await failRound(world, { cancelIn, steps: 2, overrides: { sleep_s: 1 } });

    expect(ended).toMatchObject({
      state: 'cancelled',
      reason: 'cancelled',
      phase: cancelIn,
      checkpoint_id: null,
      gate: null,
      attempts: [{ attempt: 1, state: 'cancelled', exit_code: exit, reason: 'cancelled' }],
    });
    const page = await pageOf(ended);
    for (const text of ['cancelled', says, `${exit} `]) expect(page).toContain(text);
  });
});
