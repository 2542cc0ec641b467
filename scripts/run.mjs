// Runs a TypeScript program of this checkout on the Node of package.json, installing the dependencies first where they
// are missing or older than the lock file. Plain JavaScript, because the machine's own Node may be 20.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const inRoot = (...parts) => path.join(root, ...parts);

/** npm leaves a copy of the lock in node_modules; it differs when the lock has changed since. */
function isInstalled() {
  const marker = inRoot('node_modules', '.package-lock.json');
  if (!existsSync(marker) || !existsSync(inRoot('node_modules', 'node', 'bin', 'node'))) return false;
  const versions = (file) => {
    const { packages } = JSON.parse(readFileSync(file, 'utf8'));
    return new Map(Object.entries(packages).filter(([name]) => name !== ''));
  };
  const wanted = versions(inRoot('package-lock.json'));
  const present = versions(marker);
  const same = [...present].every(([name, { version }]) => wanted.get(name)?.version === version);
  const needed = [...wanted].filter(([, entry]) => !entry.optional && !entry.peer);
  return same && needed.every(([name]) => present.has(name));
}

function install() {
  process.stderr.write('mendloop: installing dependencies (npm ci), about half a minute …\n');
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
  const args = ['ci', '--no-audit', '--no-fund', '--loglevel=error'];
  const { status, stdout, stderr } = spawnSync(npm, args, { cwd: root, encoding: 'utf8' });
  if (status === 0) return;
  process.stderr.write(`${stdout}${stderr}mendloop: npm ci failed; is the package registry reachable?\n`);
  process.exit(1);
}

const [program, ...args] = process.argv.slice(2);
if (!isInstalled()) install();
const bin = inRoot('node_modules', '.bin');
const child = spawn(inRoot('node_modules', 'node', 'bin', 'node'), [inRoot(program), ...args], {
  stdio: 'inherit',
  env: { ...process.env, PATH: `${bin}${path.delimiter}${process.env.PATH}` },
});
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
// npm ends the shell above us on SIGTERM, and the shell passes nothing on: our parent is then another one.
const parent = process.ppid;
const watch = setInterval(() => {
  if (process.ppid !== parent) child.kill('SIGTERM');
}, 500);
watch.unref();
child.on('exit', (code, signal) => {
  if (signal) process.kill(process.pid, signal);
  process.exit(code ?? 1);
});
