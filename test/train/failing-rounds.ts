import { mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { LocalCluster } from '../../src/cluster/local/local-cluster.ts';
import { type ShownRound, showRound } from '../../src/queries/rounds.ts';
import { advanceRound } from '../../src/train/round/advance.ts';
import type { RoundDeps } from '../../src/train/round/deps.ts';
import { driveRound } from '../../src/train/round/drive.ts';
import { requestCancel } from '../../src/train/round/requests/cancel.ts';
import { configured, type RoundWorld, signal } from './round-world.ts';

const trainer = path.join(import.meta.dirname, '..', '..', 'trainer');

/** How a round is made to fail for real. */
export interface Cause {
  /** Keys of the fake engine. */
  readonly overrides?: object;
  readonly steps?: number;
  /** Changes the text of the reward server that the round brings. */
  readonly rewardServer?: (text: string) => string;
  /** Done to the round directory after it was written and before anything is submitted. */
  readonly spoil?: (folder: string) => Promise<void>;
  /** The driver's phase in which somebody cancels the round. */
  readonly cancelIn?: string;
}

/** Scores that another version of the code would give. */
export function otherRatio(text: string): string {
  const changed = text.replace(
    'return 2 * matched / (pair.a.length',
    'return 1.9 * matched / (pair.a.length',
  );
  if (changed === text) throw new Error('the ratio was not found in the reward server');
  return changed;
}

/** Ends in the middle of the work, and does not start again in the same attempt. */
export function shortLived(text: string): string {
  return `import { isMainThread as isMain } from 'node:worker_threads';
import { existsSync as has, readdirSync as list } from 'node:fs';
if (isMain) {
  if (has('attempts/' + list('attempts').sort().at(-1) + '/engine.json')) process.exit(3);
  setTimeout(() => process.exit(1), 2500);
}
${text}`;
}

/** The first attempt's event stream is on a device that the kernel calls full. */
export async function fillDisk(folder: string): Promise<void> {
  await mkdir(path.join(folder, 'attempts', '0001'), { recursive: true });
  await symlink('/dev/full', path.join(folder, 'attempts', '0001', 'events.jsonl'));
}

export async function changeRows(folder: string): Promise<void> {
  const file = path.join(folder, 'data', 'train.jsonl.gz');
  const bytes = await readFile(file);
  await writeFile(file, Buffer.concat([bytes, bytes]));
}

function localCluster(world: RoundWorld): LocalCluster {
  return new LocalCluster({
    name: 'local',
    driver: ['python3', '-m', 'mendloop_trainer'],
    folder: path.join(world.folder, 'jobs'),
    environment: {
      PATH: process.env['PATH'] ?? '',
      TMPDIR: tmpdir(),
      PYTHONPATH: trainer,
      MENDLOOP_NODE: process.execPath,
    },
  });
}

function depsOf(world: RoundWorld, cause: Cause, name: string): RoundDeps {
  const { rewardServer } = cause;
  return {
    ...world.deps,
    cluster: async () => configured(localCluster(world), world.rounds),
    async assets() {
      const assets = await world.deps.assets();
      if (rewardServer === undefined) return assets;
      const file = path.join(world.folder, `reward-server-${name}.mjs`);
      await writeFile(file, rewardServer(await readFile(assets.rewardServer, 'utf8')));
      return { ...assets, rewardServer: file };
    },
  };
}

async function untilSubmitting(deps: RoundDeps, round_id: string): Promise<void> {
  while ((await showRound(deps.db, round_id)).state !== 'submitting')
    await advanceRound(deps, round_id, signal);
}

/** Drives a round with this cause to its end, without the pauses before other attempts; `onTurn` sees each state. */
export async function failRound(
  world: RoundWorld,
  cause: Cause,
  onTurn: (shown: ShownRound, notBefore: Date | null) => void = () => undefined,
): Promise<ShownRound> {
  const { db } = world.database;
  const { overrides = null, steps = 4 } = cause;
  const round_id = await world.plan({ request: { steps, overrides } });
  const deps = depsOf(world, cause, round_id);
  if (cause.spoil !== undefined) {
    await untilSubmitting(deps, round_id);
    await cause.spoil(path.join(world.rounds, round_id));
  }
  await driveRound(deps, round_id, AbortSignal.timeout(110_000), async () => {
    const shown = await showRound(db, round_id);
    const { not_before } = await db
      .updateTable('round as now')
      .from('round as before')
      .set({ not_before: null })
      .whereRef('before.round_id', '=', 'now.round_id')
      .where('now.round_id', '=', round_id)
      .returning('before.not_before')
      .executeTakeFirstOrThrow();
    onTurn(shown, not_before);
    // In training after a step: before that nothing can be saved.
    const isThere = shown.phase === cause.cancelIn && (shown.phase !== 'train' || shown.step !== 0);
    if (isThere && shown.state === 'running') {
      await db.transaction().execute((trx) => requestCancel(trx, deps.queue, round_id));
    }
  });
  return showRound(db, round_id);
}
