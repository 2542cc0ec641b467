import { z } from 'zod';
import { refused } from './failure.ts';

/** Answer of `/v1/models`. The root of an adapter is its path and its parent the name of its base model, which has no parent. */
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

/** Answer of `/v1/completions` with `logprobs`: the likeliest next tokens with their log-probabilities. */
export const completion = z.object({
  model: z.string(),
  choices: z
    .array(
      z.object({ logprobs: z.object({ top_logprobs: z.array(z.record(z.string(), z.number())).min(1) }) }),
    )
    .min(1),
});

/** Throws `model_refused` when the answer does not fit the schema. */
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
