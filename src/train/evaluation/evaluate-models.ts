import path from 'node:path';
import type { Kysely } from 'kysely';
import type { Database } from '../../db/tables.ts';
import { MendloopError } from '../../domain/errors.ts';
import type { EngineName } from '../../domain/round.ts';
import { compareModels, type ModelComparison } from '../../evaluate/compare-models.ts';
import { driverJob } from '../round/attempt/driver-job.ts';
import type { RoundCluster } from '../round/cluster/round-cluster.ts';
import type { RoundDeps } from '../round/deps.ts';
import { readEvaluation } from '../round/files/evaluation-file.ts';
import { removeRoundFolder } from '../round/files/round-folders.ts';
import { writeDirectory, type WrittenDirectory } from '../round/prepare/write-directory.ts';
import { roundRequest } from '../round/state/request.ts';
import { verifySnapshot } from '../snapshot/manifest.ts';
import { awaitEvaluation } from './await-evaluation.ts';
import { evaluationId } from './evaluation-folder.ts';
import { namedModel } from './named-model.ts';

export interface EvaluationRequest {
  /** Checkpoint or folder. */
  readonly model: string;
  readonly against: string;
  readonly snapshot_id: string;
  readonly cluster: string;
  readonly engine: EngineName;
  /** Held-out rows at most. */
  readonly rows: number;
  readonly samples: number;
  readonly seed: number;
  readonly hours: number;
  readonly signal: AbortSignal;
  readonly onProgress: (phase: string) => void;
}

export interface Evaluation extends ModelComparison {
  readonly snapshot_id: string;
  readonly formula: string;
  readonly rows: number;
  readonly samples: number;
  readonly seed: number;
}

async function assertReady(db: Kysely<Database>, snapshot_id: string): Promise<void> {
  const found = await db
    .selectFrom('snapshot')
    .select('state')
    .where('snapshot_id', '=', snapshot_id)
    .executeTakeFirst();
  if (found === undefined) throw new MendloopError('not_found', `there is no snapshot ${snapshot_id}`);
  if (found.state === 'purged') {
    throw new MendloopError('consent_missing', `${snapshot_id} was purged: a consent was taken back`);
  }
}

interface Written extends WrittenDirectory {
  readonly id: string;
}

async function writeRows(
  deps: RoundDeps,
  cluster: RoundCluster,
  id: string,
  request: EvaluationRequest,
): Promise<Written> {
  const { snapshot_id, engine, seed, hours, rows, samples } = request;
  const snapshotFolder = path.join(deps.snapshots, snapshot_id);
  const snapshot = await verifySnapshot(snapshotFolder);
  if (snapshot.files.held_out.rows === 0 || snapshot.files.train.rows === 0) {
    throw new MendloopError('round_invalid', `${snapshot_id} has no held-out row, or none to train on`);
  }
  const base = await namedModel(deps, cluster, request.model);
  const against = await namedModel(deps, cluster, request.against);
  const round = {
    round_id: id,
    created_at: deps.now(),
    formula: snapshot.formula,
    engine,
    seed,
    request: roundRequest.parse({ hours }),
  };
  const lineage = {
    base,
    init: { mode: 'base', uri: null, tree_sha256: null },
    parent_id: null,
    incumbent_id: null,
    incumbent: { uri: against.uri, tree_sha256: against.tree_sha256 },
  } as const;
  const assets = await deps.assets();
  const parts = { round, cluster, lineage, assets, snapshot, snapshotFolder, evaluation: { rows, samples } };
  const written = await writeDirectory(parts);
  // A purge that came before the rows were here did not find them.
  await assertReady(deps.db, snapshot_id);
  return { id, ...written };
}

/** Is not interrupted: an abort here would leave a job that nothing stops. `awaitEvaluation` acts on the abort. */
async function submit(cluster: RoundCluster, { id: round_id, spec, spec_sha256 }: Written): Promise<string> {
  const { signal } = new AbortController();
  const key = `mendloop-${round_id}`;
  const job = driverJob(cluster, { key, command: 'evaluate', round_id, attempt: 1, spec, spec_sha256 });
  return (await cluster.cluster.submit(job, signal)).nativeId;
}

async function run(
  deps: RoundDeps,
  cluster: RoundCluster,
  id: string,
  request: EvaluationRequest,
): Promise<Evaluation> {
  const written = await writeRows(deps, cluster, id, request);
  const { signal, onProgress, snapshot_id, seed, samples } = request;
  await awaitEvaluation({
    cluster: cluster.cluster,
    nativeId: await submit(cluster, written),
    files: cluster.files,
    folder: id,
    everySeconds: deps.watchSeconds,
    graceSeconds: written.spec.limits.grace_s,
    signal,
    onProgress,
  });
  const rows = await readEvaluation(cluster.files, id, 1);
  const { formula } = written.spec.reward;
  const asked = new Set(rows.map(({ row_id }) => row_id)).size;
  return { snapshot_id, formula, rows: asked, samples, seed, ...compareModels(rows, formula, seed) };
}

/**
 * Asks two models the held-out rows of a snapshot on a cluster, by the evaluation of the driver itself, with the same seeds.
 * Nothing is kept but what is given back. Throws `not_found`, `consent_missing`, `policy_refused`, `round_invalid`, `cancelled`.
 */
export async function evaluateModels(deps: RoundDeps, request: EvaluationRequest): Promise<Evaluation> {
  await assertReady(deps.db, request.snapshot_id);
  await using cluster = await deps.cluster(request);
  const id = evaluationId();
  try {
    return await run(deps, cluster, id, request);
  } finally {
    await removeRoundFolder(cluster.files, id);
  }
}
