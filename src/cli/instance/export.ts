import { MendloopError } from '../../domain/errors.ts';
import { forEachReady, type ReadyInstance } from '../../instance/read.ts';
import { type CommandContext, defineCommand, type ExitStatus } from '../frame/command.ts';
import { withDatabase } from '../frame/database.ts';
import { flag, text, choice, usageError } from '../frame/options.ts';
import { fullRow } from './full-row.ts';
import { orderedJson } from './ordered-json.ts';
import { writeLines } from './sink.ts';
import { sweBenchRow } from './swe-bench-row.ts';
import { trainerRow } from './trainer-row.ts';

interface Format {
  /** What a repository must allow for its rows to be written. */
  readonly consent: 'collect' | 'train';
  /** Null where the form cannot express the instance. */
  readonly row: (ready: ReadyInstance) => object | null;
}

const formats = {
  'swe-bench': { consent: 'collect', row: ({ instance }) => sweBenchRow(instance) },
  trainer: { consent: 'train', row: ({ instance }) => trainerRow(instance) },
} satisfies Record<string, Format>;
const full: Format = { consent: 'collect', row: fullRow };

const formatNames = Object.keys(formats) as (keyof typeof formats)[];

function chosenFormat(name: keyof typeof formats | null, json: boolean): Format {
  if (!json) return formats[name ?? 'swe-bench'];
  if (name !== null) throw usageError('--json has a form of its own: leave --format out');
  return full;
}

const options = {
  format: choice(
    'FORMAT',
    'swe-bench (the default): its fields exactly. trainer: issue, files and oracle, where training is allowed.',
    formatNames,
  ),
  repo: text('OWNER/NAME', 'Only this repository.'),
  out: text('FILE', 'Write to a file, which appears whole or not at all.'),
  json: flag('All fields, candidates and rewards; the same data gives the same bytes.'),
} as const;

async function run(context: CommandContext<typeof options>): Promise<ExitStatus> {
  const { consent, row } = chosenFormat(context.flags.format, context.flags.json);
  const { repo, out: file } = context.flags;
  if (repo !== null && !/^[^/\s]+\/[^/\s]+$/.test(repo)) {
    throw new MendloopError('input_invalid', '--repo is not of the form OWNER/NAME');
  }
  const counts = { written: 0, skipped: 0 };
  await withDatabase(({ db }) =>
    writeLines(context.out, file, (line) =>
      forEachReady(db, { repo, consent }, async (ready) => {
        const written = row(ready);
        counts[written === null ? 'skipped' : 'written'] += 1;
        if (written !== null) await line(orderedJson(written));
      }),
    ),
  );
  const skipped =
    counts.skipped === 0 ? '' : `, ${counts.skipped} left out: no answer can express their oracle`;
  if (file !== null || skipped !== '') context.out.note(`${counts.written} instances${skipped}`);
  return 0;
}

export const instanceExport = defineCommand({
  name: 'instance export',
  summary: 'Write the ready instances as JSON lines, by repository and pull number.',
  options,
  run,
});
