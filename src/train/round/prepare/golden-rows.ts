import { type Edit, formatAnswer } from '../../../answer/answer-form.ts';
import { canonicalJson } from '../../../domain/canonical-json.ts';
import { scoreRow } from '../../../reward/rows.ts';

const before =
  'export function total(items) {\n  let sum = 0;\n  for (const item of items) sum -= item.price;\n  return sum;\n}';
const after = before.replace('-=', '+=');

function edit(path: string, search: string, replace: string): Edit {
  return { path, search, replace };
}

function answer(...edits: readonly Edit[]): string {
  return formatAnswer('The sign is wrong.', edits);
}

const line = '  for (const item of items) sum -= item.price;';
const fixed = line.replace('-=', '+=');
const other = 'price = "12,50 €" # 𝔁 ünïcode\n';

/** Answers of every kind: right, nearly right, too much, without effect, and of no form. */
const answers: Readonly<Record<string, string>> = {
  exact: answer(edit('total.js', line, fixed)),
  near: answer(edit('total.js', line, `${fixed} // was minus`)),
  wrong: answer(edit('total.js', '  return sum;', '  return -sum;')),
  second_file: answer(
    edit('total.js', line, fixed),
    edit('price.py', other.trimEnd(), `${other.trimEnd()}€`),
  ),
  white_space: answer(edit('total.js', line, `${line}  `)),
  not_there: answer(edit('total.js', '  for (item of nothing);', fixed)),
  unended: answer(edit('total.js', line, fixed)).replace('</solution>', ''),
  prose: 'The sign is wrong; use a plus.',
  empty: '',
};

/**
 * The rows that the round's own reward server must score exactly as we do, before it scores anything else: the same code on
 * another machine's Node. They are ours and hold nothing of a repository.
 */
export function goldenRows(formulas: readonly string[]): string {
  const rows = formulas.flatMap((formula) =>
    Object.values(answers).map((output) => {
      const row = {
        kind: 'search_replace',
        context: { 'total.js': before, 'price.py': other },
        oracle: { 'total.js': after },
        output,
      };
      const { reward } = scoreRow(row, formula) as { reward: number };
      return { ...row, formula, reward };
    }),
  );
  return rows.map((row) => `${canonicalJson(row)}\n`).join('');
}
