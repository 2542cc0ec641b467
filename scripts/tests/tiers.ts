import { access, constants } from 'node:fs/promises';
import path from 'node:path';
import { findPython } from '../../src/python/find-python.ts';
import { seededRandom } from '../../test/crash/random.ts';
import { checksBin, enginePython, makeRay } from '../../test/support/python-environments.ts';
import { drawFiles, integrationFiles, listFiles, measuredSeconds } from './sample.ts';

export interface TierContext {
  readonly root: string;
  /** The run's folder for temporary files. */
  readonly folder: string;
  /** Nothing is sampled. */
  readonly full: boolean;
  /** The run is a plain `npm test`: its samples are smaller. */
  readonly isPlain: boolean;
  /** Seeds the samples; the commit when there is one. */
  readonly seed: string;
  readonly artifacts: string;
  /** Arguments for the program of the only tier, from the command line. */
  readonly more: readonly string[];
}

export interface Tier {
  readonly name: string;
  readonly about: string;
  /** Runs in a plain `npm test`: needs no system package beyond Git and Python, and no download. */
  readonly isPlain: boolean;
  /** Why the tier cannot run here, or null. */
  readonly missing: () => Promise<string | null>;
  /** Debian packages that make it run. */
  readonly packages: readonly string[];
  /** Downloads that the tier needs; started with the run, so that they go on beside other tiers. */
  readonly downloads: readonly Download[];
  /** Arguments of Node. */
  readonly command: (context: TierContext) => readonly string[];
  /** Where the counts come from: the reporter in vitest, or a last line `N passed, N failed`. */
  readonly report: 'vitest' | 'line';
}

export type Download = 'checks' | 'trl' | 'verl' | 'ray';
const downloads: Readonly<Record<Download, () => Promise<unknown>>> = {
  checks: checksBin,
  trl: () => enginePython('trl'),
  verl: () => enginePython('verl'),
  ray: makeRay,
};

/**
 * Starts the downloads one after the other, since pip uses a whole core. The returned function resolves when those of a tier have
 * ended, well or badly: a download that failed shows in the tier, which tries again and says why.
 */
export function startDownloads(wanted: readonly Download[]): (tier: Tier) => Promise<void> {
  let last: Promise<unknown> = Promise.resolve();
  const started = new Map<Download, Promise<unknown>>();
  for (const name of new Set(wanted)) {
    last = last.then(downloads[name]).catch(() => undefined);
    started.set(name, last);
  }
  return async (tier) => {
    for (const name of tier.downloads) await started.get(name);
  };
}

const always = async () => null;

async function onPath(program: string): Promise<boolean> {
  for (const folder of [...(process.env['PATH'] ?? '').split(path.delimiter), '/usr/sbin', '/sbin']) {
    const isThere = await access(path.join(folder, program), constants.X_OK).then(
      () => true,
      () => false,
    );
    if (isThere) return true;
  }
  return false;
}

async function needs(...programs: readonly string[]): Promise<string | null> {
  for (const program of programs) if (!(await onPath(program))) return `${program} is not installed`;
  return null;
}

async function needsOfTrainer(): Promise<string | null> {
  return (await findPython(process.env)) === null ? 'no Python 3.11 or newer with venv is installed' : null;
}

/** Schedulers run as root beside each other on one machine. */
async function needsOfClusters(): Promise<string | null> {
  if (process.platform !== 'linux' || process.getuid?.() !== 0)
    return 'schedulers are started here by root on Linux only';
  const programs = ['slurmctld', 'slurmdbd', 'munged', 'mariadbd', 'dockerd', 'containerd'];
  return (await needs(...programs)) ?? needsOfTrainer();
}

type Sampler = (context: TierContext) => readonly string[];

/** `workers`: test files at once; files whose processes wait for each other leave time to a third. */
function vitest(
  project: string,
  workers: number,
  sample: Sampler = () => [],
): Pick<Tier, 'command' | 'report'> {
  return {
    report: 'vitest',
    command: (context) => {
      const program = path.join(context.root, 'node_modules', 'vitest', 'vitest.mjs');
      const files = context.full || context.more.length > 0 ? context.more : sample(context);
      return [program, 'run', '--project', project, `--maxWorkers=${workers}`, ...files];
    },
  };
}

function program(file: string): Pick<Tier, 'command' | 'report'> {
  return {
    report: 'line',
    command: ({ root, full, more }) => [path.join(root, file), ...(full ? ['--full'] : []), ...more],
  };
}

