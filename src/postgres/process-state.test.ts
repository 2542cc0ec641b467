import { expect, test } from 'vitest';
import { parseState, processState } from './process-state.ts';

test('tells a server from a zombie and from another program, whatever its name holds', () => {
  expect(parseState('12 (postgres) S 1 12')).toBe('postgres');
  expect(parseState('12 (postgres) Z 1 12')).toBe('zombie');
  expect(parseState('12 (a) Z (b) R 1 12')).toBe('other');
});

test('reads this process as another program and an impossible pid as gone', async () => {
  expect(await processState(process.pid)).toBe('other');
  expect(await processState(2 ** 30)).toBe('gone');
});
