import { expect, test } from 'vitest';
import { profileOf } from './profiles.ts';

test('a cluster without settings has its profile', () => {
  const { rows, dtype, evaluation } = profileOf({ profile: 'gpu1', settings: {} });
  expect({ rows, dtype, server: evaluation.server }).toEqual({
    rows: 'files',
    dtype: 'bfloat16',
    server: 'vllm',
  });
});

test('settings take the place of single values, and leave their neighbours', () => {
  const plain = profileOf({ profile: 'gpu1', settings: {} });
  const settings = {
    rows: 'hunks',
    max_prompt_tokens: 256,
    algo: { group_size: 16, lr: 5e-5 },
    evaluation: { server: 'transformers' },
  } as const;
  expect(profileOf({ profile: 'gpu1', settings })).toEqual({
    ...plain,
    rows: 'hunks',
    max_prompt_tokens: 256,
    algo: { ...plain.algo, group_size: 16, lr: 5e-5 },
    evaluation: { ...plain.evaluation, server: 'transformers' },
  });
});

test('null leaves the warm-up out; a value changes it', () => {
  expect(profileOf({ profile: 'cpu', settings: { warmup: null } }).warmup).toBeNull();
  const changed = profileOf({ profile: 'cpu', settings: { warmup: { probe_rows: 32 } } });
  expect(changed.warmup).toMatchObject({ probe_rows: 32, sft_steps: 24 });
});
