import { expect, test } from 'vitest';
import { parseAppManifest, readAppManifest } from './app-manifest.ts';

test('permissions and events are read from the manifest', () => {
  const text = `# The App.
name: "mendloop" # as on GitHub
url: https://example.com/#top

default_permissions:
  contents: read
  issues: 'write'
default_events:
  - push
  - "issues"
`;
  expect(parseAppManifest(text)).toEqual({
    name: 'mendloop',
    default_permissions: { contents: 'read', issues: 'write' },
    default_events: ['push', 'issues'],
  });
});

test.each([
  ['text that is no YAML', 'default_events: [push'],
  ['a manifest without permissions', 'name: mendloop\ndefault_events: []\n'],
  ['a level that the App never needs', 'name: a\ndefault_permissions: {issues: admin}\ndefault_events: []\n'],
])('%s is refused', (_name, text) => {
  expect(() => parseAppManifest(text)).toThrow('app.yml is not an App manifest');
});

test('the app.yml of this package never asks for workflows and never writes', async () => {
  const { default_permissions, default_events } = await readAppManifest();
  expect(Object.keys(default_permissions)).not.toContain('workflows');
  expect(new Set(Object.values(default_permissions))).toEqual(new Set(['read']));
  expect(default_events.length).toBeGreaterThan(0);
});
