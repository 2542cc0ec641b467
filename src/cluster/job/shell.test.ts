import { spawn, spawnSync } from 'node:child_process';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { quoted, supervised } from './shell.ts';

test.each(['sh', 'bash'])('a quoted word reaches a program of %s as it was', (shell) => {
  const word = fc.string({ unit: 'grapheme', maxLength: 40 }).filter((text) => !text.includes('\0'));
  const words = fc.array(word, { minLength: 1, maxLength: 20 });
  fc.assert(
    fc.property(words, (given) => {
      const { stdout } = spawnSync(shell, ['-c', `printf '%s\\0' ${given.map(quoted).join(' ')}`]);
      expect(stdout.toString('utf8').split('\0').slice(0, -1)).toEqual(given);
    }),
    { numRuns: 30 },
  );
});

function shell(name: string, command: string): ReturnType<typeof spawn> {
  return spawn(name, ['-c', `${supervised(command)}\nexit "$status"`], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
}

function ended(child: ReturnType<typeof spawn>): Promise<number | null> {
  return new Promise((resolve) => child.once('close', (code) => resolve(code)));
}

test.each(['sh', 'bash'])('%s ends as its command does', async (name) => {
  for (const code of [0, 21, 127, 143]) expect(await ended(shell(name, `sh -c 'exit ${code}'`))).toBe(code);
  expect(await ended(shell(name, `sh -c 'kill -9 $$'`))).toBe(137);
});

test.each(['sh', 'bash'])('%s passes every SIGTERM on and waits for the end', async (name) => {
  const program = `import signal, sys, time
signal.signal(signal.SIGTERM, lambda *_: (time.sleep(0.3), sys.exit(75)))
print("ready", flush=True)
time.sleep(30)`;
  const child = shell(name, `python3 -c ${quoted(program)}`);
  await new Promise((resolve) => child.stdout?.once('data', resolve));
  const end = ended(child);
  child.kill('SIGTERM');
  setTimeout(() => child.kill('SIGTERM'), 100);
  expect(await end).toBe(75);
});
