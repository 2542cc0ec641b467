import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { settings } from '../../src/config/settings.ts';
import { readPage, root } from './pages.ts';

interface Entry {
  readonly about: string;
  readonly default: string | null;
  readonly secret?: true;
}

function row([name, entry]: [string, Entry]): string {
  const standard = entry.default ? `\`${entry.default}\`` : '';
  return `| \`${name}\` | ${standard} | ${entry.about}${entry.secret ? ' Secret.' : ''} |`;
}

test('docs/operating.md has the row of each setting, in order', async () => {
  const page = await readPage('operating.md');
  const written = page.split('\n').filter((line) => /^\| `[A-Z_]+` \|/.test(line));
  expect(written).toEqual(Object.entries<Entry>(settings).map(row));
});

test('.env.example names settings that exist', async () => {
  const text = await readFile(join(root, '.env.example'), 'utf8');
  const named = [...text.matchAll(/^([A-Z_]+)=/gm)].map(([, name]) => name ?? '');
  expect(named.length).toBeGreaterThan(0);
  expect(named.filter((name) => !Object.hasOwn(settings, name))).toEqual([]);
});
