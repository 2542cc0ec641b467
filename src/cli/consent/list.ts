import { type ConsentRow, listConsent } from '../../queries/consent.ts';
import {
  type Command,
  type CommandContext,
  type ExitStatus,
  jsonOption,
  textFlag,
} from '../frame/command.ts';
import { withDatabase } from '../frame/database.ts';
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

async function run(context: CommandContext): Promise<ExitStatus> {
  const filters = { repository: textFlag(context, 'repo') };
  const query = { sort: 'repository', direction: 'asc', filters, limit: null } as const;
  const rows = (await withDatabase(({ db }) => listConsent(db, null, query))).map(printed);
  await printRows(context, columns, rows);
  return 0;
}

export const consentList: Command = {
  name: 'consent list',
  summary: 'List what each repository allows.',
  usage: '[--repo OWNER/NAME] [--json]',
  options: {
    repo: { type: 'string', value: 'OWNER/NAME', about: 'Only this repository.' },
    ...jsonOption,
  },
  arity: [0, 0],
  run,
};
