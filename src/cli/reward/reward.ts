import { createReadStream } from 'node:fs';
import { availableParallelism } from 'node:os';
import { MendloopError } from '../../domain/errors.ts';
import { formulaNames } from '../../reward/formulas.ts';
import { wholeLines } from '../../scoring/lines.ts';
import {
  choiceFlag,
  type Command,
  type CommandContext,
  type ExitStatus,
  numberFlag,
  textFlag,
  usageError,
} from '../frame/command.ts';
import { inOrder } from './in-order.ts';
import { startScorer } from './scorer.ts';

const progressEvery = 10_000;

async function* input(file: string): AsyncGenerator<Uint8Array> {
  try {
    yield* file === '-' ? process.stdin : createReadStream(file);
  } catch (cause) {
    throw new MendloopError('input_invalid', 'the file of --in cannot be read', { cause });
  }
}

async function run(context: CommandContext): Promise<ExitStatus> {
  const file = textFlag(context, 'in') ?? '';
  if (file === '') throw usageError('--in FILE is required; - is standard input');
  const formula = choiceFlag(context, 'formula', formulaNames) ?? '';
  const jobs = numberFlag(context, 'jobs', 1, 256);
  await using scorer = startScorer(jobs, formula);
  let done = 0;
  let bad = 0;
  for await (const scored of inOrder(wholeLines(input(file)), jobs * 3, (block) => scorer.score(block))) {
    if (scored.rows.length > 0) await context.out.line(scored.rows.join('\n'));
    bad += scored.bad;
    const before = done;
    done += scored.rows.length;
    if (Math.floor(done / progressEvery) > Math.floor(before / progressEvery))
      context.out.progress(`${done} rows`);
  }
  if (bad > 0) context.out.note(`mendloop: ${bad} of ${done} rows could not be read`);
  return bad > 0 ? 1 : 0;
}

export const reward: Command = {
  name: 'reward',
  summary: 'Score model answers: JSON lines in, JSON lines out in the same order.',
  usage: '--in FILE|- [--formula NAME] [--jobs N]',
  options: {
    in: { type: 'string', value: 'FILE', about: 'Rows to score; - is standard input.' },
    formula: {
      type: 'string',
      value: 'NAME',
      about: `One of ${formulaNames.join(', ')}.`,
      default: 'paper/1',
    },
    jobs: {
      type: 'string',
      value: 'N',
      about: `Threads; this machine has ${availableParallelism()} cores.`,
      default: '1',
    },
    json: { type: 'boolean', about: 'Has no effect: the output is always JSON.' },
  },
  arity: [0, 0],
  run,
};
