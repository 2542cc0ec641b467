import type { GateDecision } from '../domain/round.ts';
import { hasDuplicates, missingShare } from './completeness.ts';
import type { EvaluationRow } from './evaluation-row.ts';
import { type GateReason, gateReasonText, strictest } from './gate-reason.ts';
import { rewardUnder } from './measure.ts';
import { compareNight, type Night, type NightDifference } from './night.ts';
import { improvementBound, type SequentialBound, spentAtLook } from './sequential-bound.ts';
import { type ModelSummary, summarise } from './summary.ts';

export interface GateInput {
  /** Tonight's answers of the candidate and of the incumbent. */
  readonly rows: readonly EvaluationRow[];
  /**
   * Those of every night before against the same incumbent, oldest first. A night whose rows may not be used (refused, or
   * purged) stands here without rows: it has spent its part of the error all the same.
   */
  readonly history: readonly (readonly EvaluationRow[])[];
  readonly trainingFormula: string;
  readonly seed: number;
}

export interface GateEvidence {
  /** What an improvement is measured in: `resolved` where tests ran on enough tasks, else `mendloop/1`. */
  readonly measure: string;
  readonly training_formula: string;
  /** Which look at this incumbent it is, from 1, and the chance of a false promotion that it may spend. */
  readonly look: number;
  readonly level: number;
  readonly tonight: Night;
  /** All nights together; null for fewer than 8 tasks tonight. */
  readonly sequential: SequentialBound | null;
  /** Share of tonight's rows that lack an answer or its score. */
  readonly missing_share: number;
  readonly candidate: ModelSummary;
  readonly incumbent: ModelSummary;
}

export interface GateVerdict {
  readonly decision: GateDecision;
  /** `code: sentence`, the codes of gate-reason.ts. */
  readonly reasons: string[];
  readonly evidence: GateEvidence;
}

const fewestTasks = 8;
const mostMissing = 0.02;
const formatMargin = 0.01;

function improvementMeasure({ formulas }: Night): string {
  return (formulas['resolved']?.tasks ?? 0) >= fewestTasks ? 'resolved' : 'mendloop/1';
}

function isRise(difference: NightDifference | null | undefined, margin = 0): boolean {
  return difference !== null && difference !== undefined && difference.lower > margin;
}

function isFall(difference: NightDifference | null | undefined): boolean {
  return difference !== null && difference !== undefined && difference.upper < 0;
}

/** More than one standard error above the margin, so that it is not noise alone, and yet not shown. */
function mayHaveRisen(difference: NightDifference | null, margin: number): boolean {
  return difference !== null && difference.estimate - difference.error > margin;
}

/** Whether the candidate improved under its training formula alone: another formula fell, or no other one rose at all. */
function onlyTrainingRose({ formulas }: Night, training: string): boolean {
  const others = Object.entries(formulas).filter(
    ([formula, found]) => formula !== training && found !== null,
  );
  if (!isRise(formulas[training]) || others.length === 0) return false;
  return (
    others.some(([, found]) => isFall(found)) || others.every(([, found]) => (found?.estimate ?? 0) <= 0)
  );
}

function* formulaFindings(night: Night, measure: string, training: string): Generator<GateReason> {
  const { formulas } = night;
  const fallen = Object.keys(formulas).filter((formula) => isFall(formulas[formula]));
  if (onlyTrainingRose(night, training)) yield 'only_training_formula_rose';
  if (fallen.includes(measure)) yield 'worse';
  if (fallen.some((formula) => formula !== measure)) yield 'other_formula_fell';
}

function* answerFindings({ hacks, format_errors }: Night): Generator<GateReason> {
  if (isRise(hacks)) yield 'hack_share_rose';
  else if (mayHaveRisen(hacks, 0)) yield 'hack_share_unclear';
  if (isRise(format_errors, formatMargin)) yield 'format_errors_rose';
  else if (mayHaveRisen(format_errors, formatMargin)) yield 'format_errors_unclear';
}

function* findings(rows: readonly EvaluationRow[], evidence: GateEvidence): Generator<GateReason> {
  const { tonight, measure, training_formula, sequential, missing_share } = evidence;
  if (hasDuplicates(rows)) yield 'rows_invalid';
  const improvement = tonight.formulas[measure] ?? null;
  if (improvement === null) return yield 'nothing_scored';
  if (sequential === null) return yield 'too_few_tasks';
  if (missing_share > mostMissing) yield 'answers_missing';
  yield* formulaFindings(tonight, measure, training_formula);
  yield* answerFindings(tonight);
  if (!(sequential.lower > 0)) yield 'improvement_not_shown';
  else yield improvement.estimate > 0 ? 'improvement_shown' : 'tonight_not_better';
}

function gather({ rows, history, trainingFormula, seed }: GateInput): GateEvidence {
  const look = history.length + 1;
  const tonight = compareNight(rows, `gate ${seed} ${look} tonight`);
  const measure = improvementMeasure(tonight);
  const enough = (tonight.formulas[measure]?.tasks ?? 0) >= fewestTasks;
  return {
    measure,
    training_formula: trainingFormula,
    look,
    level: spentAtLook(look),
    tonight,
    sequential: enough ? improvementBound([...history, rows], measure, seed) : null,
    missing_share: missingShare(rows, rewardUnder(measure)),
    candidate: summarise(rows, 'candidate'),
    incumbent: summarise(rows, 'incumbent'),
  };
}

/** Decides over a candidate (docs/adr/0012-gate.md). Pure: the same input gives the same verdict. */
export function decideGate(input: GateInput): GateVerdict {
  const evidence = gather(input);
  const found = [...findings(input.rows, evidence)];
  const decision = strictest(found);
  const shown = decision === 'promote' ? found : found.filter((reason) => reason !== 'improvement_shown');
  return { decision, reasons: shown.map(gateReasonText), evidence };
}
