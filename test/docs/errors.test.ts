import { expect, test } from 'vitest';
import { errorCatalogue } from '../../src/domain/errors.ts';
import { codedRows, readPage } from './pages.ts';

test('docs/errors.md has one row for each code, in order, with its retry and exit status', async () => {
  const written = codedRows(await readPage('errors.md')).map(([code, , retry, exit]) => ({
    code,
    retry,
    exit,
  }));
  const wanted = Object.entries(errorCatalogue).map(([code, entry]) => ({
    code,
    retry: `\`${entry.retry}\``,
    exit: String(entry.exit),
  }));
  expect(written).toEqual(wanted);
});

test('docs/errors.md says of each code what it means and what to do', async () => {
  for (const [code, means, , , todo] of codedRows(await readPage('errors.md'))) {
    expect(means, code).toMatch(/\w{3}.*[.?]$/);
    expect(todo, code).toMatch(/\w{3}.*[.?]$/);
  }
});
