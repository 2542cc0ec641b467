#!/usr/bin/env node
// Plain JavaScript that Node 20 runs too: finds a Node that can run Mendloop, and runs it.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const oldestMajor = 24;
const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const source = join(root, 'src', 'main', 'cli.ts');
const entry = existsSync(source) ? source : join(root, 'dist', 'src', 'main', 'cli.js');

/** The `node` package beside us brings the binary, if its install script was allowed to run. */
function bundledNode() {
  try {
    const manifest = createRequire(import.meta.url).resolve('node/package.json');
    const binary = join(dirname(manifest), 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
    return existsSync(binary) ? binary : null;
  } catch {
    return null;
  }
}

/** npm ends the shell above us on SIGTERM, and the shell passes nothing on: our parent is then another one. */
function whenParentEnds(done) {
  const parent = process.ppid;
  const look = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(look);
    done();
  }, 500);
}

function runWith(node) {
  const child = spawn(node, [entry, ...process.argv.slice(2)], { stdio: 'inherit' });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT'])
    process.on(signal, () => child.kill(signal));
  if (process.env.npm_command !== undefined) whenParentEnds(() => child.kill('SIGTERM'));
  child.on('error', (error) => {
    process.stderr.write(`mendloop: not_configured: ${node} cannot be started (${error.code})\n`);
    process.exitCode = 3;
  });
  child.on('exit', (status, signal) => {
    if (signal === null) process.exit(status);
    process.removeAllListeners(signal);
    process.kill(process.pid, signal);
  });
}

function refuse() {
  const versions = `Node ${oldestMajor} or newer is needed, this is ${process.version}`;
  process.stderr.write(`mendloop: not_configured: ${versions}\n`);
  process.stderr.write('  Install it, or let npm run the install script of the `node` package.\n');
  process.exitCode = 3;
}

if (Number.parseInt(process.versions.node, 10) >= oldestMajor) {
  await import(pathToFileURL(entry).href);
} else {
  const node = bundledNode();
  if (node === null) refuse();
  else runWith(node);
}
