import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { MendloopError } from '../../domain/errors.ts';
import { formulaNames } from '../../reward/formulas.ts';

/** The options of the reward server; times in milliseconds, sizes in bytes. */
export interface ServerOptions {
  readonly oracles: string;
  /** Scoring rows with the `reward` that each must have; null checks none. */
  readonly golden: string | null;
  readonly formula: string;
  readonly host: string;
  /** 0 stands for any free port. */
  readonly port: number;
  readonly workers: number;
  /** Waiting items at which requests are refused with 429, and the most items of one request. */
  readonly queue: number;
  /** Longest time that one item may be at work. */
  readonly itemMs: number;
  /** Longest time that the body of a request may take to arrive. */
  readonly bodyMs: number;
  /** Longest time that requests may go on after SIGTERM. */
  readonly drainMs: number;
  /** Requests that name another specification are refused; null takes any. */
  readonly specSha256: string | null;
  readonly token: string;
}

export const usage = `node reward-server.mjs --oracles FILE --formula NAME --port N [options]

  --oracles FILE         JSON lines, plain or gzip: {"id","context":{path:text},"oracle":{path:text}}
  --formula NAME         ${formulaNames.join(', ')}
  --port N               0 takes any free one; the first line on standard output says which
  --workers N            threads (cores less one, at most 32)
  --queue N              waiting items at which requests are answered 429, and the most of one request (2048)
  --item-seconds N       longest time at work on one item (20)
  --body-seconds N       longest time for a request's body (30)
  --drain-seconds N      longest time for running requests after SIGTERM (30)
  --golden FILE          scoring rows with their "reward"; the server starts only when all are met
  --spec-sha256 HEX      refuse requests that name another specification
  --host ADDRESS         where to listen (127.0.0.1)

The bearer token is read from MENDLOOP_REWARD_TOKEN.
Exit status: 0 drained after a signal, 1 an input is wrong, 2 usage, 3 no token or no port, 14 golden rewards differ.
`;

const flags = {
  oracles: { type: 'string' },
  formula: { type: 'string' },
  port: { type: 'string' },
  host: { type: 'string', default: '127.0.0.1' },
  workers: { type: 'string', default: String(Math.max(1, Math.min(availableParallelism() - 1, 32))) },
  queue: { type: 'string', default: '2048' },
  golden: { type: 'string' },
  'item-seconds': { type: 'string', default: '20' },
  'body-seconds': { type: 'string', default: '30' },
  'drain-seconds': { type: 'string', default: '30' },
  'spec-sha256': { type: 'string' },
} as const;

type Flags = Readonly<Partial<Record<keyof typeof flags, string>>>;

/** Reads the command line and the token. Throws `usage` for a wrong command line, `config_invalid` for a missing token. */
export function readOptions(argv: readonly string[], env: NodeJS.ProcessEnv): ServerOptions {
  const values = parse(argv);
  return {
    oracles: required(values, 'oracles'),
    golden: values.golden ?? null,
    formula: formulaOf(required(values, 'formula')),
    host: required(values, 'host'),
    port: wholeNumber(values, 'port', 0, 65_535),
    workers: wholeNumber(values, 'workers', 1, 256),
    queue: wholeNumber(values, 'queue', 1, 1_000_000),
    itemMs: milliseconds(values, 'item-seconds'),
    bodyMs: milliseconds(values, 'body-seconds'),
    drainMs: milliseconds(values, 'drain-seconds'),
    specSha256: values['spec-sha256'] ?? null,
    token: tokenOf(env),
  };
}

function parse(argv: readonly string[]): Flags {
  try {
    return parseArgs({ args: [...argv], options: flags, strict: true, allowPositionals: false }).values;
  } catch (cause) {
    throw new MendloopError('usage', 'the command line is not understood', { cause });
  }
}

function required(values: Flags, name: keyof Flags): string {
  const value = values[name] ?? '';
  if (value === '') throw new MendloopError('usage', `--${name} is required`);
  return value;
}

function formulaOf(name: string): string {
  if (formulaNames.includes(name)) return name;
  throw new MendloopError('usage', `--formula must be one of ${formulaNames.join(', ')}`);
}

function wholeNumber(values: Flags, name: keyof Flags, min: number, max: number): number {
  const text = required(values, name);
  const value = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
  if (value >= min && value <= max) return value;
  throw new MendloopError('usage', `--${name} must be a whole number from ${min} to ${max}`);
}

/** Seconds, with decimals. */
function milliseconds(values: Flags, name: keyof Flags): number {
  const text = required(values, name);
  const value = /^\d{1,6}(\.\d{1,3})?$/.test(text) ? Number(text) * 1000 : Number.NaN;
  if (value >= 1 && value <= 86_400_000) return value;
  throw new MendloopError('usage', `--${name} must be a number of seconds from 0.001 to 86400`);
}

function tokenOf(env: NodeJS.ProcessEnv): string {
  const token = env['MENDLOOP_REWARD_TOKEN'] ?? '';
  if (/^[\x21-\x7e]+$/.test(token)) return token;
  const what = token === '' ? 'is not set' : 'holds a character that no header may have';
  throw new MendloopError('config_invalid', `MENDLOOP_REWARD_TOKEN ${what}`);
}
