import { expect, test } from 'vitest';
import { type Manifest, readManifest } from './manifest.ts';
import type { MadeUpRefusal } from './packages.ts';
import { changedPaths } from './partial.ts';
import { fixesToken } from './planned.ts';
import { madeUpChange } from './refusals.ts';
import type { Tree } from './tarball.ts';

const text = `{
  "name": "sample",
  "version": "1.0.9",
  "license": "MIT",
  "repository": "octo-org/sample",
  "devDependencies": {"other": "*", "tape": "^5.3.1"}
}
`;
const tree: Tree = new Map([['package.json', { data: Buffer.from(text), executable: false }]]);
const manifest: Manifest = readManifest(tree, 'sample', '1.0.9');

test.each([
  ['bot', ['package.json'], '"tape": "^5.4.0"'],
  ['version_bump_only', ['package.json'], '"version": "1.0.10"'],
  ['lock_files_only', ['package-lock.json'], '"lockfileVersion": 3'],
  ['packaging_only', ['.npmignore'], '.vscode'],
  ['empty', [], ''],
] satisfies [MadeUpRefusal, string[], string][])('%s changes only %j', (why, paths, part) => {
  const change = madeUpChange(why, manifest, tree);

  expect(changedPaths(tree, change.tree)).toEqual(paths);
  expect(change.tree.get(paths[0] ?? 'package.json')?.data.toString()).toContain(part);
});

test('a person links an issue that exists, so that only the change itself can be what is refused', () => {
  const change = madeUpChange('empty', manifest, tree);

  expect(change.issues).toHaveLength(1);
  expect(change.pull.body).toContain(fixesToken);
});

test('the bot is told by its login and its title, and links nothing', () => {
  const change = madeUpChange('bot', manifest, tree);

  expect(change.author).toEqual({ login: 'dependabot[bot]', type: 'Bot' });
  expect(change.pull.title).toBe('Bump tape from 5.3.1 to 5.4.0');
  expect(change.issues).toEqual([]);
});

test('a package without a fitting dependency has no update to offer', () => {
  const bare = { ...manifest, devDependencies: { other: '*' } };

  expect(() => madeUpChange('bot', bare, tree)).toThrow(expect.objectContaining({ code: 'input_invalid' }));
});
