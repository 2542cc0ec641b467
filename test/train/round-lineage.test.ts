import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { RoundState } from '../../src/domain/round.ts';
import { showRound } from '../../src/queries/rounds.ts';
import { roundSpec } from '../../src/round-contract/round-spec.ts';
import { sharedFolder } from '../../src/round-files/shared-folder.ts';
import { readAlias } from '../../src/train/checkpoint/alias.ts';
import { promoteCheckpoint } from '../../src/train/checkpoint/promote.ts';
import { purgeTraining } from '../../src/train/purge/purge-training.ts';
import { replaceRounds } from '../../src/train/purge/replace-rounds.ts';
import { advanceRound } from '../../src/train/round/advance.ts';
import { driveRound } from '../../src/train/round/drive.ts';
import { removePurgedFolders } from '../../src/train/round/files/round-folders.ts';
import { resumeRound } from '../../src/train/round/requests/resume.ts';
import { readRound } from '../../src/train/round/state/read-round.ts';
import { type RoundWorld, roundWorld, signal } from './round-world.ts';
import { seedTraining } from './seed-training.ts';

let world: RoundWorld;
beforeEach(async () => {
  world = await roundWorld({ instances: 24 });
});
afterEach(() => world[Symbol.asyncDispose]());

const drive = (id: string) => driveRound(world.deps, id, AbortSignal.timeout(100_000));
const show = (id: string) => showRound(world.database.db, id);

async function specOf(id: string) {
  return roundSpec.parse((await readRound(world.database.db, id)).spec);
}

/** Goes on as far as the state. */
async function until(id: string, wanted: RoundState): Promise<void> {
  for (let state = ''; state !== wanted;) {
    await advanceRound(world.deps, id, signal);
    ({ state } = await show(id));
  }
}

/** Answers as a model gives them that has learned a lot: right where the other one has no form. */
async function writeEvidence(id: string): Promise<void> {
  const file = path.join(world.rounds, id, 'attempts', '0001', 'evaluation.jsonl');
  const rows = (await readFile(file, 'utf8')).trimEnd().split('\n');
  const changed = rows.map((line) => {
    const row = JSON.parse(line) as { model: string };
    const isBetter = row.model === 'candidate';
    const reward = isBetter ? 1 : -1;
    const rewards = { 'paper/1': reward, 'mendloop/1': reward };
    return JSON.stringify({ ...row, rewards, format_error: !isBetter, hack: null });
  });
  await writeFile(file, `${changed.join('\n')}\n`);
}

function purge(cause: string) {
  const folders = { snapshots: world.deps.snapshots, rounds: [sharedFolder(world.rounds)] };
  const { db } = world.database;
  return purgeTraining({ db, ...folders }, 1).then((purged) =>
    replaceRounds(db, world.deps.queue, purged, { cause, now: new Date('2026-06-02T00:00:00Z') }),
  );
}

test('what the gate takes becomes stable, and the next round goes on from it and has to beat it', async () => {
  const first = await world.plan();
  await until(first, 'evaluating');
  await writeEvidence(first);
  expect(await drive(first)).toBe('promoted');
  const stable = `mendloop-${first}-s2`;
  expect(await show(first)).toMatchObject({ reason: 'improvement_shown', gate: { decision: 'promote' } });
  expect(await readAlias(world.database.db, 'stable')).toMatchObject({ checkpoint_id: stable });

  const second = await world.plan();
  await drive(second);
  const adapter = pathToFileURL(path.join(world.rounds, first, 'out', 'adapter')).href;
  const spec = await specOf(second);
  expect(spec.model.init).toMatchObject({ mode: 'merge_adapter', uri: adapter });
  expect(spec.model.base).toEqual((await specOf(first)).model.base);
  expect(spec.evaluation.incumbent).toMatchObject({ uri: adapter });
  const child = await world.database.db
    .selectFrom('checkpoint')
    .select('parent_id')
    .where('round_id', '=', second)
    .executeTakeFirstOrThrow();
  expect(child.parent_id).toBe(stable);
  // The second one begins where the first one was as good.
  expect((await show(second)).state).toBe('discarded');
});

