import type { Insertable, Kysely } from 'kysely';
import type { Database } from '../../src/db/tables.ts';
import type { RoundTable } from '../../src/db/tables/training.ts';
import type { RoundState } from '../../src/domain/round.ts';
import { hostile, now, plainIds, type RepositoryIds } from './seed.ts';

/** Rounds of the seeded world, by what is special about them. */
export const rounds = {
  running: 'r-20260310-night',
  promoted: 'r-20260309-night',
  hacked: 'r-20260308-a1b2c3d4',
  planned: 'r-20260310-e5f6a7b8',
} as const;

export const checkpoints = {
  promoted: `mendloop-${rounds.promoted}-s20`,
  discarded: `mendloop-${rounds.hacked}-s4`,
} as const;

export const snapshots = { open: `s-${'a1'.repeat(10)}`, mixed: `s-${'b2'.repeat(10)}` } as const;

function minutesAgo(minutes: number): Date {
  return new Date(now.getTime() - minutes * 60_000);
}

interface SeededEvent {
  readonly type: string;
  readonly body: Record<string, unknown>;
}

/** Events of one attempt, half a minute apart; `fromSeq` is the number of the first. */
export async function seedEvents(
  db: Kysely<Database>,
  round_id: string,
  attempt: number,
  events: readonly SeededEvent[],
  fromSeq = 1,
): Promise<void> {
  const values = events.map(({ type, body }, at) => {
    const seq = fromSeq + at;
    const minutes = 300 - attempt * 60 - seq / 2;
    return { round_id, attempt, seq, type, at: minutesAgo(minutes), body: JSON.stringify(body) };
  });
  await db.insertInto('round_event').values(values).execute();
}

export function phase(name: string): SeededEvent {
  return { type: 'phase', body: { name } };
}

/** A step whose figures follow from its number, so that a test can name them. */
export function step(number: number, total = 20): SeededEvent {
  const metrics = {
    reward_mean: -0.5 + number / 20,
    reward_std: 0.2,
    format_error_rate: 1 / (number + 1),
    hack_share: number / 100,
    entropy: null,
    completion_len_mean: 180 + number,
    step_s: 2,
    tokens: 9000 + 100 * number,
    loss: 0.1,
  };
  return { type: 'step', body: { step: number, total, metrics } };
}

export function sample(number: number, text: string, hack: string | null = null): SeededEvent {
  return { type: 'sample', body: { step: number, row_id: 'octo-org__parser-12', text, reward: 0.25, hack } };
}

async function seedSnapshot(
  db: Kysely<Database>,
  snapshot_id: string,
  instances: readonly (readonly [string, number, 'train' | 'held_out'])[],
): Promise<void> {
  await db
    .insertInto('snapshot')
    .values({
      snapshot_id,
      sha256: snapshot_id.slice(2).repeat(3).padEnd(64, '0').slice(0, 64),
      formula: 'mendloop/1',
      split_at: minutesAgo(9000),
      counts: JSON.stringify({ train: 41, held_out: 12, sft: 41, preferences: 7 }),
      left_out: JSON.stringify({ near_duplicate: 5, consent: 2 }),
      created_at: minutesAgo(400),
    })
    .execute();
  const rows = instances.map(([instance_id, repository_id, split]) => ({
    snapshot_id,
    instance_id,
    repository_id,
    split,
  }));
  await db.insertInto('snapshot_instance').values(rows).execute();
}

const path: readonly RoundState[] = [
  'planned',
  'snapshotting',
  'submitting',
  'running',
  'finalising',
  'evaluating',
];

type SeededRound = Partial<Insertable<RoundTable>> & Pick<Insertable<RoundTable>, 'round_id' | 'state'>;

async function seedRound(db: Kysely<Database>, round: SeededRound): Promise<void> {
  const values: Insertable<RoundTable> = {
    cause: 'night',
    cluster: 'local',
    engine: 'trl_grpo',
    formula: 'mendloop/1',
    seed: 7,
    created_at: minutesAgo(420),
    updated_at: minutesAgo(5),
    request: '{}',
    metrics: '{}',
    ...round,
  };
  await db.insertInto('round').values(values).execute();
  const at = path.indexOf(round.state);
  const states = at >= 0 ? path.slice(0, at + 1) : [...path.slice(0, 4), round.state];
  await db
    .insertInto('transition')
    .values(
      states.map((to_status, index) => ({
        entity: 'round' as const,
        entity_id: round.round_id,
        from_status: states[index - 1] ?? null,
        to_status,
        event: 'advanced',
        reason: to_status === round.state ? (round.reason ?? null) : null,
      })),
    )
    .execute();
}

const difference = { estimate: 0.08, lower: 0.031, upper: 0.127, tasks: 24, error: 0.024 };
const flat = { estimate: 0, lower: -0.02, upper: 0.02, tasks: 24, error: 0.01 };

function summary(reward: number) {
  return {
    answers: 96,
    tasks: 24,
    format_error_rate: 0.125,
    hack_share: 0.01,
    rewards: { 'mendloop/1': { mean: reward, scored: 96 }, 'paper/1': { mean: reward + 0.1, scored: 96 } },
  };
}

const gate = {
  decision: 'promote',
  reasons: ['improvement_shown: All nights together show an improvement, and nothing fell.'],
  evidence: {
    measure: 'mendloop/1',
    training_formula: 'mendloop/1',
    look: 2,
    level: 0.0125,
    tonight: { formulas: { 'mendloop/1': difference, 'paper/1': null }, format_errors: flat, hacks: flat },
    sequential: { estimate: 0.07, lower: 0.012, tasks: 48 },
    missing_share: 0.005,
    candidate: summary(0.42),
    incumbent: summary(0.34),
  },
};

