import { expect, test } from 'vitest';
import { parsePostmasterFile } from './server-state.ts';

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
  expect(parsePostmasterFile(whole.join('\n'))).toEqual({
    pid: 4711,
    startedAt: 1_795_447_300,
    port: 54_999,
    segment: 13,
    ready: true,
  });
  expect(parsePostmasterFile(whole.join('\n').replace('ready   ', 'starting'))?.ready).toBe(false);
  expect(parsePostmasterFile(whole.slice(0, 5).join('\n'))).toMatchObject({ segment: null, ready: false });
});

test('a file that is still being written names no run', () => {
  for (let length = 0; length < 4; length++) {
    expect(parsePostmasterFile(whole.slice(0, length).join('\n'))).toBeNull();
  }
});
