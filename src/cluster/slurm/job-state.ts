import type { NativeState, NativeStatus } from '../../domain/ports/cluster.ts';

/** One job as `scontrol` or `sacct` shows it. */
export interface SlurmJob {
  readonly id: string;
  readonly name: string;
  /** Such as `RUNNING`, without a suffix of who cancelled it. */
  readonly state: string;
  /** `EXIT:SIGNAL`. */
  readonly exit: string;
  readonly reason: string | null;
  readonly comment: string;
}

const atWork: Readonly<Record<string, NativeState>> = {
  PENDING: 'queued',
  CONFIGURING: 'queued',
  REQUEUED: 'queued',
  REQUEUE_HOLD: 'queued',
  REQUEUE_FED: 'queued',
  RESV_DEL_HOLD: 'queued',
  SPECIAL_EXIT: 'queued',
  RUNNING: 'running',
  COMPLETING: 'running',
  STOPPED: 'running',
  SUSPENDED: 'running',
  RESIZING: 'running',
  SIGNALING: 'running',
  STAGE_OUT: 'running',
};
/** Not the driver's fault: the code that asks for another attempt (EX_TEMPFAIL). */
const temporary = new Set(['TIMEOUT', 'PREEMPTED', 'NODE_FAIL', 'BOOT_FAIL', 'DEADLINE', 'REVOKED']);
const outOfMemory = 21;
const tempFail = 75;

/** `21:0` is 21, `0:9` is 137; null where it is neither. */
export function slurmExitCode(exit: string): number | null {
  const found = /^(\d{1,5}):(\d{1,3})$/.exec(exit);
  if (found === null) return null;
  const [code, signal] = [Number(found[1]), Number(found[2])];
  return signal > 0 ? 128 + signal : code;
}

/** The state and exit code of a job (docs/contracts/clusters.md#states). An unknown state counts as failed. */
export function slurmStatus({ state, exit, reason }: SlurmJob): NativeStatus {
  const working = atWork[state];
  const said = reason === null || reason === 'None' ? state : `${state} ${reason}`;
  if (working !== undefined) return { state: working, exitCode: null, reason: said };
  if (state === 'COMPLETED') return { state: 'succeeded', exitCode: slurmExitCode(exit), reason: null };
  // Accounting notes a cancelled job before its driver ends, with 0.
  if (state === 'CANCELLED')
    return { state: 'cancelled', exitCode: slurmExitCode(exit) || null, reason: said };
  if (state === 'OUT_OF_MEMORY') return { state: 'failed', exitCode: outOfMemory, reason: said };
  if (temporary.has(state)) return { state: 'failed', exitCode: tempFail, reason: said };
  return { state: 'failed', exitCode: slurmExitCode(exit), reason: said };
}

/** The one line of `scontrol --oneliner show job`; null where it is no job. */
export function parseScontrol(text: string): SlurmJob | null {
  const field = (name: string): string | null =>
    new RegExp(`(?:^| )${name}=(\\S*)`, 'm').exec(text)?.[1] ?? null;
  const [id, name, state, exit] = ['JobId', 'JobName', 'JobState', 'ExitCode'].map(field);
  if (id == null || name == null || state == null || exit == null) return null;
  return { id, name, state, exit, reason: field('Reason'), comment: field('Comment') ?? '' };
}

/** Lines of `squeue -o %i|%j|%T|%r|%k`; those of arrays and of parts of a job are not ours. */
export function parseSqueue(text: string): Omit<SlurmJob, 'exit'>[] {
  return text
    .split('\n')
    .map((line) => line.split('|'))
    .filter(([id = '']) => /^\d+$/.test(id))
    .map(([id = '', name = '', state = '', reason = '', ...comment]) => {
      return { id, name, state, reason, comment: comment.join('|') };
    });
}

/** Lines of `sacct -P -n -X -o JobIDRaw,JobName,State,ExitCode,Comment`. */
export function parseSacct(text: string): SlurmJob[] {
  return text
    .split('\n')
    .map((line) => line.split('|'))
    .filter(([id = '']) => /^\d+$/.test(id))
    .map(([id = '', name = '', state = '', exit = '', ...comment]) => {
      return { id, name, state: state.split(' ')[0] ?? '', exit, reason: null, comment: comment.join('|') };
    });
}
