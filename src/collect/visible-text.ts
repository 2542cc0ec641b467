/**
 * A Markdown text without what its author did not say there and then: HTML comments, code (fenced, indented and
 * inline) and quotations. Line breaks stay, so that words of different lines do not meet.
 */
export function visibleText(text: string): string {
  const lines = text.replaceAll(/\r\n?/g, '\n').split('\n');
  const kept = withoutBlocks(lines).join('\n');
  return withoutInlineCode(withoutComments(kept));
}

function withoutBlocks(lines: readonly string[]): string[] {
  const kept: string[] = [];
  let fence: string | null = null;
  let afterBlank = true;
  let commented = false;
  for (const line of lines) {
    const mark = commented ? undefined : /^ {0,3}(?:[-*+>] +|\d+[.)] +)?(`{3,}|~{3,})/.exec(line)?.[1];
    const indented = afterBlank && /^(?: {4,}|\t)(?![-*+] |\d+[.)] )/.test(line);
    const quoted = /^ {0,3}>/.test(line);
    if (fence !== null) {
      if (closes(line, fence)) fence = null;
      kept.push('');
      continue;
    }
    if (mark !== undefined) fence = mark;
    const hidden = mark !== undefined || indented || quoted;
    kept.push(hidden ? '' : line);
    // The indented block goes on until a line of text.
    afterBlank = line.trim() === '' || indented;
    commented = inComment(line, commented);
  }
  return kept;
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

/** A comment without an end hides all that follows, as a browser has it. */
function withoutComments(text: string): string {
  let kept = '';
  let at = 0;
  for (;;) {
    const start = text.indexOf('<!--', at);
    if (start === -1) return kept + text.slice(at);
    kept += text.slice(at, start);
    const end = text.indexOf('-->', start);
    if (end === -1) return kept;
    at = end + 3;
  }
}

/** Pairs of equally long backtick runs, within one paragraph. */
function withoutInlineCode(text: string): string {
  return text
    .split(/(\n\s*\n)/)
    .map((paragraph) => withoutCodeSpans(paragraph))
    .join('');
}

function withoutCodeSpans(paragraph: string): string {
  const runs = [...paragraph.matchAll(/`+/g)];
  let kept = '';
  let at = 0;
  for (let open = 0; open < runs.length; open++) {
    const first = runs[open];
    if (first === undefined || first.index < at) continue;
    const last = runs.slice(open + 1).find((run) => run[0].length === first[0].length);
    if (last === undefined) continue;
    kept += `${paragraph.slice(at, first.index)} `;
    at = last.index + last[0].length;
  }
  return kept + paragraph.slice(at);
}
