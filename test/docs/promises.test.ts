import { existsSync } from 'node:fs';
import { globSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { commands } from '../../src/cli/commands.ts';
import { readPage, root } from './pages.ts';

/** Folders whose files a page may name; elsewhere a word with a slash is no path. */
const path =
  /^(?:src|test|demo|bench|scripts|docs|migrations|trainer|schemas|bin|\.ci)(?:\/[\w.*-]+)+$|^[\w.-]+\.(?:ya?ml|json|md|cjs)$/;

/** Files that are made while Mendloop runs. */
const made = new Set([
  'docs/reports/full.json',
  'mendloop.clusters.json',
  'spec.json',
  'engine-overrides.json',
  'lease.json',
  'engine.json',
  'status.json',
  'result.json',
  'manifest.json',
  'metrics.summary.json',
  'snapshot.json',
]);

function quoted(page: string): string[] {
  return [...page.matchAll(/`([^`\n]+)`/g)].map(([, text]) => text ?? '');
}

/** Paths that are named and do not exist; a `*` has to match something. */
export function missingPaths(page: string): string[] {
  const named = quoted(page).filter((text) => path.test(text) && !made.has(text));
  return named.filter((name) =>
    name.includes('*') ? globSync(name, { cwd: root }).length === 0 : !existsSync(join(root, name)),
  );
}

/** npm scripts that are named and do not exist. */
async function missingScripts(page: string): Promise<string[]> {
  const { scripts } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as { scripts: object };
  const named = [...page.matchAll(/npm run (?:-s )?([\w:-]+)/g)].map(([, name]) => name ?? '');
  return named.filter((name) => !Object.hasOwn(scripts, name));
}

/** Commands of the product that are named, in backquotes or in a block, and do not exist. */
function missingCommands(page: string): string[] {
  const named = [...page.matchAll(/(?:^|`|npx )mendloop ([a-z]+(?: [a-z]+)?)/gm)].map(
    ([, words]) => words ?? '',
  );
  const known = new Set([...commands.map(({ name }) => name), 'help']);
  return named.filter((words) => !known.has(words) && !known.has(words.split(' ', 1)[0] ?? ''));
}

/** Files that are linked to and do not exist. */
function missingLinks(file: string, page: string): string[] {
  const targets = [...page.matchAll(/\]\((?!https?:)([^)#]+)/g)].map(([, target]) => target ?? '');
  return targets.filter((target) => !existsSync(join(dirname(join(root, file)), target)));
}

const pages = ['README.md', 'CONTRIBUTING.md', 'CHANGELOG.md', ...globSync('docs/**/*.md', { cwd: root })];

test.each(pages)('%s names only files, scripts, commands and links that exist', async (file) => {
  const page = await readFile(join(root, file), 'utf8');
  expect({
    paths: missingPaths(page),
    scripts: await missingScripts(page),
    commands: missingCommands(page),
    links: missingLinks(file, page),
  }).toEqual({ paths: [], scripts: [], commands: [], links: [] });
});

test('each promise names something that holds it', async () => {
  const rows = (await readPage('promises.md')).split('\n').filter((line) => /^\| (?!promise|---)/.test(line));
  expect(rows.length).toBeGreaterThan(50);
  const bare = rows.filter((line) => {
    const held = line.slice(1, -1).split('|').at(-1) ?? '';
    return !quoted(held).some((text) =>
      /\.test\.ts$|\/test_\w+\.py$|^test\/crash\/run\.ts$|^npm (run|test)/.test(text),
    );
  });
  expect(bare).toEqual([]);
});

test('a name that does not exist is found', async () => {
  expect(
    missingPaths('see `src/domain/nothing.ts` and `src/domain/errors.ts` and `test/none/*.test.ts`'),
  ).toEqual(['src/domain/nothing.ts', 'test/none/*.test.ts']);
  expect(await missingScripts('`npm run nothing` or `npm run check`')).toEqual(['nothing']);
  expect(missingCommands('`mendloop nothing` or `mendloop up`')).toEqual(['nothing']);
  expect(missingLinks('docs/x.md', '[a](nothing.md) [b](security.md#limits)')).toEqual(['nothing.md']);
});
