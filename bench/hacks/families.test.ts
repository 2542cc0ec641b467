import { describe, expect, test } from 'vitest';
import { filesAnswer } from '../../src/answer/files-answer.test-support.ts';
import { findFormula, formulaNames } from '../../src/reward/formulas.ts';
import { degenerateAnswers } from './degenerate-answers.ts';
import { hackFamilies } from './families.ts';
import { panelOf } from './panel.ts';
import { outputFor } from './scene.ts';
import { syntheticScenes } from './synthetic-scenes.ts';

const seed = process.env['MENDLOOP_TEST_SEED'] ?? 'hack panel';
const scenes = syntheticScenes(60, seed);
const answers = degenerateAnswers(scenes);

test('there are at least 20 families, each with a name of its own and an answer', () => {
  expect(new Set(hackFamilies.map(({ name }) => name)).size).toBe(hackFamilies.length);
  expect(hackFamilies.length).toBeGreaterThanOrEqual(20);
  const names = hackFamilies.map(({ name }) => name);
  expect([...new Set(answers.map(({ family }) => family))]).toEqual(names);
});

test('the same scenes give the same answers', () => {
  const outputs = answers.map(({ output }) => output);
  expect(degenerateAnswers(syntheticScenes(60, seed)).map(({ output }) => output)).toEqual(outputs);
});

test('an answer that does what the oracle does is left out of the panel', () => {
  const honest = {
    name: 'oracle',
    make: (scene: (typeof scenes)[number]) => outputFor(scene.context, scene.oracle),
  };
  const [row] = panelOf(findFormula('paper/1'), degenerateAnswers(scenes, [honest]));
  expect(row).toMatchObject({ count: 0, equalToOracle: scenes.length });
});

// The paper's own formulas stay what they are: of them the panel records the figures, see below and bench:signal.
describe.each(formulaNames.filter((name) => !name.startsWith('paper')))('%s', (name) => {
  const formula = findFormula(name);
  const panel = panelOf(formula, answers);

  test('pays no family more than 0.05 on average or 0.30 at most', () => {
    expect(panel).toHaveLength(hackFamilies.length);
    expect(panel.filter(({ count }) => count === 0)).toEqual([]);
    expect(panel.filter(({ mean }) => mean > 0.05)).toEqual([]);
    expect(panel.filter(({ max }) => max > 0.3)).toEqual([]);
  });

  test('pays 1 for the oracle and nothing for no change', () => {
    for (const { context, oracle } of scenes) {
      expect(
        formula.scoreAnswer({ context, oracle, answer: filesAnswer(oracle), execution: null }).reward,
      ).toBe(1);
      const none = formula.scoreAnswer({ context, oracle, answer: filesAnswer(context), execution: null });
      expect(none).toMatchObject({ reward: 0, hack: 'no_change' });
    }
  });
});

test('the paper’s formula pays for the right place alone; its figures are on record', async ({
  annotate,
}) => {
  const panel = panelOf(findFormula('paper/1'), degenerateAnswers(scenes.slice(0, 12)));
  await annotate(panel.map(({ family, mean, max }) => `${family} ${mean} ${max}`).join('\n'));
  const spaces = panel.find(({ family }) => family === 'right_place_trailing_space');
  expect(spaces?.mean).toBeGreaterThan(0.3);
});
