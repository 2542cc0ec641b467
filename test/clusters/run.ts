import { spawn, spawnSync } from 'node:child_process';
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { requirePython } from '../../src/python/find-python.ts';

// Schedulers for real: what they need is installed where it is missing, and each is started by its own tests. `--full` runs all
// files and 50 rounds of the chaos; a word runs the files whose name has it.
const root = path.join(import.meta.dirname, '..', '..');
const ray = 'ray[default]==2.60.0';
const debian = {
  slurmctld: 'slurm-wlm',
  slurmdbd: 'slurmdbd',
  munged: 'munge',
  mariadbd: 'mariadb-server',
  dockerd: 'docker.io',
  containerd: 'containerd',
};
/** Fits into ten minutes on two cores, and kills something of every scheduler. */
const sample = ['chaos', 'docker', 'slurm-controller', 'twins'];
const { values, positionals } = parseArgs({
  options: { full: { type: 'boolean', default: process.env['MENDLOOP_TEST_FULL'] === '1' } },
  allowPositionals: true,
});

function mustRun(program: string, args: readonly string[]): void {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const { status } = spawnSync(program, args, { stdio: ['ignore', 'ignore', 'inherit'], env });
  if (status !== 0) throw new Error(`${program} ${args.slice(0, 4).join(' ')} ended with ${status}`);
}

function isInstalled(program: string): boolean {
  const folders = [...(process.env['PATH'] ?? '').split(path.delimiter), '/usr/sbin', '/sbin'];
  return folders.some((folder) => existsSync(path.join(folder, program)));
}

/** Debian's packages start their services on standard ports, unless this program says no (101). */
function forbidStarts(): Disposable {
  const file = '/usr/sbin/policy-rc.d';
  const isOurs = !existsSync(file);
  if (isOurs) writeFileSync(file, '#!/bin/sh\nexit 101\n', { mode: 0o755 });
  return { [Symbol.dispose]: () => void (isOurs && rmSync(file)) };
}

function installSchedulers(): void {
  const missing = Object.entries(debian).filter(([program]) => !isInstalled(program));
  if (missing.length === 0) return;
  const packages = missing.map(([, name]) => name);
  console.log(`installing ${packages.join(', ')}`);
  using _ = forbidStarts();
  mustRun('apt-get', ['-o', 'DPkg::Lock::Timeout=300', 'update', '-qq']);
  mustRun('apt-get', ['-o', 'DPkg::Lock::Timeout=300', 'install', '-y', '-qq', ...packages]);
}

async function installRay(): Promise<void> {
  const folder = path.join(root, '.mendloop', 'clusters', 'ray-venv');
  if (existsSync(path.join(folder, 'bin', 'ray'))) return;
  const python = await requirePython(process.env);
  console.log(`installing ${ray}, about 30 s and 400 MB`);
  await mkdir(path.dirname(folder), { recursive: true });
  mustRun(python, ['-m', 'venv', folder]);
  mustRun(path.join(folder, 'bin', 'python'), [
    '-m',
    'pip',
    'install',
    '--disable-pip-version-check',
    '-qq',
    ray,
  ]);
}

function commit(): string {
  const { status, stdout } = spawnSync('git', ['rev-parse', 'HEAD'], { cwd: root, encoding: 'utf8' });
  return status === 0 ? stdout.trim() : 'no-commit';
}

/** Filters of files, as vitest takes them. */
function chosen(): string[] {
  if (positionals.length > 0) return positionals;
  return values.full ? [] : sample.map((name) => `/${name}.real.ts`);
}

function runTests(report: string): Promise<number> {
  const args = ['run', '--config', 'test/clusters/vitest.config.ts', '--reporter=verbose', '--reporter=json'];
  const program = path.join(root, 'node_modules', 'vitest', 'vitest.mjs');
  const given = [program, ...args, `--outputFile.json=${report}`, ...chosen()];
  const sbin = `${process.env['PATH']}${path.delimiter}/usr/sbin${path.delimiter}/sbin`;
  const child = spawn(process.execPath, given, {
    cwd: root,
    stdio: 'inherit',
    env: {
      ...process.env,
      PATH: sbin,
      MENDLOOP_TEST_SEED: process.env['MENDLOOP_TEST_SEED'] ?? commit(),
      MENDLOOP_TEST_FULL: values.full ? '1' : '0',
    },
  });
  return new Promise((resolve) => child.once('close', (code) => resolve(code ?? 1)));
}

installSchedulers();
await installRay();
const folder = await mkdtemp(path.join(tmpdir(), 'mendloop-clusters-'));
const report = path.join(folder, 'report.json');
const status = await runTests(report);
const counts = JSON.parse(await readFile(report, 'utf8').catch(() => '{}')) as Record<string, number>;
await rm(folder, { recursive: true });
const [passed, failed] = [counts['numPassedTests'] ?? 0, counts['numFailedTests'] ?? 0];
const skipped = counts['numPendingTests'] ?? 0;
// A run that ends badly without a failed test is one failure.
const all = failed === 0 && (status !== 0 || passed === 0) ? 1 : failed;
console.log(`${passed} passed, ${all} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`);
process.exitCode = all > 0 ? 1 : 0;
