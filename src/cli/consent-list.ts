import type { Kysely } from 'kysely';
import type { Database } from '../db/tables.ts';
import { type Command, type CommandContext, type ExitStatus, jsonOption, textFlag } from './frame/command.ts';
import { withDatabase } from './frame/database.ts';
import { printRows } from './frame/print-rows.ts';

interface ConsentRow {
  readonly repo: string;
  readonly consent: string;
  readonly private: boolean;
  readonly status: string;
  readonly source: string | null;
  readonly since: string | null;
}

/** The index consent_event_repository finds the latest change of each repository. */
async function consents(db: Kysely<Database>, repo: string | null): Promise<ConsentRow[]> {
  const rows = await db
    .selectFrom('repository as r')
    .leftJoinLateral(
      (from) =>
        from
          .selectFrom('consent_event as e')
          .select(['e.source', 'e.at'])
          .whereRef('e.repository_id', '=', 'r.repository_id')
          .orderBy('e.consent_event_id', 'desc')
          .limit(1)
          .as('last'),
      (join) => join.onTrue(),
    )
    .select(['r.full_name as repo', 'r.consent', 'r.private', 'r.status', 'last.source', 'last.at'])
    .$if(repo !== null, (query) =>
      query.where((test) => test(test.fn('lower', ['r.full_name']), '=', repo?.toLowerCase())),
    )
    .orderBy('r.full_name')
    .orderBy('r.repository_id')
    .execute();
  return rows.map(({ at, ...row }) => ({ ...row, since: at?.toISOString() ?? null }));
}

const columns = [
  { title: 'repository', cell: (row: ConsentRow) => row.repo },
  { title: 'consent', cell: (row: ConsentRow) => row.consent },
  { title: 'visibility', cell: (row: ConsentRow) => (row.private ? 'private' : 'public') },
  { title: 'status', cell: (row: ConsentRow) => row.status },
  { title: 'by', cell: (row: ConsentRow) => row.source },
  { title: 'since', cell: (row: ConsentRow) => row.since },
];

async function run(context: CommandContext): Promise<ExitStatus> {
  const rows = await withDatabase(({ db }) => consents(db, textFlag(context, 'repo')));
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
