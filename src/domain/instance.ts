import type { ConsentScope } from './consent.ts';

/** `instance`: discovered → (building → labelled →) ready | rejected | retired. */
export const instanceStatuses = [
  'discovered',
  'building',
  'labelled',
  'ready',
  'rejected',
  'retired',
] as const;
export type InstanceStatus = (typeof instanceStatuses)[number];

/** The moves that the state machine allows; `ready → ready` is a refresh after new evidence. */
export const instanceMoves = {
  discovered: ['building', 'ready', 'rejected', 'retired'],
  building: ['labelled', 'ready', 'rejected', 'retired'],
  labelled: ['ready', 'rejected', 'retired'],
  ready: ['ready', 'building', 'rejected', 'retired'],
  rejected: ['discovered', 'ready', 'rejected', 'retired'],
  retired: ['discovered'],
} as const satisfies Record<InstanceStatus, readonly InstanceStatus[]>;

export function mayMove(from: InstanceStatus, to: InstanceStatus): boolean {
  return (instanceMoves[from] as readonly InstanceStatus[]).includes(to);
}

/** Whether running the tests is under way or waits for its verdict: collecting does not move such an instance. */
export function isBeingLabelled(status: InstanceStatus): boolean {
  return status === 'building' || status === 'labelled';
}

/** One file shown to the model or changed by the oracle; `text` null where the file does not exist or is binary. */
export interface FileText {
  readonly path: string;
  readonly text: string | null;
}

/** Sources of a link between a pull request and an issue. The first that has a link counts. */
export const linkSources = ['closing_references', 'timeline', 'text'] as const;
export type LinkSource = (typeof linkSources)[number];

export interface IssueLink {
  readonly number: number;
  readonly source: LinkSource;
}

/**
 * A merged pull request as collecting stores it: the SWE-RL triple (issue, context, oracle) and the SWE-bench fields
 * under their exact names. It holds no wall-clock time, so collecting it again gives the same bytes.
 */
export interface CollectedInstance {
  readonly instance_id: string;
  readonly repo: string;
  readonly pull_number: number;
  readonly base_commit: string;
  readonly fix_commit: string;
  readonly environment_setup_commit: string;
  readonly version: string;
  readonly problem_statement: string;
  readonly hints_text: string;
  readonly patch: string;
  readonly test_patch: string;
  readonly other_patch: string;
  readonly created_at: string;
  readonly merged_at: string;
  readonly linked_issues: readonly number[];
  readonly link_evidence: readonly IssueLink[];
  readonly source_files: readonly string[];
  readonly test_files: readonly string[];
  readonly other_files: readonly string[];
  readonly languages: readonly string[];
  readonly licence: string | null;
  readonly consent: ConsentScope;
  readonly quality_flags: readonly string[];
  /** Source files of the oracle at the merge base. */
  readonly context: readonly FileText[];
  /** The same files at the fix. */
  readonly oracle: readonly FileText[];
}

/** Tests by their runner's own names, such as `tests/test_split.py::test_x`; empty without a label. */
export interface LabelledTests {
  /** Fail at the base, pass with the fix. */
  readonly FAIL_TO_PASS: readonly string[];
  /** Pass before and after. */
  readonly PASS_TO_PASS: readonly string[];
}

/** A training instance: what was collected, and the tests of its label. */
export type Instance = CollectedInstance & LabelledTests;

export const labelVerdicts = ['valid', 'invalid', 'flaky'] as const;
/** `invalid`: no verdict about the change, because its environment or its tests could not be run. */
export type LabelVerdict = (typeof labelVerdicts)[number];

export type CandidateOrigin = 'policy' | 'pr_revision' | 'rival_pr' | 'proposal';
