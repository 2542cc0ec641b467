import { describe, expect, it } from 'vitest';
import { packageVersion, versionPaths } from './package-version.ts';

describe('the version of a package', () => {
  it.each([
    ['package.json', '{\n  "name": "counter",\n  "version": "1.2.0"\n}\n', '1.2.0'],
    ['pyproject.toml', '[project]\nname = "counter"\nversion = "0.4.1"\n', '0.4.1'],
    ['setup.cfg', '[metadata]\nversion = 2.0.dev0\n', '2.0.dev0'],
    ['Cargo.toml', '[package]\nversion = "3.1.4-beta.1"\n', '3.1.4-beta.1'],
  ])('is read of %s', (path, text, version) => {
    expect(packageVersion([{ path, text }])).toBe(version);
  });

  it('is empty where none is declared', () => {
    expect(packageVersion([])).toBe('');
    expect(packageVersion([{ path: 'package.json', text: '{}' }])).toBe('');
    expect(packageVersion([{ path: 'pyproject.toml', text: 'dynamic = ["version"]' }])).toBe('');
  });

  it('is looked for at the root only', () => {
    expect(versionPaths(['src/package.json', 'Cargo.toml', 'README.md'])).toEqual(['Cargo.toml']);
  });
});
