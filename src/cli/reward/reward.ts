import { createReadStream } from 'node:fs';
import { availableParallelism } from 'node:os';
import { MendloopError } from '../../domain/errors.ts';
import { formulaNames } from '../../reward/formulas.ts';
import { wholeLines } from '../../scoring/lines.ts';
import { type CommandContext, defineCommand, type ExitStatus } from '../frame/command.ts';
import { flag, requiredText, whole, choiceWithDefault } from '../frame/options.ts';
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

const options = {
  in: requiredText('FILE', 'Rows to score; - is standard input.'),
  formula: choiceWithDefault('NAME', `One of ${formulaNames.join(', ')}.`, formulaNames, 'paper/1'),
  jobs: whole('N', `Threads; this machine has ${availableParallelism()} cores.`, {
    min: 1,
    max: 256,
    standard: 1,
  }),
  json: flag('Has no effect: the output is always JSON.'),
} as const;

async function run(context: CommandContext<typeof options>): Promise<ExitStatus> {
  const { in: file, formula, jobs } = context.flags;
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

export const reward = defineCommand({
  name: 'reward',
  summary: 'Score model answers: JSON lines in, JSON lines out in the same order.',
  options,
  run,
});
