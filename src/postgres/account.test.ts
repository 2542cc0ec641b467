import { expect, test } from 'vitest';
import { parsePasswd } from './account.ts';

test('reads accounts that are not root and skips lines that are none', () => {
  const text =
    'root:x:0:0::/:/bin/sh\ntoor:x:0:0:::\nnobody:x:65534:65533::/:\n+@net::::::\n\npostgres:x:101:104:::\n';
  expect([...parsePasswd(text)]).toEqual([
    ['nobody', { uid: 65_534, gid: 65_533 }],
    ['postgres', { uid: 101, gid: 104 }],
  ]);
});
