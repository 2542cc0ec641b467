import { expect, it } from 'vitest';
import { benchmarkRepositories, denialOf } from './decontaminate.ts';

it.each(benchmarkRepositories)('refuses %s in any case', (repository) => {
  expect(denialOf({ fullName: repository.toUpperCase(), parents: [] }, [])).toEqual({
    repository,
    because: 'name',
  });
});

it('refuses a fork, also of a fork', () => {
  const fork = { fullName: 'octo-dev/django', parents: ['octo-org/django', 'Django/Django'] };

  expect(denialOf(fork, [])).toEqual({ repository: 'django/django', because: 'fork' });
});

it('refuses what else is listed', () => {
  expect(denialOf({ fullName: 'Octo-Org/Tool', parents: [] }, ['octo-org/tool'])).toMatchObject({
    because: 'name',
  });
});

it('lets others pass, also with the same name', () => {
  expect(denialOf({ fullName: 'octo-dev/django', parents: [] }, [])).toBeNull();
});
