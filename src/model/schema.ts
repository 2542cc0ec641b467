import { z } from 'zod';
import { refused } from './failure.ts';

/** `/v1/models`: an adapter's root is its path, and its parent the name of the base; a base has no parent. */
export const modelList = z.object({
  data: z.array(
    z.object({
      id: z.string(),
      root: z.string().nullish().default(null),
      parent: z.string().nullish().default(null),
    }),
  ),
});
export type ServedModel = z.infer<typeof modelList>['data'][number];

/** `/v1/completions` with `logprobs`: the likeliest next tokens with the logarithms of their probabilities. */
export const completion = z.object({
  model: z.string(),
  choices: z
    .array(
      z.object({ logprobs: z.object({ top_logprobs: z.array(z.record(z.string(), z.number())).min(1) }) }),
    )
    .min(1),
});

/** Throws `model_refused` where the answer is not what the schema says. */
export function readResponse<T>(schema: z.ZodType<T>, text: string): T {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw refused('its answer is not JSON');
  }
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw refused('its answer lacks fields that it should have');
}
