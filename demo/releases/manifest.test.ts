import { expect, test } from 'vitest';
import { ownerAndName, readManifest } from './manifest.ts';
import type { Tree } from './tarball.ts';

function treeWith(manifest: unknown): Tree {
  return new Map([['package.json', { data: Buffer.from(JSON.stringify(manifest)), executable: false }]]);
}

const good = { name: 'sample', version: '1.0.0', license: 'MIT', repository: 'octo-org/sample' };

test.each([
  'https://github.example/octo-org/sample.js.git',
  'git+https://github.example/octo-org/sample.js.git',
  'git://github.example/octo-org/sample.js.git#main',
  'ssh://git@github.example/octo-org/sample.js.git',
  'git@github.example:octo-org/sample.js.git',
  'github:octo-org/sample.js',
  'octo-org/sample.js',
])('owner and name are read from %s', (repository) => {
  expect(ownerAndName(repository)).toBe('octo-org/sample.js');
});

test('a text without owner and name is none', () => {
  expect(ownerAndName('sample')).toBeNull();
});

test('licence and repository may be written as objects', () => {
  const manifest = {
    ...good,
    license: { type: 'ISC' },
    repository: { url: 'git://github.example/octo-org/sample.git' },
  };

  expect(readManifest(treeWith(manifest), 'sample', '1.0.0')).toMatchObject({
    licence: 'ISC',
    repo: 'octo-org/sample',
  });
});

test.each([
  ['another release', { ...good, version: '1.0.1' }, 'input_invalid'],
  ['another package', { ...good, name: 'other' }, 'input_invalid'],
  ['no repository', { ...good, repository: undefined }, 'input_invalid'],
  ['a copyleft licence', { ...good, license: 'GPL-3.0' }, 'policy_refused'],
  ['no licence', { ...good, license: undefined }, 'policy_refused'],
])('a package.json of %s is refused', (_, manifest, code) => {
  expect(() => readManifest(treeWith(manifest), 'sample', '1.0.0')).toThrow(
    expect.objectContaining({ code }),
  );
});

test('a missing package.json is refused', () => {
  expect(() => readManifest(new Map(), 'sample', '1.0.0')).toThrow(
    expect.objectContaining({ code: 'input_invalid' }),
  );
});
