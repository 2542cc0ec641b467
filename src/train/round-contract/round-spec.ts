import { z } from 'zod';
import { engineNames } from '../../domain/round.ts';

const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
/** A file of the round directory, by its path from there. */
const file = z.strictObject({ uri: z.string().min(1), sha256 });
const dataFile = z.strictObject({ uri: z.string().min(1), sha256, rows: z.int().nonnegative() });
/** A folder outside of the round directory: `file:///…`; the hash covers paths, sizes and contents (training-rounds §3.6). */
const tree = z.strictObject({ uri: z.string().min(1), tree_sha256: sha256 });
const whole = z.int().nonnegative();
const count = z.int().positive();
const share = z.number().min(0).max(1);

/**
 * What the driver of a round is told, for all its attempts alike (training-rounds §3.4, contract `mendloop.round/1`). Paths are
 * relative to the round directory. It holds no secret: those come by environment variables, whose names are fixed.
 */
export const roundSpec = z.strictObject({
  schema: z.literal('mendloop.round/1'),
  round_id: z.string().regex(/^[a-z0-9][a-z0-9-]{2,40}$/),
  created_at: z.iso.datetime(),
  kind: z.enum(['grpo', 'sft']),
  engine: z.strictObject({
    name: z.enum(engineNames),
    profile: z.enum(['cpu', 'gpu1', 'gpu8', 'multi']),
    /** JSON object of engine keys, merged last; data, reward and output paths are refused. */
    overrides: file.nullable(),
  }),
  model: z.strictObject({
    base: tree.extend({ name: z.string().min(1), licence: z.string().min(1), is_llama: z.boolean() }),
    /** `merge_adapter`: the adapter is merged into the base, and a new one begun (finding F6). */
    init: z.strictObject({
      mode: z.enum(['base', 'merge_adapter', 'continue_adapter']),
      uri: z.string().nullable(),
      tree_sha256: sha256.nullable(),
    }),
    dtype: z.enum(['float32', 'bfloat16']),
  }),
  data: z.strictObject({
    format: z.literal('jsonl'),
    train: dataFile,
    held_out: dataFile,
    sft: dataFile,
    oracles: dataFile,
    max_prompt_tokens: count,
  }),
  reward: z.strictObject({
    formula: z.string().min(1),
    /** Held-out answers are scored under each of these. */
    report_formulas: z.array(z.string().min(1)).min(1),
    server: file,
    module: file,
    golden: file,
    /** The round's own Node binary; null: `node` of the PATH, version 20 or newer. */
    node: file.nullable(),
    timeout_s: count,
    max_concurrency: count,
    max_error_rate: share,
    /** Two steps in a row above it end the round with exit code 28. */
    max_hack_share: share,
  }),
  algo: z.strictObject({
    prompts_per_step: count,
    group_size: z.int().min(2),
    updates_per_step: count,
    loss: z.enum(['grpo', 'dapo', 'dr_grpo']),
    scale_rewards: z.enum(['group', 'none']),
    kl_coef: z.number().nonnegative(),
    clip_low: z.number().positive(),
    clip_high: z.number().positive(),
    lr: z.number().positive(),
    warmup_steps: whole,
    max_completion_tokens: count,
    temperature: z.number().positive(),
    top_p: z.number().positive().max(1),
    max_steps: whole,
    seed: whole,
  }),
  lora: z.strictObject({
    r: count,
    alpha: count,
    dropout: z.number().min(0).max(1),
    target_modules: z.union([z.literal('all-linear'), z.array(z.string().min(1)).min(1)]),
  }),
  /** Settings of every supervised step, of an SFT round and of the warm-up. */
  sft: z.strictObject({
    max_steps: whole,
    batch_size: count,
    lr: z.number().positive(),
    warmup_steps: whole,
    max_length: count,
  }),
  /** SFT before GRPO where fewer than `min_format_rate` of sampled answers have the form; null: never. */
  warmup: z.strictObject({ sft_steps: count, min_format_rate: share, probe_rows: count }).nullable(),
  limits: z.strictObject({
    walltime_s: count,
    heartbeat_s: z.number().positive(),
    stall_s: count,
    grace_s: count,
    kl_abort: z.number().positive().nullable(),
  }),
  checkpoint: z.strictObject({ every_steps: count, keep: count }),
  /** Held-out answers of the candidate and of the incumbent, at the end of the round's own job. */
  evaluation: z.strictObject({
    rows: whole,
    samples: count,
    max_new_tokens: count,
    temperature: z.number().nonnegative(),
    seed: whole,
    server: z.enum(['transformers', 'vllm']),
    /** Null: the base model is what a candidate has to beat. */
    incumbent: tree.nullable(),
  }),
  resources: z.strictObject({
    nodes: count,
    gpus_per_node: whole,
    gpu_type: z.string().nullable(),
    cpus: count,
    mem_gb: count,
  }),
  resume: z.strictObject({ policy: z.enum(['auto', 'never']) }),
});
export type RoundSpec = z.infer<typeof roundSpec>;
