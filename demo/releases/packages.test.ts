import { expect, test } from 'vitest';
import { releasedPackages, versionsOf } from './packages.ts';

test.each(releasedPackages.map((released) => [released.name, released] as const))(
  '%s lists each release once, has a base and a change in each line, and refuses only changes',
  (_, released) => {
    const changes = released.lines.flatMap((line) => line.slice(1));

    expect(new Set(versionsOf(released)).size).toBe(versionsOf(released).length);
    expect(released.lines.every((line) => line.length >= 2)).toBe(true);
    expect(changes).toEqual(expect.arrayContaining(Object.keys(released.refused ?? {})));
  },
);

test('the replay can show at least 12 instances of 3 packages and 5 refusals of different reasons', () => {
  const refused = releasedPackages.flatMap(({ refused, madeUp }) => [
    ...Object.values(refused ?? {}),
    ...madeUp,
  ]);
  const changes = releasedPackages.flatMap(({ lines }) => lines.flatMap((line) => line.slice(1)));

  expect(releasedPackages.length).toBeGreaterThanOrEqual(3);
  expect(changes.length - refused.length).toBeGreaterThanOrEqual(12);
  expect(new Set(refused).size).toBeGreaterThanOrEqual(5);
});