const integrationWorkers = 3;
/** Seconds to wait for the integration tier on two quiet cores. */
const integrationSeconds = { plain: 240, all: 330 };

function sampleIntegration({ root, seed, isPlain }: TierContext): string[] {
  const measured = measuredSeconds(root, 'integration');
  const wait = isPlain ? integrationSeconds.plain : integrationSeconds.all;
  const budget = { seed, seconds: wait * integrationWorkers };
  return drawFiles(listFiles(root, integrationFiles), (file) => measured.get(file), budget);
}

function sampleRealData({ root, seed }: TierContext): string[] {
  const files = listFiles(root, { include: ['test/real-data/*.test.ts'], exclude: [] });
  return seededRandom(seed, 'real-data').shuffled(files).slice(0, 3);
}

/** The chaos, and three files of the others. */
function sampleClusters({ root, seed }: TierContext): string[] {
  const files = listFiles(root, { include: ['test/clusters/real/*.real.ts'], exclude: [] });
  const others = files.filter((file) => !file.endsWith('/chaos.real.ts'));
  return ['test/clusters/real/chaos.real.ts', ...seededRandom(seed, 'clusters').shuffled(others).slice(0, 3)];
}

/** All tiers, in the order in which they run. */
export const tiers: readonly Tier[] = [
  {
    name: 'check',
    about: 'types, lint, format, directions, unused code',
    isPlain: true,
    missing: always,
    packages: [],
    downloads: [],
    ...program('scripts/check.ts'),
  },
  {
    name: 'unit',
    about: 'unit and property tests beside the code',
    isPlain: true,
    missing: () => needs('python3'),
    packages: ['python3'],
    downloads: [],
    ...vitest('unit', 2),
  },
  {
    name: 'integration',
    about: 'own PostgreSQL, git and loopback GitHub, the packed product',
    isPlain: true,
    missing: () => needs('git'),
    packages: ['git'],
    downloads: [],
    ...vitest('integration', integrationWorkers, sampleIntegration),
  },
  {
    name: 'fuzz',
    about: 'malformed model outputs, diffs and rows for every formula',
    isPlain: true,
    missing: always,
    packages: [],
    downloads: [],
    ...program('test/fuzz/run.ts'),
  },
  {
    name: 'crash',
    about: 'kill -9 at random points',
    isPlain: false,
    missing: () => needs('git'),
    packages: ['git'],
    downloads: [],
    ...program('test/crash/run.ts'),
  },
  {
    name: 'ending',
    about: 'runs of npm test that a signal ends',
    isPlain: false,
    missing: () => needs('git'),
    packages: ['git'],
    downloads: [],
    ...vitest('ending', 1),
  },
  {
    name: 'browser',
    about: 'the dashboard in Chromium',
    isPlain: false,
    missing: () => needs('chromium'),
    packages: ['chromium'],
    downloads: [],
    ...vitest('browser', 2),
  },
  {
    name: 'real-data',
    about: 'real changes, patches and rewards',
    isPlain: false,
    missing: async () =>
      process.env['MENDLOOP_DATA']
        ? null
        : 'MENDLOOP_DATA is not set (a folder of real data that the repository may not hold)',
    packages: [],
    downloads: [],
    ...vitest('real-data', 2, sampleRealData),
  },
  {
    name: 'trainer',
    about: 'the Python side against the built reward server, in an environment of its own',
    isPlain: false,
    missing: needsOfTrainer,
    packages: ['python3', 'python3-venv'],
    downloads: ['checks', 'trl', 'verl'],
    ...program('test/trainer/run.ts'),
  },
  {
    name: 'round',
    about: 'the demo with a whole round: snapshot, training, evaluation, gate',
    isPlain: false,
    missing: async () => (await needs('git')) ?? needsOfTrainer(),
    packages: ['git', 'python3', 'python3-venv'],
    downloads: ['trl'],
    ...vitest('round', 1),
  },
  {
    name: 'clusters',
    about: 'rounds on real schedulers, and kill -9 of all that runs them',
    isPlain: false,
    missing: needsOfClusters,
    packages: [
      'slurm-wlm',
      'slurmdbd',
      'munge',
      'mariadb-server',
      'docker.io',
      'containerd',
      'python3',
      'python3-venv',
    ],
    downloads: ['checks', 'ray', 'trl'],
    ...vitest('clusters', 1, sampleClusters),
  },
];
