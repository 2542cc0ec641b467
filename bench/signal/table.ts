/** Prints rows under a title, columns aligned; numbers with three digits. */
export function printTable(
  title: string,
  head: readonly string[],
  rows: readonly (readonly (string | number)[])[],
): void {
  const cells = [head, ...rows.map((row) => row.map(shown))];
  const widths = head.map((_, column) => Math.max(...cells.map((row) => row[column]?.length ?? 0)));
  console.log(`\n${title}`);
  for (const row of cells) {
    const padded = row.map((cell, column) =>
      column === 0 ? cell.padEnd(widths[column] as number) : cell.padStart(widths[column] as number),
    );
    console.log(padded.join('  '));
  }
}

function shown(cell: string | number): string {
  if (typeof cell === 'string') return cell;
  return Number.isInteger(cell) && Math.abs(cell) > 1 ? `${cell}` : cell.toFixed(3);
}
