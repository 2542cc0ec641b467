import { describe, expect, it } from 'vitest';
import { readAppManifest } from '../config/app-manifest.ts';
import { isTokenKind, tokenGrants } from './permissions.ts';

describe('what tokens may do', () => {
  it('is to read, and only what app.yml asks for', async () => {
    const { default_permissions: asked } = await readAppManifest();
    for (const { installation } of Object.values(tokenGrants)) {
      for (const [name, level] of Object.entries(installation ?? {})) {
        expect(level).toBe('read');
        expect(asked).toHaveProperty(name);
      }
    }
  });

  it('is all that app.yml asks for, together', async () => {
    const { default_permissions: asked } = await readAppManifest();
    const used = Object.values(tokenGrants).flatMap(({ installation }) => Object.keys(installation ?? {}));
    expect([...new Set(used)].sort()).toEqual(Object.keys(asked).sort());
  });

  it('never speaks as the App where it reads a repository’s content', () => {
    for (const { installation, asApp } of Object.values(tokenGrants)) {
      const content = Object.keys(installation ?? {}).some((name) => name !== 'metadata');
      expect(content && asApp).toBe(false);
    }
  });

  it('is declared by kind, and nothing inherited is a kind', () => {
    expect(isTokenKind('collect.pull')).toBe(true);
    expect(isTokenKind('hasOwnProperty')).toBe(false);
  });
});
