import { spawn } from 'node:child_process';
import path from 'node:path';

/** The gates of `npm run check`; all of them run, at most two at once, and each prints only what it found. */
const bin = path.join(import.meta.dirname, '..', 'node_modules', '.bin');
const gates = [
  { name: 'types', command: 'tsc', args: ['-p', '.'] },
  { name: 'lint', command: 'oxlint', args: ['--type-aware', 'src', 'demo', 'test', 'bench', 'scripts'] },
  { name: 'format', command: 'oxfmt', args: ['--check', 'src', 'demo', 'test', 'bench', 'scripts'] },
  { name: 'boundaries', command: 'depcruise', args: ['--config', '.dependency-cruiser.cjs', 'src', 'demo'] },
  { name: 'unused code', command: 'knip', args: [] },
];

interface GateResult {
  readonly name: string;
  readonly ok: boolean;
  readonly output: string;
  readonly seconds: number;
}

function runGate({ name, command, args }: (typeof gates)[number]): Promise<GateResult> {
  const started = performance.now();
  return new Promise((resolve) => {
    const child = spawn(path.join(bin, command), args, { cwd: path.join(import.meta.dirname, '..') });
    const chunks: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => chunks.push(chunk));
    child.on('close', (code) => {
      const seconds = (performance.now() - started) / 1000;
      resolve({ name, ok: code === 0, output: Buffer.concat(chunks).toString(), seconds });
    });
  });
}

async function lane(queue: (typeof gates)[number][], results: GateResult[]): Promise<void> {
  for (let gate = queue.shift(); gate; gate = queue.shift()) {
    const result = await runGate(gate);
    results.push(result);
    console.log(`${result.ok ? 'ok  ' : 'FAIL'} ${result.name} (${result.seconds.toFixed(1)} s)`);
    if (!result.ok) console.log(result.output);
  }
}

const results: GateResult[] = [];
const queue = [...gates];
await Promise.all([lane(queue, results), lane(queue, results)]);
const failed = results.filter((result) => !result.ok).length;
console.log(`${results.length - failed} passed, ${failed} failed`);
process.exitCode = failed > 0 ? 1 : 0;
