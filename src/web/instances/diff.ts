import { html } from 'hono/html';
import { type DiffFile, type DiffLine, readGitDiff } from '../../diff/git-diff.ts';
import { type Markup, nothing } from '../page/markup.ts';
import { count } from '../page/values.ts';

/** A browser lays out some thousand lines at once; the whole patch is in the export. */
const maxLines = 1500;
const maxLineLength = 1000;

/** The line end is part of the value: formatting may change white space of the markup itself. */
function shownLine({ kind, text }: DiffLine): Markup {
  const line = `${text.length > maxLineLength ? `${text.slice(0, maxLineLength)} …` : text}\n`;
  if (kind === 'added') return html`<ins>${line}</ins>`;
  if (kind === 'removed') return html`<del>${line}</del>`;
  return html`<span class="${kind}">${line}</span>`;
}

function file({ path, hunks, lines }: DiffFile, open: boolean): Markup {
  const added = hunks.reduce((sum, hunk) => sum + hunk.added.length, 0);
  const removed = hunks.reduce((sum, hunk) => sum + hunk.removed.length, 0);
  const body = lines.filter(
    ({ kind, text }) => kind !== 'header' || !/^(diff --git|index|---|\+\+\+) /.test(text),
  );
  return html`<details class="file" ${open ? html`open` : nothing}>
    <summary>
      <code>${path}</code> <span class="plus">+${count(added)}</span>
      <span class="minus">−${count(removed)}</span>
    </summary>
    <pre class="diff" tabindex="0"><code>${body.slice(0, maxLines).map(shownLine)}</code></pre>
    ${body.length > maxLines ? html`<p class="empty">${count(body.length - maxLines)} more lines</p>` : nothing}
  </details>`;
}

/** Files opened at once; the others are a click away. */
const openLines = 600;

/** A git diff by file, coloured; added and removed lines are marked up as such. */
export function diffView(diff: string, empty: string): Markup {
  const files = readGitDiff(diff);
  if (files.length === 0) return html`<p class="empty">${empty}</p>`;
  let shown = 0;
  return html`<div class="files">
    ${files.map((one) => {
      const open = shown < openLines;
      shown += one.lines.length;
      return file(one, open);
    })}
  </div>`;
}
