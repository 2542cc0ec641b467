import type { Interval } from '../../src/evaluate/bootstrap.ts';
import type { RoundSpec } from '../../src/round-contract/round-spec.ts';
import type { Intervals, StageColumn } from './compare.ts';
import type { RoundFacts } from './round-files.ts';

export interface ReportedRound extends RoundFacts {
  readonly seed: number;
  readonly formula: string;
  readonly round_id: string;
  readonly state: string;
  readonly reason: string | null;
  readonly gate: { readonly decision: string; readonly reasons: readonly string[] } | null;
  /** Means over all held-out tasks by measure, of the base model, after the warm-up and after GRPO; null: it left no model. */
  readonly held_out: Readonly<Record<string, Readonly<Record<string, number | null>>>> | null;
}

/** One row, and what the models of one round said. */
export interface Sample {
  readonly formula: string;
  readonly seed: number;
  readonly row_id: string;
  readonly answers: readonly {
    readonly stage: string;
    readonly text: string;
    readonly rewards: Readonly<Record<string, number | null>>;
    readonly hack: string | null;
  }[];
}

/** What `training.json` holds. */
export interface TrainingReport {
  readonly command: string;
  readonly date: string;
  readonly machine: Readonly<Record<string, string | number>>;
  readonly packages: Readonly<Record<string, string>>;
  readonly base: { readonly name: string; readonly tree_sha256: string };
  readonly data: {
    readonly rows: Readonly<Record<'train' | 'held_out' | 'sft', number>>;
    readonly sha256: Readonly<Record<'train' | 'held_out' | 'sft' | 'oracles', string>>;
    /** Whether every round had the same bytes. */
    readonly same_for_all: boolean;
    readonly held_out_asked: number;
    readonly held_out_tasks: number;
  };
  readonly settings: Pick<RoundSpec, 'algo' | 'lora' | 'sft' | 'warmup' | 'evaluation'>;
  /** Whether every round had them. */
  readonly same_settings: boolean;
  readonly rounds: readonly ReportedRound[];
  /** By training formula, over its seeds. */
  readonly pooled: Readonly<
    Record<
      string,
      {
        readonly seeds: readonly number[];
        readonly measures: Readonly<Record<string, Intervals<StageColumn>>>;
      }
    >
  >;
  /** The second formula's models less the first's, over the seeds that both have; null with fewer than two formulas. */
  readonly side_by_side: {
    readonly first: string;
    readonly second: string;
    readonly seeds: readonly number[];
    readonly differences: Readonly<Record<string, Interval | null>>;
  } | null;
  readonly samples: readonly Sample[];
}
