import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { afterAttempt, judgeAttempt, type Observation } from './decide.ts';

/*
 * docs/contracts/round.md#exit-codes as one table, held against the codes that the driver has: a code that is added there has to be given its
 * row here. How a real driver comes to end with each is in trainer/tests/test_driver_exits.py.
 */
const python = path.join(import.meta.dirname, '../../../../trainer/mendloop_trainer/failure.py');

type Row = readonly [code: number, name: string, next: string, reason?: string];

const ends: readonly Row[] = [
  [0, 'DONE', 'finalise'],
  [10, 'SPEC_INVALID', 'failed', 'spec_invalid'],
  [11, 'DATA_INVALID', 'failed', 'data_invalid'],
  [12, 'MODEL_INVALID', 'failed', 'model_invalid'],
  [13, 'ENVIRONMENT', 'failed', 'environment'],
  [14, 'GOLDEN_DIFFERS', 'failed', 'golden_differs'],
  [15, 'REWARD_NOT_CALLED', 'failed', 'reward_not_called'],
  [16, 'RESUME_INCOMPATIBLE', 'retry', 'resume_incompatible'],
  [20, 'CRASHED', 'retry', 'crashed'],
  [21, 'OUT_OF_MEMORY', 'retry', 'out_of_memory'],
  [22, 'DISTRIBUTED', 'retry', 'distributed'],
  [24, 'REWARD_ERRORS', 'failed', 'reward_errors'],
  [25, 'DIVERGED', 'failed', 'diverged'],
  [26, 'DISK_FULL', 'retry', 'disk_full'],
  [27, 'REWARD_DOWN', 'retry', 'reward_down'],
  [28, 'HACKED', 'failed', 'hacked'],
  [30, 'CANCELLED', 'cancelled'],
  [31, 'CANCELLED_UNSAVED', 'cancelled'],
  [70, 'BUG', 'failed', 'driver_bug'],
  [75, 'TEMPORARY', 'retry', 'temporary'],
];
const duplicate = 40;

function codesOfDriver(): [number, string][] {
  const body = readFileSync(python, 'utf8').split('class Exit(IntEnum):')[1]?.split('\nclass ')[0] ?? '';
  return [...body.matchAll(/^ {4}([A-Z_]+) = (\d+)$/gm)].map(([, name = '', code]) => [Number(code), name]);
}

/** The driver has ended with it, as its scheduler tells; `silentSeconds` since anything was heard of the attempt. */
function seen(exitCode: number, silentSeconds: number): Observation {
  return {
    result: null,
    native: { state: 'failed', exitCode, reason: null },
    nativeSeconds: 60,
    silentSeconds,
    stalledSeconds: 0,
    limits: { heartbeat_s: 5, stall_s: 600 },
  };
}

describe('the exit codes of a driver', () => {
  it('are all in the table', () => {
    const listed = [...ends.map(([code, name]): [number, string] => [code, name]), [duplicate, 'DUPLICATE']];
    expect(codesOfDriver()).toEqual(listed.sort((a, b) => Number(a[0]) - Number(b[0])));
  });

  it.for(ends)('%i (%s): %s %s', ([exit_code, , next, reason]) => {
    const calm = { cancelAsked: false, stalled: false, pastDeadline: false, earlier: [] };
    const step = afterAttempt({ exit_code, reason: 'said by the driver' }, calm);
    expect(step).toMatchObject(reason === undefined ? { next } : { next, reason });
  });

  it('40 (DUPLICATE): the job does not count, and the one that has the lease is waited for', () => {
    expect(judgeAttempt(seen(duplicate, 1))).toEqual({ kind: 'at_work' });
    expect(judgeAttempt(seen(duplicate, 61))).toEqual({ kind: 'lost' });
    const result = { exit_code: 0, reason: 'done' };
    expect(judgeAttempt({ ...seen(duplicate, 61), result })).toEqual({ kind: 'ended', ...result });
  });
});
