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
  readonly summary: { readonly violations: readonly { readonly from: string; readonly rule: { name: string } }[] };
}

interface Cruise {
  readonly status: number;
  readonly report: Report;
}

function cruise(folder: string): Promise<Cruise> {
  const args = [cruiser, '--config', config, '--output-type', 'json', ...read];
  return new Promise((resolve, reject) => {
    execFile(process.execPath, args, { cwd: folder, maxBuffer: 256 * 1024 ** 2 }, (error, stdout, stderr) => {
      if (stdout === '') reject(new Error(`no report: ${stderr}`));
      else resolve({ status: Number(error?.code ?? 0), report: JSON.parse(stdout) as Report });
    });
  });
}

/** One file per rule that must not pass. */
const planted: Readonly<Record<string, readonly [path: string, text: string]>> = {
  'no-circular': ['src/collect/planted-a.ts', "import './planted-b.ts';\nexport const a = 1;\n"],
  'domain-imports-itself-only': ['src/domain/planted.ts', "import '../jobs/job.ts';\n"],
  'reward-is-pure': ['src/reward/planted.ts', "import { readFileSync } from 'node:fs';\nreadFileSync('x');\n"],
  'adapters-import-domain-only': ['src/git/planted.ts', "import '../github/hosts.ts';\n"],
  'capabilities-see-no-adapter': [
    'src/collect/planted-adapter.ts',
    "import type { Mirror } from '../git/mirror.ts';\nexport type Planted = Mirror;\n",
  ],
  'jobs-import-no-capability': ['src/jobs/planted.ts', "import '../collect/bot.ts';\n"],
  'capabilities-do-not-look-up': ['src/collect/planted-up.ts', "import '../intake/route.ts';\n"],
  'nobody-imports-main': ['src/web/planted.ts', "import '../main/worker.ts';\n"],
  'octokit-and-probot-at-the-edge': ['src/jobs/planted-octokit.ts', "import { Octokit } from 'octokit';\nnew Octokit();\n"],
  'dockerode-in-docker': ['src/web/planted-docker.ts', "import Docker from 'dockerode';\nnew Docker();\n"],
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
  it('hold in the whole tree, and the cruiser has read all of it', async () => {
    const { status, report } = await cruise(root);
    expect(report.summary.violations).toEqual([]);
    expect(status).toBe(0);
    const files = globSync(read.map((folder) => `${folder}/**/*.ts`), { cwd: root });
    const seen = new Set(report.modules.map((module) => module.source));
    expect(seen.size).toBeGreaterThanOrEqual(fewestModules);
    expect(files.filter((file) => seen.has(file)).length).toBeGreaterThanOrEqual(files.length * 0.9);
  });

  describe('with one forbidden import planted for each rule', () => {
    let folder: string;
    let planting: Cruise;

    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), 'mendloop-boundaries-'));
      await plant(folder);
      planting = await cruise(folder);
    });

    afterAll(() => rm(folder, { recursive: true, force: true }));

    it('the cruise fails', () => {
      expect(planting.status).not.toBe(0);
    });

    it.each(Object.entries(planted))('%s is reported', (rule, [path]) => {
      const found = planting.report.summary.violations.filter((violation) => violation.rule.name === rule);
      expect(found.map((violation) => byPath(violation.from))).toContain(byPath(path));
    });

    it('nothing but the planted files is reported', () => {
      const sources = planting.report.summary.violations.map((violation) => violation.from);
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
