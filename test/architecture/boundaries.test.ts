import { execFile } from 'node:child_process';
import { globSync } from 'node:fs';
import { cp, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '..', '..');
const cruiser = join(root, 'node_modules', 'dependency-cruiser', 'bin', 'dependency-cruiser.mjs');
const config = '.dependency-cruiser.cjs';
const read = ['src', 'demo'];
/** Fewer modules than this are a cruiser that cannot read the sources, however clean its report. */
const fewestModules = 150;

interface Report {
  readonly modules: readonly { readonly source: string }[];
  readonly summary: {
    readonly violations: readonly { readonly from: string; readonly rule: { name: string } }[];
  };
}

function run(
  folder: string,
  form: 'err' | 'json',
): Promise<{ readonly status: number; readonly output: string }> {
  const args = [cruiser, '--config', config, '--output-type', form, ...read];
  return new Promise((resolve) => {
    execFile(process.execPath, args, { cwd: folder, maxBuffer: 256 * 1024 ** 2 }, (error, output) =>
      resolve({ status: Number(error?.code ?? 0), output }),
    );
  });
}

async function cruise(folder: string): Promise<Report> {
  return JSON.parse((await run(folder, 'json')).output) as Report;
}

function hasReadEnough(report: Pick<Report, 'modules'>, files: readonly string[]): boolean {
  const seen = new Set(report.modules.map((module) => module.source));
  return seen.size >= fewestModules && files.filter((file) => seen.has(file)).length >= files.length * 0.9;
}

/** One file per rule that must not pass. */
const planted: Readonly<Record<string, readonly [path: string, text: string]>> = {
  'no-circular': ['src/collect/planted-a.ts', "import './planted-b.ts';\nexport const a = 1;\n"],
  'domain-imports-itself-only': ['src/domain/planted.ts', "import '../jobs/job.ts';\n"],
  'diff-is-pure': ['src/diff/planted.ts', "import '../answer/apply-edits.ts';\n"],
  'answer-is-pure': ['src/answer/planted.ts', "import '../reward/formulas.ts';\n"],
  'reward-is-pure': [
    'src/reward/planted.ts',
    "import { readFileSync } from 'node:fs';\nreadFileSync('x');\n",
  ],
  'scoring-stands-alone': ['src/scoring/planted.ts', "import { z } from 'zod';\nz.string();\n"],
  'adapters-import-pure-rooms': ['src/git/planted.ts', "import '../github/hosts.ts';\n"],
  'http-imports-domain-only': ['src/http/planted.ts', "import '../telemetry/log.ts';\n"],
  'time-imports-node-only': ['src/time/planted.ts', "import '../domain/errors.ts';\n"],
  'files-import-node-only': ['src/files/planted.ts', "import '../domain/errors.ts';\n"],
  'evaluate-is-pure': [
    'src/evaluate/planted.ts',
    "import { readFileSync } from 'node:fs';\nreadFileSync('x');\n",
  ],
  'rounds-reach-files-by-their-port': [
    'src/train/round/planted.ts',
    "import { readFile } from 'node:fs/promises';\nvoid readFile('x');\n",
  ],
  'capabilities-see-no-adapter': [
    'src/collect/planted-adapter.ts',
    "import type { Mirror } from '../git/mirror.ts';\nexport type Planted = Mirror;\n",
  ],
  'capabilities-do-not-mix': ['src/train/planted-mix.ts', "import '../collect/filter/bot.ts';\n"],
  'round-contract-is-pure': ['src/round-contract/planted.ts', "import '../cluster/job-key.ts';\n"],
  'guard-is-pure': ['src/guard/planted.ts', "import { readFileSync } from 'node:fs';\nreadFileSync('x');\n"],
  'jobs-import-no-capability': ['src/jobs/planted.ts', "import '../collect/filter/bot.ts';\n"],
  'consent-and-instance-beneath-stages': ['src/consent/planted.ts', "import '../collect/filter/bot.ts';\n"],
  'stage-names-no-stage': ['src/stage/planted.ts', "import '../collect/filter/bot.ts';\n"],
  'capabilities-do-not-look-up': ['src/collect/planted-up.ts', "import '../intake/route.ts';\n"],
  'queries-import-no-stage': ['src/queries/planted.ts', "import '../collect/filter/bot.ts';\n"],
  'queries-are-for-web-and-cli': ['src/train/planted-query.ts', "import '../queries/scope.ts';\n"],
  'web-sees-no-adapter': ['src/web/planted-adapter.ts', "import '../github/hosts.ts';\n"],
  'cli-sees-no-adapter': [
    'src/cli/planted-adapter.ts',
    "import type { Mirror } from '../git/mirror.ts';\nexport type Planted = Mirror;\n",
  ],
  'intake-names-no-stage': ['src/intake/planted-stage.ts', "import '../collect/stage.ts';\n"],
  'config-knows-domain-and-formulas': ['src/config/planted.ts', "import '../jobs/job.ts';\n"],
  'telemetry-imports-no-room': ['src/telemetry/planted.ts', "import '../domain/ids.ts';\n"],
  'nobody-imports-main': ['src/web/planted.ts', "import '../main/worker.ts';\n"],
  'octokit-and-probot-at-the-edge': [
    'src/jobs/planted-octokit.ts',
    "import { Octokit } from 'octokit';\nnew Octokit();\n",
  ],
  'dockerode-in-docker': ['src/web/planted-docker.ts', "import Docker from 'dockerode';\nnew Docker();\n"],
  'postgres-stands-alone': ['src/postgres/planted.ts', "import '../db/database-error.ts';\n"],
  'postgres-has-one-door': ['src/jobs/planted-postgres.ts', "import '../postgres/stop.ts';\n"],
  'pg-in-db': ['src/web/planted-pg.ts', "import type { Pool } from 'pg';\nexport type Planted = Pool;\n"],
  'product-does-not-know-the-demo': ['src/cli/planted.ts', "import '../../demo/github/faults.ts';\n"],
  'no-orphans-of-resolution': ['src/cli/planted-lost.ts', "import './not-there.ts';\n"],
};

