import type { Kysely } from 'kysely';
import type { Database } from '../../src/db/tables.ts';
import type { GateVerdict } from '../../src/evaluate/gate.ts';
import { readRound } from '../../src/train/round/state/read-round.ts';
import { eventsAfter, type RoundEvent } from '../train/events.ts';

type Figures = Readonly<Record<string, number | null>>;

/** A round in the form of docs/contracts/cli.md#demo-summary, with what it rests on. */
export interface SummaryRound {
  readonly round_id: string;
  readonly cluster: string;
  readonly state: string;
  readonly steps: number;
  /** Of the last step. */
  readonly metrics: Figures;
  readonly gate: GateVerdict | null;
  readonly reason: string | null;
  readonly message: string | null;
  readonly engine: string;
  readonly formula: string;
  readonly snapshot_id: string | null;
  readonly seconds: number;
  /** Figures of each step, the warm-up's left out. */
  readonly training: readonly Figures[];
  readonly checkpoint_id: string | null;
}

/** Steps of the warm-up have no reward. A step that a later attempt took again counts once. */
function trainingOf(events: readonly RoundEvent[]): Figures[] {
  const steps = new Map<unknown, Figures>();
  for (const { type, body } of events) {
    const metrics = Object(body['metrics']) as Figures;
    if (type !== 'step' || typeof metrics['reward_mean'] !== 'number') continue;
    steps.set(body['step'], { step: Number(body['step']), ...metrics });
  }
  return [...steps.values()];
}

export async function readSummaryRound(db: Kysely<Database>, round_id: string): Promise<SummaryRound> {
  const round = await readRound(db, round_id);
  const checkpoint = await db
    .selectFrom('checkpoint')
    .select('checkpoint_id')
    .where('round_id', '=', round_id)
    .executeTakeFirst();
  const { cluster, state, reason, message, engine, formula, snapshot_id, metrics } = round;
  return {
    round_id,
    cluster,
    state,
    steps: round.step ?? 0,
    metrics,
    gate: round.gate as unknown as GateVerdict | null,
    reason,
    message,
    engine,
    formula,
    snapshot_id,
    seconds: Math.round((round.updated_at.getTime() - round.created_at.getTime()) / 1000),
    training: trainingOf(await eventsAfter(db, round_id, null)),
    checkpoint_id: checkpoint?.checkpoint_id ?? null,
  };
}
