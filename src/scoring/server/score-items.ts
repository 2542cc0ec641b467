import type { ScoringPool } from '../pool/scoring-pool.ts';
import type { AnswerFlags, AnswerScore, Unscorable } from '../score-answer.ts';
import type { AnswerTask, Outcome } from '../task.ts';
import type { Oracles } from './oracles.ts';
import type { Item } from './score-request.ts';

/** Why an item has no score. A retry may help, except for `unknown_id` and `unscorable`. */
export type Reason = 'unknown_id' | 'unscorable' | 'timed_out' | 'cancelled' | 'failed';

export type ItemScore =
  | {
      readonly k: string;
      readonly ok: true;
      readonly score: number;
      /** Why the form is wrong, as `mendloop reward` names it. */
      readonly error: string | null;
      /** `ms` is the time that the item took; all other fields are the same every time. */
      readonly flags: AnswerFlags & { readonly ms: number };
    }
  | { readonly k: string; readonly ok: false; readonly score: null; readonly reason: Reason };

export interface ScoringDeps {
  readonly pool: ScoringPool;
  readonly oracles: Oracles;
  /** Most milliseconds that one item may run. */
  readonly itemMs: number;
}

/** Scores the items and keeps their order. An aborted signal cancels items that have not ended. */
export async function scoreItems(
  items: readonly Item[],
  { pool, oracles, itemMs }: ScoringDeps,
  signal: AbortSignal,
): Promise<ItemScore[]> {
  const scorable = items.filter(({ id }) => oracles.rows.has(id));
  const tasks = scorable.map((item) => taskOf(item, oracles));
  const sizes = tasks.map(({ oracle, text }) => oracle.length + text.length);
  const outcomes = await Promise.all(pool.run(tasks, { limitMs: itemMs, signal, sizes }));
  const scores = new Map(scorable.map(({ k }, index) => [k, outcomes[index] as (typeof outcomes)[number]]));
  return items.map(({ k }) => itemScore(k, scores.get(k)));
}

function taskOf({ id, text }: Item, oracles: Oracles): AnswerTask {
  return { kind: 'answer', oracle: oracles.rows.get(id) as Uint8Array, text };
}

function itemScore(k: string, outcome: Outcome<AnswerScore | Unscorable> | undefined): ItemScore {
  if (outcome === undefined) return noScore(k, 'unknown_id');
  if (outcome.state !== 'done') return noScore(k, outcome.state);
  const { result } = outcome;
  if (result.kind === 'unscorable') return noScore(k, 'unscorable');
  const ms = Math.round(outcome.ms * 1000) / 1000;
  return { k, ok: true, score: result.score, error: result.error, flags: { ...result.flags, ms } };
}

function noScore(k: string, reason: Reason): ItemScore {
  return { k, ok: false, score: null, reason };
}
