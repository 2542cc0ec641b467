import { expect, test } from 'vitest';
import { closedFolder, mayEnter } from './reach.ts';

const nobody = { uid: 65_534, gid: 65_534 };

test('owner, group and others are each judged by their own bit', () => {
  const root = { uid: 0, gid: 0 };
  expect(mayEnter({ ...root, mode: 0o755 }, nobody)).toBe(true);
  expect(mayEnter({ ...root, mode: 0o750 }, nobody)).toBe(false);
  expect(mayEnter({ ...nobody, mode: 0o700 }, nobody)).toBe(true);
  expect(mayEnter({ ...nobody, mode: 0o077 }, nobody)).toBe(false);
  expect(mayEnter({ uid: 0, gid: nobody.gid, mode: 0o707 }, nobody)).toBe(false);
});

test('a path that does not exist yet is judged by what does', async () => {
  expect(await closedFolder('/no/such/folder', nobody)).toBeNull();
});
