// Runs a TypeScript program of this checkout on the Node of package.json, installing the dependencies first where they
// are missing or older than the lock file. Plain JavaScript, because the machine's own Node may be 20.
import { spawn } from 'node:child_process';
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

/** The process at work, and how it gets a signal. */
let child = null;

/** npm and the scripts that it starts are one process group: a signal to npm alone would leave them. */
async function install() {
  process.stderr.write('mendloop: installing dependencies (npm ci), about half a minute …\n');
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
  const args = ['ci', '--no-audit', '--no-fund', '--loglevel=error'];
  const installing = spawn(npm, args, { cwd: root, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [installing.stdout, installing.stderr]) stream.on('data', (text) => (output += text));
  const { pid = 0 } = installing;
  // Without a process there is no group, and `error` follows.
  child = { kill: () => pid > 0 && process.kill(-pid, 'SIGKILL') };
  const status = await new Promise((resolve) => {
    installing.on('error', resolve);
    installing.on('close', resolve);
  });
  child = null;
  if (status === 0) return;
  process.stderr.write(`${output}mendloop: npm ci failed; is the package registry reachable?\n`);
  process.exit(1);
}

function end(signal) {
  if (child === null) process.exit(1);
  child.kill(signal);
}
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => end(signal));
// npm ends the shell above us on SIGTERM, and the shell passes nothing on: our parent is then another one.
const parent = process.ppid;
const watch = setInterval(() => {
  if (process.ppid !== parent) end('SIGTERM');
}, 500);
watch.unref();

const [program, ...args] = process.argv.slice(2);
if (!isInstalled()) await install();
const bin = inRoot('node_modules', '.bin');
child = spawn(inRoot('node_modules', 'node', 'bin', 'node'), [inRoot(program), ...args], {
  stdio: 'inherit',
  env: { ...process.env, PATH: `${bin}${path.delimiter}${process.env.PATH}` },
});
child.on('exit', (code, signal) => {
  if (signal) process.kill(process.pid, signal);
  process.exit(code ?? 1);
});