const byPath = (path: string): string => path.replace(/^src\//, '');

async function plant(folder: string): Promise<void> {
  for (const name of [...read, config, 'tsconfig.json', 'package.json']) {
    await cp(join(root, name), join(folder, name), { recursive: true });
  }
  await symlink(join(root, 'node_modules'), join(folder, 'node_modules'));
  // The installed packages are linked into the copy: their names must stay `node_modules/…` there.
  const whole = `const whole = require('./whole.cjs');\nwhole.options.preserveSymlinks = true;\nmodule.exports = whole;\n`;
  await cp(join(folder, config), join(folder, 'whole.cjs'));
  await writeFile(join(folder, config), whole);
  const more = [['src/collect/planted-b.ts', "import './planted-a.ts';\nexport const b = 1;\n"] as const];
  for (const [path, text] of [...Object.values(planted), ...more]) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  }
}

describe('the directions of imports', () => {
  const files = globSync(
    read.map((folder) => `${folder}/**/*.ts`),
    { cwd: root },
  );

  it('hold in the whole tree, and the cruiser has read all of it', async () => {
    const report = await cruise(root);
    expect(report.summary.violations).toEqual([]);
    expect(hasReadEnough(report, files)).toBe(true);
  });

  it('are not held by a cruiser that reads too little', () => {
    const few = files.slice(0, Math.floor(files.length * 0.8)).map((source) => ({ source }));
    expect(hasReadEnough({ modules: few }, files)).toBe(false);
    expect(hasReadEnough({ modules: [] }, [])).toBe(false);
  });

  describe('with one forbidden import planted for each rule', () => {
    let folder: string;
    let report: Report;

    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), 'mendloop-boundaries-'));
      await plant(folder);
      report = await cruise(folder);
    });

    afterAll(() => rm(folder, { recursive: true, force: true }));

    it('the gate fails', async () => {
      expect((await run(root, 'err')).status).toBe(0);
      expect((await run(folder, 'err')).status).toBeGreaterThan(0);
    });

    it.each(Object.entries(planted))('%s is reported', (rule, [path]) => {
      const found = report.summary.violations.filter((violation) => violation.rule.name === rule);
      expect(found.map((violation) => byPath(violation.from))).toContain(byPath(path));
    });

    it('nothing but the planted files is reported', () => {
      const sources = report.summary.violations.map((violation) => violation.from);
      expect(sources.filter((source) => !source.includes('planted'))).toEqual([]);
    });

    it('every rule of the configuration has a planted case', async () => {
      const { default: rules } = (await import(join(root, config))) as {
        default: { forbidden: readonly { name: string }[] };
      };
      expect(rules.forbidden.map((rule) => rule.name).sort()).toEqual(Object.keys(planted).sort());
    });
  });
});
