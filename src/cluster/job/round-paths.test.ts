import { expect, test } from 'vitest';
import { attemptOfKey, outputFolder, pathHere } from './round-paths.ts';

const rounds = { app: '/mnt/rounds', cluster: '/shared/rounds' };

test('a path of the cluster is one of ours', () => {
  expect(pathHere(rounds, '/shared/rounds/r-1')).toBe('/mnt/rounds/r-1');
  expect(pathHere({ ...rounds, cluster: '/shared/rounds/' }, '/shared/rounds/r-1')).toBe('/mnt/rounds/r-1');
});

test.each(['/shared/rounds', '/shared/rounds/..', '/shared/rounds/../other/r-1', '/elsewhere/r-1', 'r-1'])(
  '%s is refused',
  (theirs) => {
    expect(() => pathHere(rounds, theirs)).toThrow(expect.objectContaining({ code: 'cluster_refused' }));
  },
);

test('round and attempt are in the key of a job', () => {
  expect(attemptOfKey('mendloop-r-20261122-0001-a12')).toEqual({ round_id: 'r-20261122-0001', attempt: 12 });
  expect(attemptOfKey('other-a1')).toBeNull();
  expect(outputFolder(12)).toBe('attempts/0012/native');
});
