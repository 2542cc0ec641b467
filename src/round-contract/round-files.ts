import { z } from 'zod';
import { count, sha256, whole } from './round-spec.ts';

// What a driver writes and Mendloop reads. These are the complete forms; a reader picks the fields that it uses and takes unknown ones,
// so that a newer driver may write more.

const time = z.iso.datetime();
const metric = z.number().nullable();

/** `metrics` of a step: each name is always there, null where the engine has no such number. */
const stepMetrics = z.strictObject({
  reward_mean: metric.describe('Under the formula of the training.'),
  reward_std: metric,
  zero_std_frac: metric.describe('Share of the groups whose answers all have one reward.'),
  format_error_rate: metric,
  hack_share: metric,
  kl: metric,
  clip_frac: metric,
  entropy: metric,
  grad_norm: metric,
  lr: metric,
  loss: metric,
  completion_len_mean: metric.describe('Tokens.'),
  truncated_frac: metric,
  step_s: metric.describe('Seconds.'),
  tokens: metric,
});

const everyEvent = z.strictObject({
  v: z.literal(1),
  seq: count.describe('1, 2, 3, … within an attempt.'),
  ts: time,
  round: z.string(),
  attempt: count,
});
const event = <T extends string>(type: T) => everyEvent.extend({ type: z.literal(type) });

/** One line of `events.jsonl`. */
export const driverEvent = z.discriminatedUnion('type', [
  event('phase').extend({ name: z.string().describe('What begins.') }),
  event('step').extend({ step: whole, total: whole, metrics: stepMetrics }),
  event('eval').extend({ step: whole, metrics: z.record(z.string(), metric) }),
  event('checkpoint').extend({ step: whole, path: z.string(), bytes: whole.nullable() }),
  event('reward_stats').extend({
    n: whole.nullable().describe('Answers that the engine asked scores for.'),
    errors: whole.nullable().describe('Those of them without a score.'),
    p50_ms: metric,
    p95_ms: metric,
  }),
  event('sample').extend({
    step: whole.nullable(),
    row_id: z.string().nullable(),
    reward: metric,
    hack: z.string().nullable(),
    text: z.string().describe('The answer, at most 4,000 characters.'),
  }),
  event('warning').extend({
    code: z.string(),
    msg: z.string(),
    n: whole.optional().describe('Dropped rows.'),
  }),
  event('artifact').extend({ path: z.string(), sha256, bytes: whole }),
  event('end').extend({ exit_code: whole, reason: z.string() }),
]);

/** What a reader needs to store any event: the fields that all types have. */
export const driverEventHead = z.looseObject({
  ...everyEvent.shape,
  type: z.enum(driverEvent.options.map(({ shape }) => shape.type.value)),
});

/** `status.json`, the heartbeat of an attempt. */
export const driverStatus = z.strictObject({
  seq: count.describe('Grows with every beat: the driver lives while it grows.'),
  phase: z.string().nullable(),
  step: whole,
  total: whole.nullable(),
  ckpt_step: whole.nullable().describe('Step of the newest checkpoint.'),
  pid: count,
  host: z.string(),
  ts: time.describe("The driver's clock, which nothing is decided by."),
});

/** `result.json`, the last file that a driver writes. */
export const driverResult = z.strictObject({
  schema: z.literal('mendloop.result/1'),
  round_id: z.string(),
  attempt: count,
  exit_code: whole,
  reason: z.string().describe('One word of the driver, such as `kl`.'),
  message: z.string().describe('A sentence without content of a repository.'),
  steps: whole,
  metrics_final: stepMetrics.partial().describe('Of the last training step; empty without one.'),
  dropped_rows: z.strictObject({ prompt_too_long: whole, answer_too_long: whole }),
  scores: z.strictObject({ asked: whole, unscored: whole }),
  started_at: time,
  ended_at: time,
});

const outFile = z.strictObject({ path: z.string().min(1), bytes: whole, sha256 });

/** `out/manifest.json`: what a round made. */
export const outManifest = z.strictObject({
  schema: z.literal('mendloop.manifest/1'),
  round_id: z.string().min(1),
  attempt: count,
  spec_sha256: sha256,
  engine: z.strictObject({
    name: z.string(),
    version: z.string().nullable(),
    commit: z.string().nullable(),
  }),
  base: z.strictObject({ uri: z.string(), tree_sha256: sha256 }),
  reward_sha256: sha256.describe('Of the reward server.'),
  dataset_sha256: sha256.describe('Of the training rows.'),
  kind: z.enum(['lora', 'full']).describe('An adapter, or a whole model.'),
  lora: z
    .strictObject({ r: count, alpha: z.number().positive(), target_modules: z.unknown() })
    .nullable()
    .describe("From the adapter's own configuration."),
  step: whole,
  files: z.array(outFile).min(1).describe('Every file of `out/` but the manifest, sorted by path.'),
  tree_sha256: sha256.describe('The tree hash over `files`.'),
  metrics_final: stepMetrics.partial(),
  eval_final: z
    .record(z.string(), z.record(z.string(), z.number()))
    .describe('Mean rewards of the held-out answers, by model and formula; empty without an evaluation.'),
  created_at: time,
});
