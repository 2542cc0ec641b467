/**
 * Removes HTML comments, code (fenced, indented, inline) and quotations from a Markdown text. Line breaks stay, so that
 * words of different lines are not joined. Takes time linear in the text's length.
 */
export function visibleText(text: string): string {
  const lines = text.replaceAll(/\r\n?/g, '\n').split('\n');
  const uncommented = without(withoutBlocks(lines).join('\n'), '<!--', '-->', 'hide');
  const untagged = without(without(uncommented, '<code>', '</code>', 'keep'), '<pre>', '</pre>', 'keep');
  return untagged
    .split(/(\n[ \t]*\n)/)
    .map((paragraph) => withoutCodeSpans(paragraph))
    .join('');
}

const listItem = /^ {0,3}(?:[-*+]|\d{1,9}[.)])\s/;

function withoutBlocks(lines: readonly string[]): string[] {
  const kept: string[] = [];
  let fence: string | null = null;
  let codeMayStart = true;
  let inList = false;
  let commented = false;
  for (const line of lines) {
    if (fence !== null) {
      if (closes(line, fence)) fence = null;
      kept.push('');
      continue;
    }
    fence = commented ? null : openedFence(line);
    const code: boolean = codeMayStart && !inList && /^(?: {4}|\t)/.test(line);
    kept.push(fence !== null || code || /^ {0,3}>/.test(line) ? '' : line);
    codeMayStart = line.trim() === '' || code;
    if (/^\S/.test(line) || listItem.test(line)) inList = listItem.test(line);
    commented = inComment(line, commented);
  }
  return kept;
}

function openedFence(line: string): string | null {
  return /^\s*(?:[-*+] +|\d{1,9}[.)] +)?(`{3,}(?=[^`]*$)|~{3,})/.exec(line)?.[1] ?? null;
}

function closes(line: string, fence: string): boolean {
  const mark = /^\s*(`{3,}|~{3,})\s*$/.exec(line)?.[1];
  return mark !== undefined && mark[0] === fence[0] && mark.length >= fence.length;
}

function inComment(line: string, before: boolean): boolean {
  const opened = line.lastIndexOf('<!--');
  const closed = line.lastIndexOf('-->');
  if (opened === -1 && closed === -1) return before;
  return opened > closed;
}

/** Removes each part between two marks. A part without an end is kept, or hides the rest, as browsers do for comments. */
function without(text: string, opening: string, closing: string, unclosed: 'keep' | 'hide'): string {
  let kept = '';
  let at = 0;
  for (;;) {
    const start = text.indexOf(opening, at);
    if (start === -1) return kept + text.slice(at);
    const end = text.indexOf(closing, start);
    if (end === -1) return kept + text.slice(at, unclosed === 'hide' ? start : undefined);
    kept += `${text.slice(at, start)} `;
    at = end + closing.length;
  }
}

/** Removes code spans; a span reaches from one run of backticks to the next run of the same length. */
function withoutCodeSpans(paragraph: string): string {
  const runs = [...paragraph.matchAll(/`+/g)];
  let kept = '';
  let at = 0;
  for (let open = 0; open < runs.length; open++) {
    const first = runs[open];
    let close = open + 1;
    while (close < runs.length && runs[close]?.[0].length !== first?.[0].length) close += 1;
    const last = runs[close];
    if (first === undefined || last === undefined) continue;
    kept += `${paragraph.slice(at, first.index)} `;
    at = last.index + last[0].length;
    open = close;
  }
  return kept + paragraph.slice(at);
}
