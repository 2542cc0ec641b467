import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Summary } from '../../demo/report/summary.ts';

const root = path.join(import.meta.dirname, '..', '..');

export interface DemoRun {
  readonly status: number | null;
  readonly summary: Summary;
  readonly stdout: string;
  readonly stderr: string;
}

async function gather(stream: NodeJS.ReadableStream): Promise<string> {
  let text = '';
  for await (const chunk of stream.setEncoding('utf8')) text += String(chunk);
  return text;
}

/** `npm run demo -- --exit --summary FILE …` with nothing configured, and what it wrote. */
export async function runDemo(
  args: readonly string[],
  environment: NodeJS.ProcessEnv = {},
): Promise<DemoRun> {
  const folder = await mkdtemp(path.join(tmpdir(), 'mendloop-demo-test-'));
  try {
    const file = path.join(folder, 'summary.json');
    const demo = spawn('npm', ['run', '-s', 'demo', '--', '--exit', '--summary', file, ...args], {
      cwd: root,
      env: { ...process.env, ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const ended = new Promise<number | null>((resolve) => demo.once('close', resolve));
    const [stdout, stderr, status] = await Promise.all([gather(demo.stdout), gather(demo.stderr), ended]);
    const summary = JSON.parse(await readFile(file, 'utf8')) as Summary;
    return { status, summary, stdout, stderr };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
