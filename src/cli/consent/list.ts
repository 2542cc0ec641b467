import { type ConsentRow, listConsent } from '../../queries/consent.ts';
import { type CommandContext, defineCommand, type ExitStatus, jsonOption } from '../frame/command.ts';
import { withDatabase } from '../frame/database.ts';
import { text } from '../frame/options.ts';
import { printRows } from '../frame/print-rows.ts';

/** A row as `--json` prints it. */
function printed({ full_name, consent, status, source, since, ...row }: ConsentRow) {
  return {
    repo: full_name,
    consent,
    private: row.private,
    status,
    source,
    since: since?.toISOString() ?? null,
  };
}

type PrintedConsent = ReturnType<typeof printed>;

const columns = [
  { title: 'repository', cell: (row: PrintedConsent) => row.repo },
  { title: 'consent', cell: (row: PrintedConsent) => row.consent },
  { title: 'visibility', cell: (row: PrintedConsent) => (row.private ? 'private' : 'public') },
  { title: 'status', cell: (row: PrintedConsent) => row.status },
  { title: 'by', cell: (row: PrintedConsent) => row.source },
  { title: 'since', cell: (row: PrintedConsent) => row.since },
];

const options = {
  repo: text('OWNER/NAME', 'Only this repository.'),
  ...jsonOption,
} as const;

async function run(context: CommandContext<typeof options>): Promise<ExitStatus> {
  const filters = { repository: context.flags.repo };
  const query = { sort: 'repository', direction: 'asc', filters, limit: null } as const;
  const rows = (await withDatabase(({ db }) => listConsent(db, null, query))).map(printed);
  await printRows(context, columns, rows);
  return 0;
}

export const consentList = defineCommand({
  name: 'consent list',
  summary: 'List what each repository allows.',
  options,
  run,
});
