import { expect, test } from 'vitest';
import { serverArguments } from './settings.ts';

test('listens on loopback only and forgets WAL; gives up durability only when asked', () => {
  const durable = serverArguments(5433, true);
  expect(durable).toEqual(
    expect.arrayContaining(['listen_addresses=127.0.0.1', 'port=5433', 'wal_recycle=off']),
  );
  expect(durable).not.toContain('fsync=off');
  expect(serverArguments(5433, false)).toContain('fsync=off');
});
