/**
 * `round`: planned → snapshotting → submitting → running → finalising → evaluating → promoted | discarded; the others
 * end it early.
 */
export const roundStates = [
  'planned',
  'snapshotting',
  'submitting',
  'running',
  'finalising',
  'evaluating',
  'promoted',
  'discarded',
  'failed',
  'cancelled',
  'lost',
] as const;
export type RoundState = (typeof roundStates)[number];

export const endedStates = [
  'promoted',
  'discarded',
  'failed',
  'cancelled',
  'lost',
] as const satisfies readonly RoundState[];

/** Returns whether a round has ended. A person may resume one that failed, was cancelled or was lost. */
export function hasRoundEnded(state: RoundState): boolean {
  return (endedStates as readonly RoundState[]).includes(state);
}

/** The moves that the state machine allows; `running → submitting` is a new attempt. */
export const roundMoves = {
  planned: ['snapshotting', 'failed', 'cancelled'],
  snapshotting: ['submitting', 'discarded', 'failed', 'cancelled'],
  submitting: ['running', 'failed', 'cancelled', 'lost'],
  running: ['submitting', 'finalising', 'failed', 'cancelled', 'lost'],
  finalising: ['evaluating', 'failed', 'cancelled'],
  evaluating: ['promoted', 'discarded', 'failed', 'cancelled'],
  promoted: [],
  discarded: [],
  failed: ['submitting'],
  cancelled: ['submitting'],
  lost: ['submitting', 'failed', 'cancelled'],
} as const satisfies Record<RoundState, readonly RoundState[]>;

export function mayRoundMove(from: RoundState, to: RoundState): boolean {
  return (roundMoves[from] as readonly RoundState[]).includes(to);
}

export const engineNames = ['trl_grpo', 'trl_sft', 'verl_grpo', 'fake'] as const;
export type EngineName = (typeof engineNames)[number];

export const roundCauses = ['night', 'manual', 'replacement'] as const;
export type RoundCause = (typeof roundCauses)[number];

export type AttemptState =
  | 'submitting'
  | 'queued'
  | 'running'
  | 'succeeded'
  | 'failed'
  | 'cancelled'
  | 'lost';

export type SnapshotState = 'ready' | 'purged';

/** A purged snapshot is ready again when the same data is frozen once more. */
export const snapshotMoves = {
  ready: ['purged'],
  purged: ['ready'],
} as const satisfies Record<SnapshotState, readonly SnapshotState[]>;

export const checkpointStatuses = [
  'candidate',
  'promoted',
  'retired',
  'discarded',
  'tainted',
  'purged',
] as const;
export type CheckpointStatus = (typeof checkpointStatuses)[number];

/**
 * `x → x` is an event of an alias that leaves the status as it is: a checkpoint that the other alias still names stays
 * promoted, and a tainted one stays tainted.
 */
export const checkpointMoves = {
  candidate: ['promoted', 'retired', 'discarded', 'tainted'],
  promoted: ['promoted', 'retired', 'tainted'],
  retired: ['promoted', 'retired', 'tainted'],
  discarded: ['discarded', 'tainted'],
  tainted: ['tainted', 'purged'],
  purged: ['purged'],
} as const satisfies Record<CheckpointStatus, readonly CheckpointStatus[]>;

export const aliasNames = ['stable', 'canary'] as const;
export type AliasName = (typeof aliasNames)[number];

/** What the gate says: `keep` the incumbent, `accumulate` more nights of evidence, or `refuse` the candidate. */
export type GateDecision = 'promote' | 'keep' | 'accumulate' | 'refuse';
