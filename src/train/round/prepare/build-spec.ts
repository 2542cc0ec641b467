import type { EngineName } from '../../../domain/round.ts';
import { type RoundSpec, roundSpec } from '../../../round-contract/round-spec.ts';
import type { SnapshotManifest } from '../../snapshot/manifest.ts';
import { type Profile, type ProfileChoice, profileOf } from '../cluster/profiles.ts';
import type { Round } from '../state/read-round.ts';
import type { Lineage } from './lineage.ts';

type DataFiles = Pick<RoundSpec['data'], 'train' | 'held_out' | 'sft' | 'oracles'>;
type RewardFiles = Pick<RoundSpec['reward'], 'server' | 'module' | 'golden'>;

/** The fields of a round that its specification holds; an evaluation without training has them too. */
export type SpecRound = Pick<Round, 'round_id' | 'created_at' | 'engine' | 'formula' | 'seed' | 'request'>;

export interface SpecParts extends ProfileChoice {
  readonly round: SpecRound;
  readonly resources: RoundSpec['resources'];
  readonly lineage: Lineage;
  readonly data: DataFiles;
  readonly reward: RewardFiles;
  readonly reportFormulas: readonly string[];
  readonly overrides: RoundSpec['engine']['overrides'];
  /** Size of an evaluation without training; null: the profile's. */
  readonly evaluation: { readonly rows: number; readonly samples: number } | null;
}

export function kindOf(engine: EngineName): RoundSpec['kind'] {
  return engine === 'trl_sft' ? 'sft' : 'grpo';
}

/** How many rows the first step needs and there are; a round with fewer would train nothing. */
export function stepRows(
  engine: EngineName,
  profile: Profile,
  { files }: SnapshotManifest,
): { readonly needed: number; readonly given: number } {
  return kindOf(engine) === 'grpo'
    ? { needed: profile.algo.prompts_per_step, given: files.train.rows }
    : { needed: 1, given: files.sft.rows };
}

export function stepsOf({ kind, algo, sft }: RoundSpec): number {
  return kind === 'grpo' ? algo.max_steps : sft.max_steps;
}

function rewardOf({ round, reward, reportFormulas }: SpecParts): RoundSpec['reward'] {
  return {
    formula: round.formula,
    report_formulas: [...reportFormulas],
    ...reward,
    node: null,
    timeout_s: 60,
    max_concurrency: 64,
    max_error_rate: 0.02,
    max_hack_share: 0.5,
  };
}

function modelOf({ lineage }: SpecParts, profile: Profile): RoundSpec['model'] {
  return { base: lineage.base, init: lineage.init, dtype: profile.dtype };
}

function evaluationOf(parts: SpecParts, profile: Profile): RoundSpec['evaluation'] {
  const { round, data, lineage } = parts;
  const asked = { ...profile.evaluation, ...parts.evaluation };
  const rows = Math.min(asked.rows, data.held_out.rows);
  return { ...asked, rows, seed: round.seed, incumbent: lineage.incumbent };
}

function algoOf({ round, evaluation }: SpecParts, { algo }: Profile): RoundSpec['algo'] {
  // Nothing is trained, so that one row to train on is enough.
  const few = evaluation === null ? {} : { prompts_per_step: 1 };
  return { ...algo, ...few, max_steps: round.request.steps ?? algo.max_steps, seed: round.seed };
}

/** The round's specification; the same parts give the same bytes. */
export function buildSpec(parts: SpecParts): RoundSpec {
  const { round, resources, data, overrides } = parts;
  const profile = profileOf(parts);
  const { steps, hours } = round.request;
  const kind = kindOf(round.engine);
  return roundSpec.parse({
    schema: 'mendloop.round/1',
    round_id: round.round_id,
    created_at: round.created_at.toISOString(),
    kind,
    engine: { name: round.engine, profile: parts.profile, overrides },
    model: modelOf(parts, profile),
    data: { format: 'jsonl', ...data, max_prompt_tokens: profile.max_prompt_tokens },
    reward: rewardOf(parts),
    algo: algoOf(parts, profile),
    lora: profile.lora,
    sft: { ...profile.sft, max_steps: kind === 'sft' && steps !== null ? steps : profile.sft.max_steps },
    warmup: kind === 'grpo' ? profile.warmup : null,
    limits: { ...profile.limits, walltime_s: Math.ceil(hours * 3600) },
    checkpoint: profile.checkpoint,
    evaluation: evaluationOf(parts, profile),
    resources,
    resume: { policy: 'auto' },
  } satisfies RoundSpec);
}
