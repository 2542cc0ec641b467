import { expect, test } from 'vitest';
import { attachedProcesses } from './leftover.ts';

const table = [
  '       key      shmid perms       size  cpid  lpid nattch   uid',
  '   2146483         13   600         56 21750 21800      6 65534',
  '   2146484          3   600         56 21750 21800      0 65534',
  '',
].join('\n');

test('counts the processes attached to a segment; a segment that is gone has none', () => {
  expect(attachedProcesses(table, 13)).toBe(6);
  expect(attachedProcesses(table, 3)).toBe(0);
  expect(attachedProcesses(table, 99)).toBe(0);
});
