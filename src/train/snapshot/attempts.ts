import { parseUnifiedDiff } from '../../diff/unidiff.ts';

/**
 * Files after a git diff was applied to those before: every hunk has to stand where its header says. Null where one does not, where a
 * file is created, removed, renamed or binary, or where the diff touches a file that is not shown.
 */
export function filesAfter(
  context: ReadonlyMap<string, string>,
  patch: string,
): ReadonlyMap<string, string> | null {
  const files = parseUnifiedDiff(patch);
  if (files === null || files.length === 0) return null;
  const after = new Map<string, string>();
  for (const { source, target, isBinary, hunks } of files) {
    const path = source.replace(/^a\//, '');
    const text = context.get(path);
    if (isBinary || text === undefined || target.replace(/^b\//, '') !== path) return null;
    const changed = applied(
      text.split('\n'),
      hunks.map((hunk) => hunk.text),
    );
    if (changed === null) return null;
    after.set(path, changed.join('\n'));
  }
  return after;
}

function applied(lines: readonly string[], hunks: readonly string[]): string[] | null {
  const out: string[] = [];
  let at = 0;
  for (const hunk of hunks) {
    const [header = '', ...body] = hunk.split('\n');
    const start = Number(/^@@ -(\d+)/.exec(header)?.[1] ?? Number.NaN) - 1;
    const isInsertion = /^@@ -\d+,0 /.test(header);
    const from = isInsertion ? start + 1 : start;
    if (!Number.isInteger(from) || from < at || from > lines.length) return null;
    for (; at < from; at += 1) out.push(lines[at] as string);
    for (const line of body) {
      const [mark, rest] = [line[0], line.slice(1)];
      if (mark === '+') out.push(rest);
      else if (mark === ' ' || mark === '-') {
        if (lines[at] !== rest) return null;
        if (mark === ' ') out.push(rest);
        at += 1;
      } else if (mark === '\\') return null;
    }
  }
  return out.concat(lines.slice(at));
}
