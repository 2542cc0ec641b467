import { describe, expect, it } from 'vitest';
import { applyEdits } from '../../answer/apply-edits.ts';
import { parseAnswer } from '../../answer/parse-answer.ts';
import type { Material } from './material.ts';
import { tasksOf } from './tasks.ts';

function material(before: string, after: string, problem = 'It stops.'): Material {
  return {
    instance_id: 'octo-org__one-1',
    repo: 'octo-org/one',
    repository_id: 1,
    problem,
    context: new Map([['a.js', before]]),
    oracle: new Map([['a.js', after]]),
    patch: '',
    attempts: [],
  };
}

const lines = Array.from({ length: 40 }, (_, index) => `line(${index});`);
const joined = (changes: Readonly<Record<number, string>>): string =>
  lines.map((line, index) => `${changes[index] ?? line}\n`).join('');

describe('hunks', () => {
  it('are one for each place that changes, with a line around it', () => {
    const { tasks, refusals } = tasksOf(
      material(joined({}), joined({ 3: 'first();', 20: 'second();', 22: 'third();' })),
      'hunks',
      'mendloop/1',
    );

    expect(refusals).toEqual([]);
    expect(tasks.map(({ id, context, oracle }) => [id, context.get('a.js'), oracle.get('a.js')])).toEqual([
      ['octo-org__one-1#1', 'line(2);\nline(3);\nline(4);', 'line(2);\nfirst();\nline(4);'],
      [
        'octo-org__one-1#2',
        'line(19);\nline(20);\nline(21);\nline(22);\nline(23);',
        'line(19);\nsecond();\nline(21);\nthird();\nline(23);',
      ],
    ]);
  });

  it('keep their numbers where another one is too long', () => {
    const changed = joined({ 3: `long('${'x'.repeat(400)}');`, 20: 'second();' });

    const { tasks, refusals } = tasksOf(material(joined({}), changed), 'hunks', 'mendloop/1');

    expect(refusals).toEqual(['answer_too_long']);
    expect(tasks.map(({ id }) => id)).toEqual(['octo-org__one-1#2']);
  });

  it('of a new file are none', () => {
    const fresh = { ...material('', 'new();\n'), context: new Map<string, string>() };
    expect(tasksOf(fresh, 'hunks', 'mendloop/1')).toEqual({ tasks: [], refusals: ['empty_fragment'] });
  });

  it('show an issue that is cut between characters, never within one', () => {
    for (const length of [298, 299, 300]) {
      const problem = `${'x'.repeat(length)}${'😀'.repeat(20)}`;
      const [task] = tasksOf(material(joined({}), joined({ 3: 'y();' }), problem), 'hunks', 'paper/1').tasks;
      expect(task?.prompt.every(({ content }) => content.isWellFormed())).toBe(true);
      expect(task?.prompt[1]?.content).toContain('x'.repeat(length));
    }
  });
});

describe('whole files', () => {
  it('show all of the issue and the files, and an answer gives the fix', () => {
    const [before, after] = [joined({}), joined({ 3: 'first();', 20: 'second();' })];
    const [task] = tasksOf(material(before, after), 'files', 'mendloop/1').tasks;

    expect(task?.prompt[1]?.content).toContain('It stops.');
    expect(task?.prompt[1]?.content).toContain(before);
    const parsed = parseAnswer(task?.answer ?? '');
    const applied = parsed.error === null ? applyEdits(task?.context ?? new Map(), parsed.edits) : null;
    expect(applied?.error === null && applied.files.get('a.js')).toBe(after);
  });

  it('that the form cannot say are left out', () => {
    const marked = '<<<<<<< SEARCH\n=======\n>>>>>>> REPLACE\n```\n';
    expect(tasksOf(material('one();\n', marked), 'files', 'paper/1').refusals).toEqual(['not_expressible']);
  });
});
