import { describe, expect, it } from 'vitest';
import { scoreCandidate, scoreOracle } from './rewards.ts';

const before = 'one\ntwo\nthree\n';
const after = 'one\n2\nthree\n';
const path = 'src/count.js';

function diff(to: string): string {
  const head = `diff --git a/${path} b/${path}\n--- a/${path}\n+++ b/${path}\n@@ -1,3 +1,3 @@\n`;
  return `${head} one\n-two\n+${to}\n three\n`;
}

describe('the reward of the oracle', () => {
  it('is 1 through the parser that scores every answer', () => {
    const reward = scoreOracle([{ path, text: before }], [{ path, text: after }], diff('2'));
    expect(reward).toMatchObject({ reward: 1, formula: 'paper/1', error: null });
  });

  it.each([
    ['deletion', [{ path, text: before }], [{ path, text: null }], ''],
    ['binary', [{ path, text: null }], [{ path, text: null }], 'Binary files a/x and b/x differ\n'],
    ['rename', [{ path, text: before }], [{ path, text: before }], 'rename from a\nrename to b\n'],
  ])('is null with a reason for a %s', (reason, context, oracle, patch) => {
    expect(scoreOracle(context, oracle, patch)).toMatchObject({ reward: null, reason });
  });
});

describe('the reward of a candidate', () => {
  it('is 1 for the oracle itself, and less for anything else', () => {
    expect(scoreCandidate(diff('2'), diff('2'))).toHaveProperty(['paper/1', 'reward'], 1);
    const other = scoreCandidate(diff('zwei'), diff('2'))['paper/1']?.reward;
    expect(other).toBeGreaterThan(0);
    expect(other).toBeLessThan(1);
  });

  it('is given by every candidate formula', () => {
    const rewards = scoreCandidate(diff('2 '), diff('2'));
    expect(Object.keys(rewards)).toEqual(['paper/1', 'mendloop/1']);
    expect(rewards['mendloop/1']).toMatchObject({ formula: 'mendloop/1', error: null });
    expect(scoreCandidate(diff('2'), diff('2'))).toHaveProperty(['mendloop/1', 'reward'], 1);
  });
});
