import { z } from 'zod';
import { positiveNumber, roundSpec } from './round-spec.ts';

const { model, data, algo, lora, sft, warmup, limits, checkpoint, evaluation } = roundSpec.shape;

/**
 * What a cluster's rounds take in place of single values of its profile. Groups, keys and bounds are those of
 * {@link roundSpec}, without what Mendloop itself decides; a round that is configured here trains one step or more.
 */
export const roundSettings = z
  .strictObject({
    rows: z
      .enum(['files', 'hunks'])
      .describe('Whole files, or hunks for models that are too small for them.'),
    dtype: model.shape.dtype,
    max_prompt_tokens: data.shape.max_prompt_tokens,
    // Both engines take one update a step.
    algo: algo.omit({ updates_per_step: true, seed: true }).extend({ max_steps: positiveNumber }).partial(),
    lora: lora.partial(),
    sft: sft.extend({ max_steps: positiveNumber }).partial(),
    warmup: warmup.unwrap().partial().nullable().describe('null: no supervised steps before GRPO.'),
    limits: limits.omit({ walltime_s: true }).partial(),
    checkpoint: checkpoint.partial(),
    evaluation: evaluation.omit({ seed: true, incumbent: true }).partial(),
  })
  .partial()
  .describe("In place of the profile's, value by value.");
export type RoundSettings = z.infer<typeof roundSettings>;
