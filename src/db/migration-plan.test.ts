import { expect, test } from 'vitest';
import { planMigrations } from './migration-plan.ts';

const [one, two, three] = ['0001_a', '0002_b', '0003_c'].map((name) => ({
  name,
  sql: '',
  checksum: `sum ${name}`,
}));
const files = [one!, two!, three!];

test('what has not run is pending, in order', () => {
  expect(planMigrations(files, [])).toEqual(files);
  expect(planMigrations(files, [one!])).toEqual([two, three]);
  expect(planMigrations(files, files)).toEqual([]);
});

test('refuses what is unknown, edited, or slipped in before one that ran', () => {
  const code = (code: string): unknown => expect.objectContaining({ code });
  expect(() => planMigrations([one!], [one!, two!])).toThrow(code('migration_unknown'));
  expect(() => planMigrations(files, [{ ...one!, checksum: 'other' }])).toThrow(code('migration_changed'));
  expect(() => planMigrations(files, [one!, three!])).toThrow(code('migration_changed'));
});
