import type { Kysely } from 'kysely';
import type { Database } from '../../../db/tables.ts';
import { isMendloopError, MendloopError } from '../../../domain/errors.ts';
import type { EvaluationRow } from '../../../evaluate/evaluation-row.ts';
import { type GateReason, gateReasons } from '../../../evaluate/gate-reason.ts';
import { decideGate, type GateVerdict } from '../../../evaluate/gate.ts';
import type { Log } from '../../../telemetry/log.ts';
import { readAlias } from '../../checkpoint/alias.ts';
import type { CheckpointDeps } from '../../checkpoint/deps.ts';
import { gateHistory, recordEvaluation } from '../../checkpoint/evaluations.ts';
import { promoteCheckpoint } from '../../checkpoint/promote.ts';
import type { OpenRoundCluster } from '../cluster/round-cluster.ts';
import { readEvaluation } from '../files/evaluation-file.ts';
import { currentAttempt } from '../state/attempts.ts';
import { moveRound, type Turn, turnTo } from '../state/move.ts';
import { type Round, specOf } from '../state/read-round.ts';

export interface FinishDeps {
  readonly db: Kysely<Database>;
  readonly log: Log;
  readonly cluster: OpenRoundCluster;
  readonly checkpoints: CheckpointDeps;
}

/** The end of a candidate, with the code and the sentence of the reason. */
interface Outcome {
  readonly to: 'promoted' | 'discarded';
  readonly reason: string;
  readonly message: string;
}

/** Rows that the round was to answer; one without held-out rows has no evidence, which is for the gate to say. */
async function answersOf(deps: FinishDeps, round: Round): Promise<EvaluationRow[]> {
  if (specOf(round).evaluation.rows === 0) return [];
  const { attempt } = await currentAttempt(deps.db, round.round_id);
  await using cluster = await deps.cluster(round);
  return await readEvaluation(cluster.files, round.round_id, attempt);
}

async function verdictOf(
  deps: FinishDeps,
  round: Round,
  rows: readonly EvaluationRow[],
): Promise<GateVerdict> {
  const { model } = specOf(round);
  const history = await gateHistory(deps.db, {
    checkpoint_id: round.request.lineage?.incumbent_id ?? null,
    base_tree_sha256: model.base.tree_sha256,
  });
  return decideGate({ rows, history, trainingFormula: round.formula, seed: round.seed });
}

/** The first finding that led to the decision. */
function decisive({ decision, reasons }: GateVerdict): string {
  const led = (text: string): boolean => gateReasons[split(text).reason as GateReason]?.decision === decision;
  return reasons.find(led) ?? '';
}

function split(reason: string): Pick<Outcome, 'reason' | 'message'> {
  const [code = '', ...sentence] = reason.split(': ');
  return { reason: code, message: sentence.join(': ') };
}

/** Whether `stable` is what it was when the round began: the candidate was measured against that. */
async function isStillIncumbent(deps: FinishDeps, round: Round, candidate: string): Promise<boolean> {
  const { checkpoint_id } = await readAlias(deps.db, 'stable');
  return checkpoint_id === candidate || checkpoint_id === (round.request.lineage?.incumbent_id ?? null);
}

async function promote(deps: FinishDeps, round: Round, candidate: string, why: string): Promise<Outcome> {
  const message = 'Another checkpoint became stable while the round ran.';
  if (!(await isStillIncumbent(deps, round, candidate))) {
    return { to: 'discarded', reason: 'incumbent_changed', message };
  }
  try {
    await promoteCheckpoint(deps.checkpoints, candidate, 'stable', { reason: `gate of ${round.round_id}` });
    return { to: 'promoted', ...split(why) };
  } catch (error) {
    if (!isMendloopError(error) || error.retry !== 'never') throw error;
    return { to: 'discarded', reason: error.code, message: error.message };
  }
}

async function candidateOf({ db }: FinishDeps, round_id: string): Promise<string> {
  const found = await db
    .selectFrom('checkpoint')
    .select('checkpoint_id')
    .where('round_id', '=', round_id)
    .executeTakeFirst();
  if (!found) throw new MendloopError('round_invalid', 'the round has no checkpoint');
  return found.checkpoint_id;
}

async function conclude(
  deps: FinishDeps,
  round: Round,
  {
    verdict,
    rows,
    candidate,
    outcome,
  }: {
    readonly verdict: GateVerdict;
    readonly rows: readonly EvaluationRow[];
    readonly candidate: string;
    readonly outcome: Outcome;
  },
): Promise<void> {
  const { round_id, snapshot_id } = round;
  if (snapshot_id === null) throw new MendloopError('round_invalid', 'the round has no snapshot');
  await deps.db.transaction().execute(async (trx) => {
    const move = { round_id, from: 'evaluating', event: `gate_${verdict.decision}`, ...outcome } as const;
    if (!(await moveRound(trx, move, { gate: JSON.stringify(verdict) }))) return;
    const incumbent_id = round.request.lineage?.incumbent_id ?? null;
    await recordEvaluation(trx, { checkpoint_id: candidate, incumbent_id, snapshot_id, verdict, rows });
  });
}

/**
 * `evaluating`: the gate decides from tonight's answers and those of the nights before. The alias moves before the round
 * ends: a crash between the two repeats the same decision, and the alias stays where it is.
 */
export async function decidePromotion(deps: FinishDeps, round: Round): Promise<Turn> {
  const candidate = await candidateOf(deps, round.round_id);
  const rows = await answersOf(deps, round);
  const verdict = await verdictOf(deps, round, rows);
  const why = decisive(verdict);
  const outcome: Outcome =
    verdict.decision === 'promote'
      ? await promote(deps, round, candidate, why)
      : { to: 'discarded', ...split(why) };
  await conclude(deps, round, { verdict, rows, candidate, outcome });
  deps.log.info({ round_id: round.round_id, decision: verdict.decision, to: outcome.to }, 'round decided');
  return turnTo(outcome.to, null);
}
