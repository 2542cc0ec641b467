import type { JsonContext } from './command.ts';
import type { TextColumn } from './table.ts';

/** Prints rows as JSON with `--json`, else as a table. */
export function printRows<Row>(
  context: JsonContext,
  columns: readonly TextColumn<Row>[],
  rows: readonly Row[],
): Promise<void> {
  return context.flags.json ? context.out.json(rows) : context.out.table(columns, rows);
}
