import { type CommandContext, isSet } from './command.ts';
import type { Column } from './table.ts';

/** The answer of a command that lists: JSON where it is asked for, else a table. */
export function printRows<Row>(
  context: CommandContext,
  columns: readonly Column<Row>[],
  rows: readonly Row[],
): Promise<void> {
  return isSet(context, 'json') ? context.out.json(rows) : context.out.table(columns, rows);
}
