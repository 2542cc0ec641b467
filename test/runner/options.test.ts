import { expect, test } from 'vitest';
import { readOptions } from '../../scripts/tests/options.ts';
import { tiers } from '../../scripts/tests/tiers.ts';

const all = tiers.map(({ name }) => name);
const plain = ['check', 'unit', 'integration', 'fuzz'];

function read(args: readonly string[], isCi = false) {
  const { tiers: wanted, ...rest } = readOptions(args, isCi);
  return { names: wanted.map(({ name }) => name), ...rest };
}

test.each([
  ['what any machine can run', [], false, { names: plain, full: false, system: false }],
  [
    'every tier with --all, and no system package',
    ['--all'],
    false,
    { names: all, full: false, system: false },
  ],
  ['every tier with --full', ['--full'], false, { names: all, full: true, system: false }],
  ['every tier and system packages in CI', [], true, { names: all, full: false, system: true }],
  ['one tier with --only, in CI too', ['--only', 'crash'], true, { names: ['crash'] }],
  ['several tiers, in their order', ['--only', 'fuzz', '--only', 'unit'], false, { names: ['unit', 'fuzz'] }],
])('a run has %s', (_, args, isCi, expected) => {
  expect(read(args, isCi)).toMatchObject(expected);
});

test('words and options that are not known go to the program of the only tier', () => {
  const more = ['--kills', '9', '--seed=a b', 'word'];
  expect(read(['--only', 'crash', '--full', ...more])).toMatchObject({ names: ['crash'], full: true, more });
});

test.each([
  ['a tier that does not exist', ['--only', 'nothing'], 'no tier nothing'],
  ['an option that does not exist', ['--ful'], 'unknown: --ful'],
])('%s is refused', (_, args, message) => {
  expect(() => readOptions(args, false)).toThrow(message);
});
