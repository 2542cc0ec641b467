import { expect, test } from 'vitest';
import { translateDatabaseError } from './database-error.ts';

function failure(code: string, message = 'secret value in the message'): Error {
  return Object.assign(new Error(message), { code });
}

test.each(['53100', 'ENOSPC'])('%s is a full disk, to be tried again later', (code) => {
  expect(translateDatabaseError(failure(code))).toMatchObject({ code: 'storage_full', retry: 'later' });
});

test.each(['ECONNREFUSED', 'ENOTFOUND', '57P01', '57P03', '53300', '08006', '28P01', '3D000'])(
  '%s is a database that does not answer, to be tried again soon',
  (code) => {
    const translated = translateDatabaseError(failure(code));
    expect(translated).toMatchObject({ code: 'database_unreachable', retry: 'soon' });
    expect(String(translated)).not.toContain('secret');
  },
);

test('a host with two addresses that both refuse is unreachable', () => {
  const both = new AggregateError([failure('ECONNREFUSED'), failure('ECONNREFUSED')]);
  expect(translateDatabaseError(both)).toMatchObject({ code: 'database_unreachable' });
});

test.each([failure('23505'), failure('57014'), new Error('other'), 'text', undefined])(
  'anything else is returned as it is (%s)',
  (error) => {
    expect(translateDatabaseError(error)).toBe(error);
  },
);
