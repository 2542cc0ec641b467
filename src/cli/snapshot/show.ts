import path from 'node:path';
import { trainingFolders } from '../../config/training-folders.ts';
import { MendloopError } from '../../domain/errors.ts';
import { findSnapshot, latestSnapshot } from '../../queries/snapshots.ts';
import { verifySnapshot } from '../../train/snapshot/manifest.ts';
import { defineCommand, type ExitStatus, type JsonContext, jsonOption } from '../frame/command.ts';
import { withDatabase } from '../frame/database.ts';
import { describeSnapshot } from './describe.ts';

async function run(context: JsonContext): Promise<ExitStatus> {
  const [wanted = ''] = context.args;
  const manifest = await withDatabase(async ({ db, config }) => {
    const row = wanted === 'latest' ? await latestSnapshot(db) : await findSnapshot(db, wanted);
    if (row === undefined)
      throw new MendloopError(
        'not_found',
        wanted === 'latest' ? 'there is no snapshot yet' : 'there is no such snapshot',
      );
    if (row.state === 'purged') {
      throw new MendloopError('consent_missing', `${row.snapshot_id} was purged: a consent was taken back`);
    }
    return verifySnapshot(path.join(trainingFolders(config).snapshots, row.snapshot_id));
  });
  if (context.flags.json) await context.out.json(manifest);
  else await context.out.line(describeSnapshot(manifest));
  return 0;
}

export const snapshotShow = defineCommand({
  name: 'snapshot show',
  summary: 'What a snapshot holds; its files are read and compared with their hashes.',
  args: 'ID|latest',
  options: jsonOption,
  arity: [1, 1],
  run,
});
