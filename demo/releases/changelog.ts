import { plainText } from './plain-text.ts';

/** One bullet of a changelog, without links, hashes and numbers of issues and pull requests. */
interface ChangelogEntry {
  readonly text: string;
  /** `['New', 'Fix']` of `- [New] [Fix] …`. */
  readonly tags: readonly string[];
  /** The heading below the release's heading; null without one. */
  readonly section: string | null;
}

export interface ChangelogRelease {
  readonly version: string;
  /** `2020-03-12`, where the heading has a date. */
  readonly date: string | null;
  readonly entries: readonly ChangelogEntry[];
}

const versionHeading = /^[[*\s]*v?(\d+\.\d+\.\d+(?:-[0-9A-Za-z.-]+)?)(?![0-9.])/;
const bullet = /^(\s*)[-*+]\s+(.*)$/;

/** Releases in the order of the file. Reads headings with `#` and underlined ones, bullets of the first level only. */
export function parseChangelog(text: string): ChangelogRelease[] {
  const releases: (ChangelogRelease & { entries: ChangelogEntry[] })[] = [];
  let section: string | null = null;
  for (const block of blocks(text)) {
    const release = releases.at(-1);
    if (block.kind === 'entry') {
      const entry = readEntry(block.text, section);
      if (release !== undefined && entry !== null) release.entries.push(entry);
      continue;
    }
    const version = versionHeading.exec(block.text)?.[1];
    section = version === undefined ? block.text.replace(/[*:]/g, '').trim() : null;
    if (version === undefined) continue;
    releases.push({ version, date: /\b\d{4}-\d{2}-\d{2}\b/.exec(block.text)?.[0] ?? null, entries: [] });
  }
  return releases;
}

/** The distinct bug fixes of a release: tagged `[Fix]`, listed under a heading for fixes, or beginning with "fix". */
export function fixesOf(release: ChangelogRelease): string[] {
  return distinct(release.entries.filter(isFix).map((entry) => entry.text));
}

/**
 * What a release says it changed where its changelog marks no fixes: entries without a tag that are not about tests,
 * notices, documents, dependencies or merges.
 */
export function unmarkedChangesOf(release: ChangelogRelease): string[] {
  return distinct(release.entries.filter(isUnmarkedChange).map((entry) => entry.text));
}

const housekeeping =
  /\b(tests?|notice|readme|docs?|deps|dependenc(y|ies)|npm|lockfiles?|changelog|cleanup)\b|^(merge|bump|update|upgrade)\b/i;

function isUnmarkedChange({ tags, text }: ChangelogEntry): boolean {
  return tags.length === 0 && !housekeeping.test(text);
}

function isFix({ tags, section, text }: ChangelogEntry): boolean {
  if (tags.length > 0) return tags.some((tag) => /^fix(es|ed)?$/i.test(tag));
  if (/^(bug ?fix(es)?|fix(es|ed)?)$/i.test(section ?? '')) return true;
  return /^fix(es|ed)?\b/i.test(text) && !housekeeping.test(text);
}

interface Block {
  readonly kind: 'heading' | 'entry';
  text: string;
}

function blocks(text: string): Block[] {
  const found: Block[] = [];
  const lines = text.split(/\r?\n/);
  let topIndent: number | null = null;
  let open: Block | null = null;
  for (const [index, line] of lines.entries()) {
    const heading = /^#{1,4}\s+(.*)$/.exec(line)?.[1] ?? underlined(line, lines[index + 1]);
    const [, indent, content] = bullet.exec(line) ?? [];
    if (heading !== null) {
      open = null;
      topIndent = null;
      found.push({ kind: 'heading', text: heading });
    } else if (indent !== undefined && content !== undefined) {
      topIndent ??= indent.length;
      open = indent.length <= topIndent ? { kind: 'entry', text: content } : null;
      if (open !== null) found.push(open);
    } else if (line.trim() === '') open = null;
    else if (open !== null) open.text += ` ${line.trim()}`;
  }
  return found;
}

function underlined(line: string, next: string | undefined): string | null {
  return line.trim() !== '' && /^(={3,}|-{3,})\s*$/.test(next ?? '') ? line : null;
}

function readEntry(line: string, section: string | null): ChangelogEntry | null {
  const tags: string[] = [];
  let rest = line;
  for (let found = leadingTag.exec(rest); found !== null; found = leadingTag.exec(rest)) {
    tags.push(found[1] ?? '');
    rest = found[2] ?? '';
  }
  const text = plainText(rest);
  return text === '' ? null : { text, tags, section };
}

const leadingTag = /^\[([A-Za-z][^\]]*)\](?![([])\s*:?\s*(.+)$/;
function distinct(texts: readonly string[]): string[] {
  const seen = new Map<string, string>();
  for (const text of texts) if (!seen.has(text.toLowerCase())) seen.set(text.toLowerCase(), text);
  return [...seen.values()];
}
