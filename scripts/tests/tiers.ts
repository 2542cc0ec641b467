import { access, constants } from 'node:fs/promises';
import path from 'node:path';
import { findPython } from '../../src/python/find-python.ts';

export interface TierContext {
  readonly root: string;
  readonly full: boolean;
  /** Seeds the samples; the commit when there is one. */
  readonly seed: string;
  readonly artifacts: string;
}

export interface Tier {
  readonly name: string;
  readonly about: string;
  /** Why the tier cannot run here, or null. */
  readonly missing: () => Promise<string | null>;
  /** Debian packages that make it run. */
  readonly packages: readonly string[];
  readonly command: (context: TierContext) => {
    readonly args: readonly string[];
    readonly env: Record<string, string>;
  };
  /** Where the counts come from: vitest's JSON report, or a last line `N passed, N failed`. */
  readonly report: 'vitest' | 'line';
}

const always = async () => null;

async function onPath(program: string): Promise<boolean> {
  for (const folder of (process.env['PATH'] ?? '').split(path.delimiter)) {
    const found = await access(path.join(folder, program), constants.X_OK).then(
      () => true,
      () => false,
    );
    if (found) return true;
  }
  return false;
}

async function needs(program: string): Promise<string | null> {
  return (await onPath(program)) ? null : `${program} is not installed`;
}

/** Schedulers are installed by the tier itself, and run as root beside each other on one machine. */
async function needsOfClusters(): Promise<string | null> {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) {
    return 'schedulers are installed and started here by root on Linux only';
  }
  return (await needs('apt-get')) ?? needsOfTrainer();
}

async function needsOfTrainer(): Promise<string | null> {
  return (await findPython(process.env)) === null ? 'no Python 3.11 or newer with venv is installed' : null;
}

/** `workers`: test files at once; those of a project with processes of its own mostly wait for them. */
function vitest(project: string, workers = 2): Pick<Tier, 'command' | 'report'> {
  return {
    report: 'vitest',
    command: ({ root, artifacts }) => ({
      args: [
        path.join(root, 'node_modules', 'vitest', 'vitest.mjs'),
        'run',
        '--project',
        project,
        `--maxWorkers=${workers}`,
        '--reporter=default',
        '--reporter=json',
        `--outputFile.json=${path.join(artifacts, `${project}.json`)}`,
      ],
      env: {},
    }),
  };
}

function program(file: string): Pick<Tier, 'command' | 'report'> {
  return {
    report: 'line',
    command: ({ root, full }) => ({ args: [path.join(root, file), ...(full ? ['--full'] : [])], env: {} }),
  };
}

/** All tiers, in the order in which they run. */
export const tiers: readonly Tier[] = [
  {
    name: 'check',
    about: 'types, lint, format, directions, unused code',
    missing: always,
    packages: [],
    ...program('scripts/check.ts'),
  },
  {
    name: 'unit',
    about: 'unit and property tests beside the code',
    missing: () => needs('python3'),
    packages: ['python3'],
    ...vitest('unit'),
  },
  {
    name: 'integration',
    about: 'own PostgreSQL, git and loopback GitHub, the packed product',
    missing: () => needs('git'),
    packages: ['git'],
    ...vitest('integration'),
  },
  {
    name: 'browser',
    about: 'the dashboard in Chromium',
    missing: () => needs('chromium'),
    packages: ['chromium'],
    ...vitest('browser'),
  },
  {
    name: 'crash',
    about: 'kill -9 at random points',
    missing: () => needs('git'),
    packages: ['git'],
    ...program('test/crash/run.ts'),
  },
  {
    name: 'fuzz',
    about: 'malformed model outputs, diffs and rows for every formula',
    missing: always,
    packages: [],
    ...program('test/fuzz/run.ts'),
  },
  {
    name: 'trainer',
    about: 'the Python side against the built reward server, in an environment of its own',
    missing: needsOfTrainer,
    packages: ['python3', 'python3-venv'],
    ...program('test/trainer/run.ts'),
  },
  {
    name: 'clusters',
    about: 'rounds on real schedulers, and kill -9 of all that runs them',
    missing: needsOfClusters,
    packages: ['python3', 'python3-venv'],
    ...program('test/clusters/run.ts'),
  },
  {
    name: 'real-data',
    about: 'real changes, patches and rewards',
    missing: async () =>
      process.env['MENDLOOP_DATA']
        ? null
        : 'MENDLOOP_DATA is not set (a folder of real data that the repository may not hold)',
    packages: [],
    ...vitest('real-data'),
  },
];
