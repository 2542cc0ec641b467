import { isMendloopError, MendloopError } from '../../../domain/errors.ts';
import type { RoundFiles } from '../../../domain/round-files.ts';
import { readManifest, registerCheckpoint } from '../../checkpoint/register.ts';
import { moveRound, type Turn, turnTo } from '../state/move.ts';
import type { Round } from '../state/read-round.ts';
import type { FinishDeps } from './decide-promotion.ts';

/** `out/manifest.json`, after every file was read again: what is registered is what lies there now, and is of this spec. */
async function verifiedManifest(files: RoundFiles, { round_id, spec_sha256 }: Round): Promise<unknown> {
  const out = `${round_id}/out`;
  let manifest: unknown;
  try {
    manifest = JSON.parse((await files.read(`${out}/manifest.json`)) ?? '');
  } catch (cause) {
    throw new MendloopError('round_invalid', 'out/manifest.json cannot be read', { cause });
  }
  const { tree_sha256 } = readManifest(manifest);
  if ((manifest as { spec_sha256?: unknown }).spec_sha256 !== spec_sha256) {
    throw new MendloopError('round_invalid', 'out/ is of another specification');
  }
  if ((await files.hashTree(out)) !== tree_sha256) {
    throw new MendloopError('round_invalid', 'the files of out/ are not those of its manifest');
  }
  return manifest;
}

async function register(deps: FinishDeps, round: Round, manifest: unknown): Promise<void> {
  const { round_id } = round;
  const parent_id = round.request.lineage?.parent_id ?? null;
  await deps.db.transaction().execute(async (trx) => {
    const moved = await moveRound(trx, { round_id, from: 'finalising', to: 'evaluating', event: 'verified' });
    if (moved) await registerCheckpoint(trx, { round_id, parent_id, manifest });
  });
}

/** `finalising`: verifies what the driver left, and registers it as a candidate. */
export async function finalise(deps: FinishDeps, round: Round): Promise<Turn> {
  const { round_id } = round;
  await using cluster = await deps.cluster(round);
  try {
    const manifest = await verifiedManifest(cluster.files, round);
    await register(deps, round, manifest);
    return turnTo('evaluating');
  } catch (error) {
    if (!isMendloopError(error) || error.code !== 'round_invalid') throw error;
    const { message } = error;
    const move = {
      round_id,
      from: 'finalising',
      to: 'failed',
      event: 'verified',
      reason: 'out_invalid',
      message,
    } as const;
    await deps.db.transaction().execute((trx) => moveRound(trx, move));
    return turnTo('failed', null);
  }
}
