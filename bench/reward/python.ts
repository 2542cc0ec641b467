import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';

const folder = path.join(import.meta.dirname, '..', '..', '.mendloop', 'bench', 'python');
const python = path.join(folder, 'bin', 'python');
const compared = 'cydifflib==1.2.0';

/** A python program that answers one JSON line with one JSON line. */
export interface Reference<Answer> extends Disposable {
  ask(question: unknown): Promise<Answer>;
}

/** The machine's own python3 in a virtual environment that holds cydifflib; made once, below a folder that git ignores. */
export function preparePython(): void {
  if (spawnSync(python, ['-c', 'import cydifflib']).status === 0) return;
  if (!existsSync(python)) run('python3', ['-m', 'venv', folder]);
  run(python, ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', compared]);
}

function run(program: string, args: readonly string[]): void {
  const { status, error } = spawnSync(program, args, { stdio: ['ignore', 'inherit', 'inherit'] });
  if (status !== 0) throw new Error(`${program} ${args.join(' ')} failed: ${error?.message ?? status}`);
}

/** Starts a program of this folder. Questions are asked one at a time; once it has ended, `ask` rejects. */
export function startReference<Answer>(file: string): Reference<Answer> {
  const child = spawn(python, [path.join(import.meta.dirname, file)], { stdio: ['pipe', 'pipe', 'inherit'] });
  const answers = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    async ask(question) {
      child.stdin.write(`${JSON.stringify(question)}\n`);
      const { value, done } = await answers.next();
      if (done === true) throw new Error(`${file} ended without an answer`);
      return JSON.parse(value) as Answer;
    },
    [Symbol.dispose]: () => stop(child),
  };
}

function stop(child: ChildProcess): void {
  child.stdin?.end();
  child.kill();
}
