import { expect, test } from 'vitest';
import { closedFolder, mayEnter, parsePasswd } from './account.ts';

test('reads accounts that are not root and skips lines that are none', () => {
  const text =
    'root:x:0:0::/:/bin/sh\ntoor:x:0:0:::\nnobody:x:65534:65533::/:\n+@net::::::\n\npostgres:x:101:104:::\n';
  expect([...parsePasswd(text)]).toEqual([
    ['nobody', { uid: 65_534, gid: 65_533 }],
    ['postgres', { uid: 101, gid: 104 }],
  ]);
});

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
