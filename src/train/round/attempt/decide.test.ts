import { expect, test } from 'vitest';
import { judgeAttempt, type Observation } from './decide.ts';

function seen(changed: Partial<Observation> = {}): Observation {
  return {
    result: null,
    native: { state: 'running', exitCode: null, reason: null },
    nativeSeconds: 0,
    silentSeconds: 0,
    stalledSeconds: 0,
    limits: { heartbeat_s: 10, stall_s: 600 },
    ...changed,
  };
}

function native(
  state: NonNullable<Observation['native']>['state'],
  exitCode: number | null = null,
): Observation['native'] {
  return { state, exitCode, reason: null };
}

test('the driver’s own result counts, whatever the scheduler says', () => {
  for (const state of ['running', 'failed', 'cancelled', 'lost'] as const) {
    const result = { exit_code: 0, reason: 'done' };
    expect(judgeAttempt(seen({ result, native: native(state) }))).toEqual({ kind: 'ended', ...result });
  }
});

test('an end that the scheduler shows counts once the result had time to appear', () => {
  const failed = native('failed', 137);
  expect(judgeAttempt(seen({ native: failed, nativeSeconds: 2 })).kind).toBe('at_work');
  expect(judgeAttempt(seen({ native: failed, nativeSeconds: 11 }))).toEqual({
    kind: 'ended',
    exit_code: 137,
    reason: 'no_result',
  });
});

test('a good end without a result is no good end', () => {
  expect(judgeAttempt(seen({ native: native('succeeded', 0), nativeSeconds: 11 }))).toMatchObject({
    exit_code: null,
  });
});

test('a scheduler that cannot be asked, or has a queue, proves nothing', () => {
  expect(judgeAttempt(seen({ native: null, silentSeconds: 9999 })).kind).toBe('at_work');
  expect(judgeAttempt(seen({ native: native('queued'), silentSeconds: 9999 })).kind).toBe('at_work');
});

test('a job that the scheduler forgot, or that was a duplicate, is lost only when its driver is silent, too', () => {
  for (const gone of [native('lost'), native('failed', 40)]) {
    expect(judgeAttempt(seen({ native: gone, nativeSeconds: 999, silentSeconds: 30 })).kind).toBe('at_work');
    expect(judgeAttempt(seen({ native: gone, silentSeconds: 61 })).kind).toBe('lost');
  }
});

test('a driver that is silent, or makes no step, for too long has stalled', () => {
  expect(judgeAttempt(seen({ silentSeconds: 599, stalledSeconds: 599 })).kind).toBe('at_work');
  expect(judgeAttempt(seen({ silentSeconds: 601 })).kind).toBe('stalled');
  expect(judgeAttempt(seen({ stalledSeconds: 601 })).kind).toBe('stalled');
});
