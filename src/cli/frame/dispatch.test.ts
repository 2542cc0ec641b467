import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import { MendloopError } from '../../domain/errors.ts';
import type { Command } from './command.ts';
import { dispatch } from './dispatch.ts';
import { createOutput } from './output.ts';
import type { Services } from './services.ts';

function command(name: string, changed: Partial<Command> = {}): Command {
  return {
    name,
    summary: `Does ${name}.`,
    usage: '',
    options: {},
    arity: [0, 0],
    run: async () => 0,
    ...changed,
  };
}

const noServices = {} as Services;

async function run(commands: readonly Command[], ...argv: string[]) {
  const stdout = new PassThrough();
  const stderr = new PassThrough();
  const out = createOutput({ stdout, stderr });
  const status = await dispatch({ commands, version: '1.2.3', out, services: noServices }, argv);
  return { status, stdout: String(stdout.read() ?? ''), stderr: String(stderr.read() ?? '') };
}

test('the longest name wins, and its options and arguments reach it', async () => {
  const seen: unknown[] = [];
  const list = command('thing list', {
    options: {
      limit: { type: 'string', about: 'Rows.', default: '5' },
      json: { type: 'boolean', about: 'JSON.' },
    },
    arity: [1, 1],
    run: async ({ flags, args }) => {
      seen.push({ ...flags }, args);
      return 4;
    },
  });
  expect((await run([command('thing'), list], 'thing', 'list', '--json', 'one')).status).toBe(4);
  expect(seen).toEqual([{ limit: '5', json: true }, ['one']]);
});

test.each([
  ['an unknown command', ['else'], 'there is no command else'],
  ['half of a name', ['thing'], 'one of: thing list'],
  ['an unknown option', ['thing', 'list', '--nope'], "Unknown option '--nope'"],
  ['an argument too many', ['thing', 'list', 'one'], 'usage: mendloop thing list'],
])('%s is wrong usage: status 2, a message and a hint on standard error', async (_name, argv, message) => {
  const answer = await run([command('thing list')], ...argv);
  expect(answer).toMatchObject({ status: 2, stdout: '' });
  expect(answer.stderr).toContain(`mendloop: usage: ${message}`);
  expect(answer.stderr).toContain('  Run `mendloop help`.');
});

test('a typed error gives its own status and hint, anything else is reported as a bug', async () => {
  const failing = (error: Error): Command =>
    command('break', {
      run: async () => {
        throw error;
      },
    });
  const typed = await run([failing(new MendloopError('policy_refused', 'too much'))], 'break');
  const bug = await run([failing(new RangeError('at the edge\u001b[2J'))], 'break');
  expect(typed).toMatchObject({
    status: 4,
    stderr: expect.stringMatching(/^mendloop: policy_refused: too much\n {2}See /) as string,
  });
  expect(bug.status).toBe(1);
  expect(bug.stderr).toContain('mendloop: unexpected: RangeError: at the edge\n');
});

test('help is asked for in four ways', async () => {
  const commands = [command('one'), command('two go', { summary: 'Goes twice.' })];
  for (const argv of [[], ['help'], ['--help']]) {
    expect(await run(commands, ...argv)).toMatchObject({
      status: 0,
      stderr: '',
      stdout: expect.stringContaining('Goes twice.') as string,
    });
  }
  expect((await run(commands, 'two', 'go', '--help')).stdout).toContain('Usage: mendloop two go\n');
  expect((await run(commands, 'help', 'two')).stdout).toContain('Usage: mendloop two go\n');
  expect((await run(commands, 'help', 'three')).status).toBe(2);
  expect((await run(commands, '--version')).stdout).toBe('1.2.3\n');
});
