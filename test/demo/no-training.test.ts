import { mkdir, mkdtemp, readdir, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runDemo } from './run-demo.ts';
import { writeSmallReplay } from './small-replay.ts';

let folder: string;
let replay: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'mendloop-no-training-'));
  replay = await writeSmallReplay(folder);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const skippedTraining = ({ skipped }: Awaited<ReturnType<typeof runDemo>>['summary']) =>
  skipped.find(({ stage }) => stage === 'train')?.why;

/** What this machine's PATH has, any Python left out. */
async function pathWithoutPython(): Promise<string> {
  const bin = path.join(folder, 'bin');
  await mkdir(bin);
  for (const from of (process.env['PATH'] ?? '').split(path.delimiter)) {
    for (const name of await readdir(from).catch(() => [])) {
      if (!name.startsWith('python'))
        await symlink(path.join(from, name), path.join(bin, name)).catch(() => undefined);
    }
  }
  return bin;
}

test('a machine without Python is told so, and the demo ends well', async () => {
  const run = await runDemo(['--replay', replay], { PATH: await pathWithoutPython() });

  expect(run.status).toBe(0);
  expect(skippedTraining(run.summary)).toBe('no Python 3.11 or newer with venv is on the PATH');
  expect(run.stdout).toContain('train: no Python 3.11 or newer with venv is on the PATH');
});

test('too few rows for a round are told with their count, and the demo ends well', async () => {
  const run = await runDemo(['--replay', replay]);

  expect(run.status).toBe(0);
  expect(run.summary.instances.map(({ instance_id }) => instance_id)).toEqual(['octo-org__small-2']);
  expect(skippedTraining(run.summary)).toBe(
    'too few rows: 1 to train on and 0 held out, where 32 and 8 are needed',
  );
  expect(run.summary.rounds).toEqual([]);
});
