import { expect, test } from 'vitest';
import { formatAnswer } from '../../answer/answer-form.ts';
import type { Edit } from '../../answer/answer-form.ts';
import { formulaNames } from '../formulas.ts';
import { scoreRow } from '../rows.ts';
import { hackClasses } from './hack-classes.ts';

const path = 'src/area.py';
const filler = Array.from({ length: 70 }, (_, index) => `FACTOR_${index} = measure(${index})`);
const before = [
  'def area(width, height):',
  "    unit = 'metre'",
  '    return width + height',
  '',
  ...filler,
  '',
].join('\n');
const fix = edit('    return width + height', '    return width * height');
const oracle = { [path]: before.replace(fix.search, fix.replace) };

const answers: readonly (readonly [string | null, readonly Edit[]])[] = [
  [null, [fix]],
  [null, [edit('    return width + height', '    return abs(width) * abs(height)')]],
  ['empty_search', [edit('', '# fixed')]],
  ['tiny_search', [edit('FAC', 'VEC')]],
  ['no_change', [fix, edit(fix.replace, fix.search)]],
  ['whitespace_only', [edit('    return width + height', '    return  width + height')]],
  ['comments_only', [edit('    return width + height', '    return width + height  # area')]],
  ['no_syntax_change', [edit("    unit = 'metre'", '    unit = "metre"')]],
  ['deletions_only', [edit("    unit = 'metre'\n", '')]],
  ['duplicate_lines', [edit("    unit = 'metre'", "    unit = 'metre'\n    unit = 'metre'")]],
  ['outside_oracle_lines', [edit('FACTOR_69 = measure(69)', 'FACTOR_69 = guess(96)')]],
  ['length_against_oracle', [edit('    return width + height', manyLines())]],
];

test('every class has an answer here', () => {
  const named = answers.map(([hack]) => hack).filter((hack) => hack !== null);
  expect(named.toSorted()).toEqual(hackClasses.toSorted());
});

for (const name of formulaNames) {
  test.each(answers)(`${name}: %s`, (hack, edits) => {
    expect(scored(name, edits, oracle).hack).toBe(hack);
  });

  test(`${name}: what the oracle does itself is no hack`, () => {
    for (const [, edits] of answers.slice(5, 10)) {
      const [only] = edits;
      const own = { [path]: before.replace(only?.search ?? '', () => only?.replace ?? '') };
      expect(scored(name, edits, own)).toMatchObject({ reward: 1, hack: null });
    }
  });

  test(`${name}: a short SEARCH that is one whole line is no hack`, () => {
    const row = { kind: 'search_replace', context: { f: 'a\nb\n' }, oracle: { f: 'c\nb\n' } };
    const output = formatAnswer('t', [{ path: 'f', search: 'a', replace: 'c' }]);
    expect(scoreRow({ ...row, output }, name)).toMatchObject({ reward: 1, hack: null });
  });

  test(`${name}: unified diffs are recognised too`, () => {
    const head = '--- a/src/area.py\n+++ b/src/area.py\n@@ -3 +3 @@\n-    return width + height\n';
    const row = { kind: 'unidiff', oracle: [`${head}+    return width * height\n`] };
    const spaces = scoreRow({ ...row, pred: [`${head}+    return width + height \n`] }, name);
    expect(spaces).toMatchObject({ error: null, hack: 'whitespace_only' });
    expect(scoreRow({ ...row, pred: row.oracle }, name)).toMatchObject({ reward: 1, hack: null });
    expect(scoreRow({ ...row, pred: [] }, name)).toMatchObject({ reward: 0, hack: 'no_change' });
  });
}

function edit(search: string, replace: string): Edit {
  return { path, search, replace };
}

function manyLines(): string {
  return Array.from({ length: 60 }, (_, index) => `    part_${index} = width * ${index}`).join('\n');
}

function scored(name: string, edits: readonly Edit[], after: Readonly<Record<string, string>>) {
  const row = { kind: 'search_replace', context: { [path]: before }, oracle: after };
  return scoreRow({ ...row, output: formatAnswer('thought', edits) }, name);
}
