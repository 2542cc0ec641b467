import golden from '../fixtures/reward-golden.json' with { type: 'json' };

/** A golden vector with an answer: everything but the bare similarities. */
export interface AnswerRow {
  readonly id: string;
  readonly kind: 'search_replace' | 'unidiff';
  readonly context?: Readonly<Record<string, string>>;
  readonly oracle: unknown;
  readonly text: string;
}

interface GoldenRow {
  readonly kind: string;
  readonly context?: Readonly<Record<string, string>>;
  readonly oracle?: unknown;
  readonly output?: string;
  readonly pred?: readonly string[];
}

/** The golden vectors that have an answer of one text; each has its own oracle. */
export const answerRows: readonly AnswerRow[] = (golden.cases as GoldenRow[]).flatMap(answerRow);

function answerRow(row: GoldenRow, index: number): AnswerRow[] {
  const id = `golden-${index}`;
  const { kind, context, oracle, output, pred = [] } = row;
  if (kind === 'search_replace' && context !== undefined && output !== undefined)
    return [{ id, kind, context, oracle, text: output }];
  const [only, ...more] = pred;
  return kind === 'unidiff' && only !== undefined && more.length === 0
    ? [{ id, kind, oracle, text: only }]
    : [];
}

export function oracleLine({ text: _text, ...oracle }: AnswerRow): string {
  return `${JSON.stringify(oracle)}\n`;
}

export const oracleLines = answerRows.map(oracleLine).join('');

/** The row that `mendloop reward` scores alike. */
export function scoringRow({ text, ...oracle }: AnswerRow): object {
  return oracle.kind === 'unidiff' ? { ...oracle, pred: [text] } : { ...oracle, output: text };
}
