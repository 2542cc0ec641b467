import type { RoundSettings } from '../../../round-contract/round-settings.ts';
import type { RoundSpec } from '../../../round-contract/round-spec.ts';
import type { RowForm } from '../../snapshot/tasks.ts';

type Algo = Omit<RoundSpec['algo'], 'seed'>;

/** The settings of a round, unless its request or its cluster names others. */
export interface Profile {
  readonly rows: RowForm;
  readonly dtype: RoundSpec['model']['dtype'];
  readonly max_prompt_tokens: number;
  readonly algo: Algo;
  readonly lora: RoundSpec['lora'];
  readonly sft: RoundSpec['sft'];
  readonly warmup: RoundSpec['warmup'];
  readonly limits: Omit<RoundSpec['limits'], 'walltime_s'>;
  readonly checkpoint: RoundSpec['checkpoint'];
  /** `rows` at most. */
  readonly evaluation: Pick<
    RoundSpec['evaluation'],
    'rows' | 'samples' | 'max_new_tokens' | 'temperature' | 'server'
  >;
}

type Given<T> = { readonly [K in keyof T]?: T[K] | undefined };

/** One update a step and per-sequence means, as GRPO is defined; the learning rate stays what it is. */
const grpo = {
  updates_per_step: 1,
  loss: 'grpo',
  scale_rewards: 'group',
  clip_low: 0.2,
  clip_high: 0.2,
  warmup_steps: 0,
  temperature: 1,
  top_p: 1,
} as const;

/**
 * Two cores and SmolLM2-135M, measured over the 70 hunks of the demo. After 8 steps of warm-up a round collapsed; after 24 three rounds
 * of three ended well. From 25 to 50 % of the first step's answers have the form then; most others repeat the lines as they are.
 * Mean reward of steps 1 to 4 and 5 to 8: -0.72 and -0.17 (seed 1, one prompt with eight answers), -0.52 and -0.59 (seed 1, as here),
 * -0.75 and -0.39 (seed 2, as here). A step without any form ends a round when it comes twice: all eight answers miss it less likely
 * with two prompts than with one. A learning rate of 3e-4 made training collapse in one of two runs. A round takes 11
 * minutes (warm-up 3.5, training 5, answers of both models 2) and 6.3 GB of memory.
 */
const cpu: Profile = {
  rows: 'hunks',
  dtype: 'float32',
  max_prompt_tokens: 256,
  algo: {
    ...grpo,
    prompts_per_step: 2,
    group_size: 4,
    kl_coef: 0,
    lr: 1e-4,
    temperature: 0.8,
    max_completion_tokens: 112,
    max_steps: 8,
  },
  lora: { r: 16, alpha: 32, dropout: 0, target_modules: 'all-linear' },
  sft: { max_steps: 24, batch_size: 4, lr: 1e-3, warmup_steps: 2, max_length: 512 },
  warmup: { sft_steps: 24, min_format_rate: 0.2, probe_rows: 4 },
  limits: { heartbeat_s: 5, stall_s: 1800, grace_s: 240, kl_abort: null },
  checkpoint: { every_steps: 2, keep: 2 },
  evaluation: { rows: 8, samples: 1, max_new_tokens: 112, temperature: 0, server: 'transformers' },
};

/** A model of 1 to 8 billion parameters on one GPU of 80 GB. Not run yet: the figures are those of the literature. */
const gpu1: Profile = {
  rows: 'files',
  dtype: 'bfloat16',
  max_prompt_tokens: 8192,
  algo: {
    ...grpo,
    prompts_per_step: 8,
    group_size: 8,
    kl_coef: 0.001,
    lr: 5e-6,
    max_completion_tokens: 2048,
    max_steps: 60,
  },
  lora: { r: 32, alpha: 32, dropout: 0, target_modules: 'all-linear' },
  sft: { max_steps: 60, batch_size: 8, lr: 1e-4, warmup_steps: 5, max_length: 10_240 },
  warmup: { sft_steps: 20, min_format_rate: 0.2, probe_rows: 32 },
  limits: { heartbeat_s: 10, stall_s: 1800, grace_s: 300, kl_abort: 0.5 },
  checkpoint: { every_steps: 10, keep: 2 },
  evaluation: { rows: 128, samples: 2, max_new_tokens: 2048, temperature: 0.7, server: 'vllm' },
};

/** SWE-RL's published batch: 32 prompts with 16 answers each. */
const gpu8: Profile = {
  ...gpu1,
  max_prompt_tokens: 12_288,
  algo: { ...gpu1.algo, prompts_per_step: 32, group_size: 16, lr: 3e-6, max_completion_tokens: 4096 },
  sft: { ...gpu1.sft, batch_size: 32, max_length: 16_384 },
  evaluation: { ...gpu1.evaluation, rows: 256, max_new_tokens: 4096 },
};

const profiles: Readonly<Record<RoundSpec['engine']['profile'], Profile>> = {
  cpu,
  gpu1,
  gpu8,
  multi: gpu8,
};

export interface ProfileChoice {
  readonly profile: RoundSpec['engine']['profile'];
  /** Values that replace those of the profile. */
  readonly settings: RoundSettings;
}

/** Settings come from JSON, where a key that is there has a value. */
function changed<T extends object>(base: T, given: Given<T> | undefined): T {
  return { ...base, ...(given as Partial<T>) };
}

/** The profile of a cluster with the cluster's own settings on top. */
export function profileOf({ profile, settings }: ProfileChoice): Profile {
  const base = profiles[profile];
  const { rows = base.rows, dtype = base.dtype, max_prompt_tokens = base.max_prompt_tokens } = settings;
  return {
    rows,
    dtype,
    max_prompt_tokens,
    algo: changed(base.algo, settings.algo),
    lora: changed(base.lora, settings.lora),
    sft: changed(base.sft, settings.sft),
    warmup: settings.warmup === null || base.warmup === null ? null : changed(base.warmup, settings.warmup),
    limits: changed(base.limits, settings.limits),
    checkpoint: changed(base.checkpoint, settings.checkpoint),
    evaluation: changed(base.evaluation, settings.evaluation),
  };
}
