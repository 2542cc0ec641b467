import { z } from 'zod';
import { engineNames } from '../domain/round.ts';

export const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
export const wholeNumber = z.int().nonnegative();
export const positiveNumber = z.int().positive();
const text = z.string().min(1);
const positive = z.number().positive();
const share = z.number().min(0).max(1);

/** A file of the round directory, by its path from there. */
const file = z.strictObject({ uri: text, sha256 });
const dataFile = file.extend({ rows: wholeNumber });
/** A folder outside of the round directory, as `file:///…`, with its tree hash. */
const tree = z.strictObject({ uri: text, tree_sha256: sha256 });

const engine = z.strictObject({
  name: z.enum(engineNames),
  profile: z.enum(['cpu', 'gpu1', 'gpu8', 'multi']).describe('Defaults of a round: batch, lengths, limits.'),
  overrides: file
    .nullable()
    .describe('JSON object of engine keys, merged last. Keys of data, reward and output paths are refused.'),
});

const model = z.strictObject({
  base: tree.extend({
    name: text,
    licence: text.describe('SPDX identifier.'),
    is_llama: z.boolean().describe('Whether the checkpoint has to be named and marked as built with Llama.'),
  }),
  init: z
    .strictObject({
      mode: z.enum(['base', 'merge_adapter', 'continue_adapter']),
      uri: z.string().nullable(),
      tree_sha256: sha256.nullable(),
    })
    .describe(
      '`base` starts a new adapter; `merge_adapter` merges the adapter at `uri` into the base first; `continue_adapter` trains it further.',
    ),
  dtype: z.enum(['float32', 'bfloat16']),
});

const data = z.strictObject({
  format: z.literal('jsonl'),
  train: dataFile.describe('Prompts to train on.'),
  held_out: dataFile.describe('Prompts to evaluate on, all from after the split.'),
  sft: dataFile.describe('Prompts with the oracle as the answer, for supervised steps.'),
  oracles: dataFile.describe('Read by the reward servers alone.'),
  max_prompt_tokens: positiveNumber.describe('Longer prompts are dropped and counted.'),
});

const reward = z.strictObject({
  formula: text.describe('Scores the answers in training.'),
  report_formulas: z.array(text).min(1).describe('Held-out answers are scored under each of these.'),
  server: file,
  module: file.describe('The Python file that asks the server.'),
  golden: file.describe('Scoring rows with known rewards: the first check of each server.'),
  node: file
    .nullable()
    .describe('A Node binary of the round; null: `node` of the PATH, version 20 or newer.'),
  timeout_s: positiveNumber.describe('For the score of one answer.'),
  max_concurrency: positiveNumber.describe('Reserved: no engine reads it.'),
  max_error_rate: share.describe('Answers without a score above this share end the round with 24.'),
  max_hack_share: share.describe('Two steps in a row with more degenerate answers end the round with 28.'),
});

const algo = z
  .strictObject({
    prompts_per_step: positiveNumber,
    group_size: z.int().min(2).describe('Answers to each prompt.'),
    updates_per_step: positiveNumber,
    loss: z.enum(['grpo', 'dapo', 'dr_grpo']),
    scale_rewards: z
      .enum(['group', 'none'])
      .describe('Whether advantages are divided by the standard deviation of the group.'),
    kl_coef: z.number().nonnegative(),
    clip_low: positive,
    clip_high: positive,
    lr: positive,
    warmup_steps: wholeNumber.describe('Of the learning rate.'),
    max_completion_tokens: positiveNumber,
    temperature: positive,
    top_p: positive.max(1),
    max_steps: wholeNumber,
    seed: wholeNumber,
  })
  .describe('GRPO.');

const lora = z.strictObject({
  r: positiveNumber,
  alpha: positiveNumber,
  dropout: share,
  target_modules: z.union([z.literal('all-linear'), z.array(text).min(1)]),
});

const sft = z
  .strictObject({
    max_steps: wholeNumber,
    batch_size: positiveNumber,
    lr: positive,
    warmup_steps: wholeNumber.describe('Of the learning rate.'),
    max_length: positiveNumber.describe('Tokens of prompt and answer; longer rows are dropped and counted.'),
  })
  .describe('Every supervised step: those of an SFT round, and of the warm-up.');

const warmup = z.strictObject({
  sft_steps: positiveNumber,
  min_format_rate: share.describe(
    'The warm-up is left out where this share of the probed answers has the form.',
  ),
  probe_rows: positiveNumber.describe('Training prompts that are answered to find that share.'),
});

const limits = z.strictObject({
  walltime_s: positiveNumber.describe('Asked of the scheduler, together with `grace_s`.'),
  heartbeat_s: positive.describe('Between two writes of `status.json`.'),
  stall_s: positiveNumber.describe('Warm-up or training that writes no event for so long ends with 22.'),
  grace_s: positiveNumber.describe('From the request to stop until the kill.'),
  kl_abort: positive.nullable().describe('A larger divergence from the reference ends the round with 25.'),
});

const checkpoint = z.strictObject({
  every_steps: positiveNumber,
  keep: positiveNumber.describe('The newest ones that stay.'),
});

const evaluation = z
  .strictObject({
    rows: wholeNumber.describe('Held-out rows, at most.'),
    samples: positiveNumber.describe('Answers to each.'),
    max_new_tokens: positiveNumber,
    temperature: z.number().nonnegative(),
    seed: wholeNumber,
    server: z.enum(['transformers', 'vllm']).describe('What answers.'),
    incumbent: tree.nullable().describe('Null: the base model is the incumbent.'),
  })
  .describe('Held-out answers of candidate and incumbent, at the end of the same job.');

const resources = z.strictObject({
  nodes: positiveNumber,
  gpus_per_node: wholeNumber,
  gpu_type: z.string().nullable(),
  cpus: positiveNumber,
  mem_gb: positiveNumber,
});

/**
 * `spec.json`: what the app tells the driver of a round, the same for all attempts. Paths are relative to the round directory. It
 * holds no secret: tokens come by environment variables. `npm run schemas` writes it as a JSON Schema, by which the driver
 * checks what it reads (docs/contracts/round.md#specification).
 */
export const roundSpec = z.strictObject({
  schema: z.literal('mendloop.round/1'),
  round_id: z.string().regex(/^[a-z0-9][a-z0-9-]{2,40}$/),
  created_at: z.iso.datetime(),
  kind: z.enum(['grpo', 'sft']),
  engine,
  model,
  data,
  reward,
  algo,
  lora,
  sft,
  warmup: warmup.nullable().describe('Supervised steps before GRPO; null: none.'),
  limits,
  checkpoint,
  evaluation,
  resources,
  resume: z.strictObject({
    policy: z
      .enum(['auto', 'never'])
      .describe('`auto`: an attempt goes on from the newest checkpoint of those before it.'),
  }),
});
export type RoundSpec = z.infer<typeof roundSpec>;