async function seedAttempt(
  db: Kysely<Database>,
  round_id: string,
  attempt: number,
  ended: { readonly exit_code: number; readonly reason: string } | null,
): Promise<void> {
  await db
    .insertInto('round_attempt')
    .values({
      round_id,
      attempt,
      job_key: `mendloop-${round_id}-a${attempt}`,
      native_id: `job-${attempt}`,
      state: ended === null ? 'running' : ended.exit_code === 0 ? 'succeeded' : 'failed',
      submitted_at: minutesAgo(300 - attempt * 60),
      ended_at: ended === null ? null : minutesAgo(250 - attempt * 60),
      ...ended,
    })
    .execute();
}

async function seedRunning(db: Kysely<Database>): Promise<void> {
  const round_id = rounds.running;
  const progress = {
    step: 7,
    total_steps: 20,
    phase: 'train',
    metrics: JSON.stringify(step(7).body['metrics']),
  };
  await seedRound(db, {
    round_id,
    state: 'running',
    night: '2026-03-10',
    snapshot_id: snapshots.open,
    ...progress,
  });
  await seedAttempt(db, round_id, 1, { exit_code: 21, reason: 'out_of_memory' });
  await seedAttempt(db, round_id, 2, null);
  // A warm-up, then six steps; the second attempt goes on from the fourth.
  const first = [1, 2, 3, 4, 5, 6].map((number) => step(number));
  await seedEvents(db, round_id, 1, [
    phase('validate'),
    phase('warmup'),
    ...[1, 2, 3].map((number) => ({ type: 'step', body: { step: number, total: 3, metrics: { loss: 9 } } })),
    phase('train'),
    ...first,
    { type: 'warning', body: { code: 'prompt_too_long', msg: 'dropped', n: 1 } },
    { type: 'end', body: { exit_code: 21, reason: 'out_of_memory' } },
  ]);
  await seedEvents(db, round_id, 2, [
    phase('validate'),
    phase('train'),
    step(5),
    sample(5, 'return name, value', null),
    step(6),
    sample(6, hostile, 'no_change'),
    step(7),
  ]);
}

async function seedPromoted(db: Kysely<Database>): Promise<void> {
  const round_id = rounds.promoted;
  await seedRound(db, {
    round_id,
    state: 'promoted',
    night: '2026-03-09',
    snapshot_id: snapshots.mixed,
    reason: 'improvement_shown',
    message: 'All nights together show an improvement, and nothing fell.',
    step: 20,
    total_steps: 20,
    phase: 'done',
    metrics: JSON.stringify(step(20).body['metrics']),
    gate: JSON.stringify(gate),
    created_at: minutesAgo(1860),
    updated_at: minutesAgo(1500),
  });
  await seedAttempt(db, round_id, 1, { exit_code: 0, reason: 'done' });
  const steps = Array.from({ length: 20 }, (_, at) => step(at + 1));
  const end = { type: 'end', body: { exit_code: 0, reason: 'done' } };
  await seedEvents(db, round_id, 1, [
    phase('train'),
    ...steps,
    sample(20, 'the answer of twenty'),
    phase('done'),
    end,
  ]);
}

async function seedHacked(db: Kysely<Database>): Promise<void> {
  const round_id = rounds.hacked;
  await seedRound(db, {
    round_id,
    state: 'failed',
    cause: 'manual',
    cluster: 'slurm-one',
    engine: 'verl_grpo',
    snapshot_id: snapshots.open,
    reason: 'hacked',
    created_at: minutesAgo(3300),
  });
  await seedAttempt(db, round_id, 1, { exit_code: 28, reason: 'hacked' });
}

async function seedCheckpoints(db: Kysely<Database>): Promise<void> {
  const row = { kind: 'lora' as const, manifest: '{}', tree_sha256: 'c3'.repeat(32) };
  const { promoted, discarded } = checkpoints;
  await db
    .insertInto('checkpoint')
    .values([
      {
        ...row,
        checkpoint_id: discarded,
        round_id: rounds.hacked,
        parent_id: null,
        status: 'discarded',
        created_at: minutesAgo(3200),
      },
      {
        ...row,
        checkpoint_id: promoted,
        round_id: rounds.promoted,
        parent_id: discarded,
        status: 'promoted',
        created_at: minutesAgo(1500),
      },
    ])
    .execute();
  const evaluated = { snapshot_id: snapshots.mixed, reasons: JSON.stringify(gate.reasons), evidence: '{}' };
  await db
    .insertInto('evaluation')
    .values({ ...evaluated, checkpoint_id: promoted, incumbent_id: null, decision: 'promote' })
    .execute();
  await db
    .insertInto('alias')
    .values({ name: 'stable', checkpoint_id: promoted, previous_id: null, updated_at: minutesAgo(1500) })
    .execute();
}

/** Four rounds on top of the seeded world: one runs, one was promoted, one was stopped, one waits for its data. */
export async function seedRounds(
  db: Kysely<Database>,
  instances: readonly string[],
  ids: RepositoryIds = plainIds,
): Promise<void> {
  await seedSnapshot(db, snapshots.open, [
    [instances[0] ?? '', ids.parser, 'train'],
    [instances[1] ?? '', ids.parser, 'held_out'],
  ]);
  await seedSnapshot(db, snapshots.mixed, [
    [instances[0] ?? '', ids.parser, 'train'],
    ['octo-org__vault-9', ids.vault, 'train'],
  ]);
  await seedRunning(db);
  await seedPromoted(db);
  await seedHacked(db);
  await seedRound(db, {
    round_id: rounds.planned,
    state: 'planned',
    cause: 'manual',
    created_at: minutesAgo(1),
  });
  await seedCheckpoints(db);
}
