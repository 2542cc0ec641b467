import { z } from 'zod';
import { positiveNumber, sha256, wholeNumber } from './round-spec.ts';

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
  seq: positiveNumber.describe('1, 2, 3, … within an attempt.'),
  ts: time,
  round: z.string(),
  attempt: positiveNumber,
});
const event = <T extends string>(type: T) => everyEvent.extend({ type: z.literal(type) });

/** One line of `events.jsonl`. */
export const driverEvent = z.discriminatedUnion('type', [
  event('phase').extend({ name: z.string().describe('What begins.') }),
  event('step').extend({ step: wholeNumber, total: wholeNumber, metrics: stepMetrics }),
  event('eval').extend({ step: wholeNumber, metrics: z.record(z.string(), metric) }),
  event('checkpoint').extend({ step: wholeNumber, path: z.string(), bytes: wholeNumber.nullable() }),
  event('reward_stats').extend({
    n: wholeNumber.nullable().describe('Answers that the engine asked scores for.'),
    errors: wholeNumber.nullable().describe('Those of them without a score.'),
    p50_ms: metric,
    p95_ms: metric,
  }),
  event('sample').extend({
    step: wholeNumber.nullable(),
    row_id: z.string().nullable(),
    reward: metric,
    hack: z.string().nullable(),
    text: z.string().describe('The answer, at most 4,000 characters.'),
  }),
  event('warning').extend({
    code: z.string(),
    msg: z.string(),
    n: wholeNumber.optional().describe('Dropped rows.'),
  }),
  event('artifact').extend({ path: z.string(), sha256, bytes: wholeNumber }),
  event('end').extend({ exit_code: wholeNumber, reason: z.string() }),
]);

/** What a reader needs to store any event: the fields that all types have. */
export const driverEventHead = z.looseObject({
  ...everyEvent.shape,
  type: z.enum(driverEvent.options.map(({ shape }) => shape.type.value)),
});

/** `status.json`, the heartbeat of an attempt. */
export const driverStatus = z.strictObject({
  seq: positiveNumber.describe('Grows with every beat: the driver lives while it grows.'),
  phase: z.string().nullable(),
  step: wholeNumber,
  total: wholeNumber.nullable(),
  ckpt_step: wholeNumber.nullable().describe('Step of the newest checkpoint.'),
  pid: positiveNumber,
  host: z.string(),
  ts: time.describe("The driver's clock, which nothing is decided by."),
});

/** `result.json`, the last file that a driver writes. */
export const driverResult = z.strictObject({
  schema: z.literal('mendloop.result/1'),
  round_id: z.string(),
  attempt: positiveNumber,
  exit_code: wholeNumber,
  reason: z.string().describe('One word of the driver, such as `kl`.'),
  message: z.string().describe('A sentence without content of a repository.'),
  steps: wholeNumber,
  metrics_final: stepMetrics.partial().describe('Of the last training step; empty without one.'),
  dropped_rows: z.strictObject({ prompt_too_long: wholeNumber, answer_too_long: wholeNumber }),
  scores: z.strictObject({ asked: wholeNumber, unscored: wholeNumber }),
  started_at: time,
  ended_at: time,
});

const outFile = z.strictObject({ path: z.string().min(1), bytes: wholeNumber, sha256 });

/** `out/manifest.json`: what a round made. */
export const outManifest = z.strictObject({
  schema: z.literal('mendloop.manifest/1'),
  round_id: z.string().min(1),
  attempt: positiveNumber,
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
    .strictObject({ r: positiveNumber, alpha: z.number().positive(), target_modules: z.unknown() })
    .nullable()
    .describe("From the adapter's own configuration."),
  step: wholeNumber,
  files: z.array(outFile).min(1).describe('Every file of `out/` but the manifest, sorted by path.'),
  tree_sha256: sha256.describe('The tree hash over `files`.'),
  metrics_final: stepMetrics.partial(),
  eval_final: z
    .record(z.string(), z.record(z.string(), z.number()))
    .describe('Mean rewards of the held-out answers, by model and formula; empty without an evaluation.'),
  created_at: time,
});
