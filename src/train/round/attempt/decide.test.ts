import { describe, expect, it, test } from 'vitest';
import { afterAttempt, type Circumstances, judgeAttempt, type Observation } from './decide.ts';

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

const calm: Circumstances = { cancelAsked: false, stalled: false, pastDeadline: false, earlier: [] };

function after(exit_code: number | null, changed: Partial<Circumstances> = {}, reason = 'any') {
  return afterAttempt({ exit_code, reason }, { ...calm, ...changed });
}

describe('what follows an exit code', () => {
  it('0 is looked at, and 30 and 31 are the end', () => {
    expect(after(0)).toEqual({ next: 'finalise' });
    expect(after(30)).toEqual({ next: 'cancelled' });
    expect(after(31)).toEqual({ next: 'cancelled' });
  });

  it.each([10, 11, 12, 13, 14, 15, 24, 25, 28, 70])('%i is for good', (code) => {
    expect(after(code).next).toBe('failed');
  });

  it.each([
    [20, 'crashed'],
    [22, 'distributed'],
    [27, 'reward_down'],
    [137, 'crashed'],
    [1, 'crashed'],
    [null, 'crashed'],
  ])('%s has two more attempts', (code, reason) => {
    expect(after(code)).toMatchObject({ next: 'retry', reason, anew: false });
    expect(after(code, { earlier: [reason] }).next).toBe('retry');
    expect(after(code, { earlier: [reason, reason] })).toEqual({ next: 'failed', reason });
  });

  it('out of memory has one more attempt, and so has a resume that did not fit, from the beginning', () => {
    expect(after(21).next).toBe('retry');
    expect(after(21, { earlier: ['out_of_memory'] }).next).toBe('failed');
    expect(after(16)).toMatchObject({ next: 'retry', anew: true });
    expect(after(16, { earlier: ['resume_incompatible'] }).next).toBe('failed');
  });

  it('pre-emption and a full disk do not count, but come to an end, too', () => {
    const often = Array.from({ length: 10 }, () => 'temporary');
    expect(after(75, { earlier: often }).next).toBe('retry');
    expect(after(20, { earlier: often }).next).toBe('retry');
    expect(after(26)).toMatchObject({ next: 'retry', afterSeconds: 600 });
    expect(after(75, { earlier: Array.from({ length: 19 }, () => 'temporary') }).next).toBe('failed');
  });

  it('a node that failed is like pre-emption, and a stop of ours like a crash', () => {
    expect(after(30, {}, 'NODE_FAIL')).toMatchObject({ next: 'retry', reason: 'temporary' });
    expect(after(30, { stalled: true })).toMatchObject({ next: 'retry', reason: 'stalled' });
    expect(after(null, { stalled: true, earlier: ['stalled', 'crashed'] })).toMatchObject({ next: 'failed' });
  });

  it('what nobody finds again is lost after three attempts', () => {
    expect(after(null, {}, 'lost')).toMatchObject({ next: 'retry', reason: 'lost' });
    expect(after(null, { earlier: ['lost', 'lost'] }, 'lost')).toEqual({ next: 'lost', reason: 'lost' });
  });

  it('different failures are three at most', () => {
    expect(after(20, { earlier: ['distributed', 'reward_down'] }).next).toBe('failed');
  });

  it('a wish to cancel wins over every end, and nothing begins after the deadline', () => {
    for (const code of [0, 20, 30, 75, null])
      expect(after(code, { cancelAsked: true }).next).toBe('cancelled');
    expect(after(75, { pastDeadline: true }).next).toBe('failed');
    expect(after(0, { pastDeadline: true }).next).toBe('finalise');
  });
});
