import { existsSync, globSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { root } from './pages.ts';

const sources = globSync(
  ['*.md', '{src,demo,test,bench,scripts,trainer,docs}/**/*.{ts,mjs,py,md}', 'trainer/**/*.in'],
  { cwd: root, exclude: ['**/node_modules/**', '**/.venv/**'] },
);

/** A page of docs/ by its path, with an anchor or without. */
const pageReference = /(?<![\w./-])(docs\/[\w./-]+\.md)(?:#([\w.-]*\w))?/g;
/** A link of one page to a heading of another, or of itself. */
const linkReference = /\]\((?!https?:)([^)#\s]*)#([^)\s]+)\)/g;
/** Forms that cite a document by a number or a name that no reader can follow. */
const unfollowable = [
  /§\s?[\w.]+/g,
  /\b[Ff]indings? [A-Z]\d+\b/g,
  /(?<![\w./*-])(?:contracts|signal|swe-rl|training-rounds|[a-z]+-measured)\.md\b/g,
];
/** Says what it looks for. */
const own = 'test/docs/references.test.ts';

/** The anchors of a page, as GitHub makes them of its headings. */
function anchorsOf(page: string): Set<string> {
  const text = page.replaceAll(/^```.*?^```/gms, '');
  return new Set([...text.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) => anchorOf(heading)));
}

function anchorOf(heading: string): string {
  const words = heading.replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1').toLowerCase();
  return words
    .trim()
    .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
    .replaceAll(/\s/g, '-');
}

async function leadsNowhere(file: string, anchor: string | undefined): Promise<boolean> {
  if (!existsSync(join(root, file))) return true;
  if (anchor === undefined) return false;
  return !anchorsOf(await readFile(join(root, file), 'utf8')).has(anchor);
}

function targetsOf(file: string, text: string): [reference: string, page: string, anchor?: string][] {
  const pages = [...text.matchAll(pageReference)].map(
    ([whole, page = '', anchor]): [string, string, string?] =>
      anchor === undefined ? [whole, page] : [whole, page, anchor],
  );
  // Paths in the data of a test are not citations.
  if (file.endsWith('.test.ts')) return pages.filter(([, , anchor]) => anchor !== undefined);
  if (!file.endsWith('.md')) return pages;
  const links = [...text.matchAll(linkReference)].map(
    ([whole, page = '', anchor = '']): [string, string, string] => [
      whole,
      page === '' ? file : join(dirname(file), page),
      anchor,
    ],
  );
  return [...pages, ...links];
}

/** What a text cites and no reader of the repository can find. */
async function badReferences(file: string, text: string): Promise<string[]> {
  const bad = unfollowable.flatMap((form) => [...text.matchAll(form)].map(([whole]) => whole));
  for (const [reference, page, anchor] of targetsOf(file, text)) {
    if (await leadsNowhere(page, anchor)) bad.push(reference);
  }
  return bad;
}

test('every citation names a page and a heading of the repository', async () => {
  expect(sources.length).toBeGreaterThan(900);
  const bad: string[] = [];
  for (const file of sources.filter((source) => source !== own)) {
    const found = await badReferences(file, await readFile(join(root, file), 'utf8'));
    bad.push(...found.map((reference) => `${file}: ${reference}`));
  }
  expect(bad).toEqual([]);
});

test('a citation that leads nowhere is found', async () => {
  const text = [
    'training §3.7, finding F6, see contracts.md',
    'docs/contracts/round.md#nothing docs/contracts/none.md docs/contracts/round.md#exit-codes.',
  ].join('\n');
  expect(await badReferences('src/a.ts', text)).toEqual([
    '§3.7',
    'finding F6',
    'contracts.md',
    'docs/contracts/round.md#nothing',
    'docs/contracts/none.md',
  ]);
  const page = '[a](round.md#exit-codes) [b](round.md#none) [c](#files) [d](#none)';
  expect(await badReferences('docs/contracts/snapshot.md', page)).toEqual(['](round.md#none)', '](#none)']);
});
