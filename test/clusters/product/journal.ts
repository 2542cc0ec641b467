import { chmod, mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';

/** What really happened on the side of the clusters, written by no part of the product. */
export interface Journal {
  /** Stands for Python in a cluster's configuration: notes the start of each driver and becomes it. */
  readonly python: string;
  /** Slurm's commands, of which `sbatch` notes what was accepted, and is slow to say so. */
  readonly slurmBin: string;
  /** Comes first in the product's PATH: the shell of a local job notes slowly who runs it. */
  readonly slowBin: string;
  read(): Promise<JournalEntries>;
}

/** A process of a driver that a scheduler started. */
export interface DriverStart {
  readonly at: number;
  readonly pid: number;
  /** The scheduler's name of the job; `-` where it has none. */
  readonly job: string;
  readonly round_id: string;
  readonly attempt: number;
}

export interface JournalEntries {
  readonly starts: readonly DriverStart[];
  /** Jobs that Slurm accepted. */
  readonly accepted: readonly { readonly key: string; readonly id: string }[];
}

/** An answer that takes its time, in which the app can die. */
const answerSeconds = 0.3;

async function writeProgram(file: string, lines: readonly string[]): Promise<void> {
  await writeFile(file, `${lines.join('\n')}\n`);
  await chmod(file, 0o755);
}

function parseStart(line: string): DriverStart {
  const [at = '', pid = '', job = '', directory = '', attempt = ''] = line.split(' ');
  return {
    at: Number(at) / 1e6,
    pid: Number(pid),
    job,
    round_id: path.basename(directory),
    attempt: Number(attempt),
  };
}

async function linesOf(file: string): Promise<string[]> {
  const text = await readFile(file, 'utf8').catch(() => '');
  return text.split('\n').filter((line) => line !== '');
}

export async function makeJournal(folder: string, python: string): Promise<Journal> {
  const [starts, accepted] = [path.join(folder, 'starts'), path.join(folder, 'accepted')];
  const [slurmBin, slowBin] = [path.join(folder, 'slurm-bin'), path.join(folder, 'slow-bin')];
  const own = path.join(folder, 'driver-python');
  // Arguments: -m mendloop_trainer run --round-dir DIRECTORY --attempt NUMBER.
  const job = '${SLURM_JOB_ID:-${RAY_JOB_SUBMISSION_ID:--}}';
  await writeProgram(own, [
    '#!/bin/sh',
    `[ "$3" = run ] && echo "$(date +%s%N) $$ ${job} $5 $7" >> '${starts}'`,
    `exec '${python}' "$@"`,
  ]);
  await mkdir(slowBin);
  await writeProgram(path.join(slowBin, 'mv'), ['#!/bin/sh', `sleep ${answerSeconds}`, 'exec /bin/mv "$@"']);
  await mkdir(slurmBin);
  for (const name of ['squeue', 'scontrol', 'scancel', 'sacct']) {
    await symlink(path.join('/usr/bin', name), path.join(slurmBin, name));
  }
  await writeProgram(path.join(slurmBin, 'sbatch'), [
    '#!/bin/sh',
    'id=$(/usr/bin/sbatch "$@") || exit 1',
    'for argument; do case $argument in --job-name=*) key=${argument#*=};; esac; done',
    `echo "$key $id" >> '${accepted}'`,
    `sleep ${answerSeconds}`,
    'echo "$id"',
  ]);
  return {
    python: own,
    slurmBin,
    slowBin,
    async read() {
      const jobs = (await linesOf(accepted)).map((line) => {
        const [key = '', id = ''] = line.split(' ');
        return { key, id };
      });
      return { starts: (await linesOf(starts)).map(parseStart), accepted: jobs };
    },
  };
}
