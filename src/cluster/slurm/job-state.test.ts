import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseSacct, parseScontrol, parseSqueue, slurmExitCode, slurmStatus } from './job-state.ts';

// As Slurm 22.05.8 prints it; shortened.
const shown =
  'JobId=5 JobName=mendloop-r-1-a1 UserId=root(0) GroupId=root(0) MCS_label=N/A Priority=4294901755 Nice=0 Account=(null) QOS=(null) JobState=FAILED Reason=NonZeroExitCode Dependency=(null) Requeue=0 Restarts=0 BatchFlag=1 Reboot=0 ExitCode=21:0 RunTime=00:00:01 TimeLimit=01:00:00 Comment=mendloop:aaaa WorkDir=/tmp/a b \n';

test('reads what scontrol shows of a job', () => {
  const job = parseScontrol(shown);
  expect(job).toEqual({
    id: '5',
    name: 'mendloop-r-1-a1',
    state: 'FAILED',
    exit: '21:0',
    reason: 'NonZeroExitCode',
    comment: 'mendloop:aaaa',
  });
  expect(slurmStatus(job!)).toEqual({ state: 'failed', exitCode: 21, reason: 'FAILED NonZeroExitCode' });
  expect(parseScontrol('No jobs in the system')).toBeNull();
});

test('reads lists, and leaves out arrays and steps', () => {
  const comment = 'mendloop:a|b';
  expect(parseSqueue(`5|k|RUNNING|None|${comment}\n5_0|k|RUNNING|None|x\n`)).toEqual([
    { id: '5', name: 'k', state: 'RUNNING', reason: 'None', comment },
  ]);
  expect(parseSacct(`7|k|CANCELLED by 0|75:0|${comment}\n7.batch|batch|FAILED|1:0|\n`)).toEqual([
    { id: '7', name: 'k', state: 'CANCELLED', exit: '75:0', reason: null, comment },
  ]);
  expect(parseSqueue('')).toEqual([]);
});

test.each([
  ['PENDING', '0:0', 'queued', null],
  ['CONFIGURING', '0:0', 'queued', null],
  ['RUNNING', '0:0', 'running', null],
  ['COMPLETING', '75:0', 'running', null],
  ['COMPLETED', '0:0', 'succeeded', 0],
  ['FAILED', '21:0', 'failed', 21],
  ['FAILED', '0:9', 'failed', 137],
  ['CANCELLED', '30:0', 'cancelled', 30],
  ['CANCELLED', '0:0', 'cancelled', null],
  ['TIMEOUT', '0:15', 'failed', 75],
  ['PREEMPTED', '0:15', 'failed', 75],
  ['NODE_FAIL', '0:1', 'failed', 75],
  ['OUT_OF_MEMORY', '0:125', 'failed', 21],
  ['SOMETHING_NEW', '3:0', 'failed', 3],
])('%s with %s is %s, exit code %s', (state, exit, wanted, exitCode) => {
  expect(slurmStatus({ id: '1', name: 'k', comment: '', reason: null, state, exit })).toMatchObject({
    state: wanted,
    exitCode,
  });
});

test('an exit code is that of the driver, or 128 and the signal', () => {
  fc.assert(
    fc.property(fc.nat(255), fc.nat(64), (code, signal) => {
      expect(slurmExitCode(`${code}:${signal}`)).toBe(signal > 0 ? 128 + signal : code);
    }),
  );
  expect(slurmExitCode('')).toBeNull();
});
