import { expect, test } from 'vitest';
import { attachedProcesses, parseProcessState, parseRun, processState } from './server-state.ts';

const whole = [
  '4711',
  '/data',
  '1795447300',
  '54999',
  '',
  '127.0.0.1',
  '  2146483        13',
  'ready   ',
  '',
];

test('a complete file names the run and says whether it is ready', () => {
  expect(parseRun(whole.join('\n'))).toEqual({
    pid: 4711,
    startedAt: 1_795_447_300,
    port: 54_999,
    segment: 13,
    ready: true,
  });
  expect(parseRun(whole.join('\n').replace('ready   ', 'starting'))?.ready).toBe(false);
  expect(parseRun(whole.slice(0, 5).join('\n'))).toMatchObject({ segment: null, ready: false });
});

test('a file that is still being written names no run', () => {
  for (let length = 0; length < 4; length++) {
    expect(parseRun(whole.slice(0, length).join('\n'))).toBeNull();
  }
});

test('tells a server from a zombie and from another program, whatever its name holds', () => {
  expect(parseProcessState('12 (postgres) S 1 12')).toBe('postgres');
  expect(parseProcessState('12 (postgres) Z 1 12')).toBe('zombie');
  expect(parseProcessState('12 (a) Z (b) R 1 12')).toBe('other');
});

test('reads this process as another program and an impossible pid as gone', async () => {
  expect(await processState(process.pid)).toBe('other');
  expect(await processState(2 ** 30)).toBe('gone');
});

const segmentTable = [
  '       key      shmid perms       size  cpid  lpid nattch   uid',
  '   2146483         13   600         56 21750 21800      6 65534',
  '   2146484          3   600         56 21750 21800      0 65534',
  '',
].join('\n');

test('counts the processes attached to a segment; a segment that is gone has none', () => {
  expect(attachedProcesses(segmentTable, 13)).toBe(6);
  expect(attachedProcesses(segmentTable, 3)).toBe(0);
  expect(attachedProcesses(segmentTable, 99)).toBe(0);
});
