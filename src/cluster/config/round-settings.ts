import { z } from 'zod';

const whole = z.int().nonnegative();
const count = z.int().positive();
const positive = z.number().positive();
const share = z.number().min(0).max(1);

/** GRPO of a round; one update a step, which both engines take. */
const algo = z.strictObject({
  prompts_per_step: count,
  group_size: z.int().min(2),
  loss: z.enum(['grpo', 'dapo', 'dr_grpo']),
  scale_rewards: z.enum(['group', 'none']),
  kl_coef: z.number().nonnegative(),
  clip_low: positive,
  clip_high: positive,
  lr: positive,
  warmup_steps: whole,
  max_completion_tokens: count,
  temperature: positive,
  top_p: positive.max(1),
  max_steps: count,
});
const lora = z.strictObject({
  r: count,
  alpha: count,
  dropout: share,
  target_modules: z.union([z.literal('all-linear'), z.array(z.string().min(1)).min(1)]),
});
const sft = z.strictObject({
  max_steps: count,
  batch_size: count,
  lr: positive,
  warmup_steps: whole,
  max_length: count,
});
const warmup = z.strictObject({ sft_steps: count, min_format_rate: share, probe_rows: count });
const limits = z.strictObject({
  heartbeat_s: positive,
  stall_s: count,
  grace_s: count,
  kl_abort: positive.nullable(),
});
const checkpoint = z.strictObject({ every_steps: count, keep: count });
const evaluation = z.strictObject({
  rows: whole,
  samples: count,
  max_new_tokens: count,
  temperature: z.number().nonnegative(),
  server: z.enum(['transformers', 'vllm']),
});

/** What rounds of a cluster take in place of its profile: groups and keys are those of a round's specification. */
export const roundSettings = z
  .strictObject({
    rows: z
      .enum(['files', 'hunks'])
      .describe('Whole files, or hunks for models that are too small for them.'),
    dtype: z.enum(['float32', 'bfloat16']),
    max_prompt_tokens: count,
    algo: algo.partial(),
    lora: lora.partial(),
    sft: sft.partial(),
    warmup: warmup.partial().nullable().describe('null: no supervised steps before GRPO.'),
    limits: limits.partial(),
    checkpoint: checkpoint.partial(),
    evaluation: evaluation.partial(),
  })
  .partial()
  .describe("In place of the profile's, value by value.");
