import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import { MendloopError } from '../../domain/errors.ts';
import { type Command, type CommandContext, defineCommand, type ExitStatus } from './command.ts';
import { dispatch } from './dispatch.ts';
import { choice, flag, type Options, requiredText, text, whole } from './options.ts';
import { createOutput } from './output.ts';
import type { Services } from './services.ts';

interface Changes<O extends Options> {
  readonly summary?: string;
  readonly args?: string;
  readonly arity?: readonly [number, number];
  readonly options?: O;
  readonly run?: (context: CommandContext<O>) => Promise<ExitStatus>;
}

function command<const O extends Options>(name: string, changed: Changes<O> = {}): Command {
  const { options = {} as O, run: body = async () => 0 as const, ...rest } = changed;
  return defineCommand({ name, summary: `Does ${name}.`, ...rest, options, run: body });
}

const noServices = async (): Promise<Services> => ({}) as Services;

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
      limit: whole('N', 'Rows.', { min: 1, max: 9, standard: 5 }),
      json: flag('JSON.'),
      repo: text('NAME', 'One.'),
    },
    arity: [1, 1],
    run: async ({ flags, args }) => {
      seen.push({ ...flags }, args);
      return 4;
    },
  });
  expect((await run([command('thing'), list], 'thing', 'list', '--json', 'one')).status).toBe(4);
  expect(seen).toEqual([{ limit: 5, json: true, repo: null }, ['one']]);
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

test('the usage shows the arguments and every option, those that are needed first', async () => {
  const list = command('thing list', {
    args: 'ID',
    arity: [1, 1],
    options: {
      json: flag('JSON.'),
      limit: whole('N', 'Rows.', { min: 1, max: 9, standard: 5 }),
      out: requiredText('FILE', 'Where.'),
    },
  });
  const usage = 'mendloop thing list ID --out FILE [--json] [--limit N]\n';
  expect((await run([list], 'help', 'thing', 'list')).stdout).toContain(`Usage: ${usage}`);
  expect((await run([list], 'thing', 'list')).stderr).toContain(`mendloop: usage: usage: ${usage}`);
});

test.each([
  [['--limit', '10', '--out', 'a'], '--limit must be a whole number from 1 to 9'],
  [['--limit', '1'], '--out is needed'],
  [['--out', 'a', '--kind', 'c'], '--kind must be one of a, b'],
])('%s: what does not fit its option is wrong usage', async (argv, message) => {
  const list = command('thing', {
    options: {
      limit: whole('N', 'Rows.', { min: 1, max: 9, standard: 5 }),
      out: requiredText('FILE', 'Where.'),
      kind: choice('KIND', 'Which.', ['a', 'b']),
    },
  });
  const answer = await run([list], 'thing', ...argv);
  expect(answer).toMatchObject({ status: 2, stdout: '' });
  expect(answer.stderr).toContain(`mendloop: usage: ${message}`);
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