test('a candidate is not promoted over a checkpoint that it was not measured against', async () => {
  const other = await world.plan();
  await until(other, 'evaluating');
  const id = await world.plan();
  await until(id, 'evaluating');
  await writeEvidence(id);
  await promoteCheckpoint(world.deps.checkpoints, `mendloop-${other}-s2`, 'stable', { reason: 'by hand' });
  expect(await drive(id)).toBe('discarded');
  expect(await show(id)).toMatchObject({ reason: 'incumbent_changed', gate: { decision: 'promote' } });
  expect(await readAlias(world.database.db, 'stable')).toMatchObject({
    checkpoint_id: `mendloop-${other}-s2`,
  });
});

test('after a purge one round takes the place of what was trained on the data, and one that runs is cancelled', async () => {
  const first = await world.plan();
  await drive(first);
  const running = await world.plan({ request: { steps: 40, overrides: { sleep_s: 0.3 } } });
  await until(running, 'running');
  await world.database.db.updateTable('repository').set({ consent: 'none' }).execute();

  const done = await purge('job-1');
  expect(done.cancelled).toEqual([running]);
  expect(done.planned).toMatch(/^r-20260602-[0-9a-f]{8}$/);
  expect(existsSync(path.join(world.rounds, running, 'data'))).toBe(false);
  expect(await drive(running)).toBe('cancelled');
  // What the wish to cancel and the driver wrote after the purge goes with the round's end, and nothing goes on from it.
  expect(await readdir(world.rounds)).toEqual([]);
  await expect(resumeRound(world.deps, running)).rejects.toThrow('was purged');
  // The same purge again, and a later one that finds nothing, plan nothing more.
  expect((await purge('job-1')).cancelled).toEqual([]);
  expect((await purge('job-2')).planned).toBeNull();

  const replacement = await show(done.planned ?? '');
  expect(replacement).toMatchObject({ cause: 'replacement', state: 'planned', engine: 'fake' });
  expect(await drive(replacement.round_id)).toBe('discarded');
  expect((await show(replacement.round_id)).reason).toBe('too_few_rows');
});

test('a round beside a checkpoint that a purge taints is cancelled, whatever its own data is', async () => {
  const first = await world.plan();
  await drive(first);
  await promoteCheckpoint(world.deps.checkpoints, `mendloop-${first}-s2`, 'stable', { reason: 'by hand' });
  const { db } = world.database;
  await db.updateTable('repository').set({ consent: 'collect' }).execute();
  await seedTraining(db, 24, { repository_id: 2, full_name: 'octo-org/two' });
  const child = await world.plan();
  await until(child, 'submitting');
  expect(existsSync(path.join(world.rounds, child, 'data'))).toBe(true);

  expect((await purge('job-1')).cancelled).toEqual([child]);
  expect(await drive(child)).toBe('cancelled');
});

test('what was left of purged rounds by whoever was killed is found and removed, and nothing else', async () => {
  const purged = await world.plan();
  await drive(purged);
  await purge('job-1');
  const kept = await world.plan();
  await until(kept, 'snapshotting');
  for (const name of [purged, `.${purged}`, kept, 'somebody-elses', 'r-unknown']) {
    await mkdir(path.join(world.rounds, name), { recursive: true });
    await writeFile(path.join(world.rounds, name, 'rows.jsonl'), 'x');
  }

  expect(
    await removePurgedFolders(world.database.db, [sharedFolder(world.rounds), sharedFolder('/nowhere')]),
  ).toEqual([purged]);

  expect((await readdir(world.rounds)).toSorted()).toEqual([kept, 'r-unknown', 'somebody-elses'].toSorted());
});

test('a purge between the snapshot and its submission leaves nothing of the data in the round', async () => {
  const id = await world.plan();
  let purged = false;
  const assets = async () => {
    if (!purged) {
      purged = true;
      await world.database.db.updateTable('repository').set({ consent: 'collect' }).execute();
      await purgeTraining(
        { db: world.database.db, snapshots: world.deps.snapshots, rounds: [sharedFolder(world.rounds)] },
        1,
      );
    }
    return world.deps.assets();
  };
  expect(await driveRound({ ...world.deps, assets }, id, AbortSignal.timeout(60_000))).toBe('discarded');
  expect((await show(id)).reason).toBe('too_few_rows');
  expect(existsSync(path.join(world.rounds, id))).toBe(false);
  expect(world.cluster.started).toEqual([]);
});
