import type { Kysely } from 'kysely';
import type { Database } from '../db/tables.ts';
import { type RejectionReason, rejectionReasons, rejectionText } from '../domain/rejection.ts';
import {
  choiceFlag,
  type Command,
  type CommandContext,
  type ExitStatus,
  jsonOption,
  numberFlag,
  textFlag,
} from './frame/command.ts';
import { withDatabase } from './frame/database.ts';
import { printRows } from './frame/print-rows.ts';

interface Filter {
  readonly repo: string | null;
  readonly reason: RejectionReason | null;
  readonly limit: number;
}

async function rejections(db: Kysely<Database>, { repo, reason, limit }: Filter) {
  const rows = await db
    .selectFrom('instance_rejection as j')
    .innerJoin('repository as r', 'r.repository_id', 'j.repository_id')
    .select(['r.full_name as repo', 'j.pull_number as pull', 'j.reason', 'j.detail'])
    .$if(repo !== null, (query) =>
      query.where((test) => test(test.fn('lower', ['r.full_name']), '=', repo?.toLowerCase())),
    )
    .$if(reason !== null, (query) => query.where('j.reason', '=', reason as RejectionReason))
    .orderBy('r.full_name')
    .orderBy('j.pull_number')
    .limit(limit)
    .execute();
  return rows.map((row) => ({ ...row, why: rejectionText[row.reason] }));
}

type Rejection = Awaited<ReturnType<typeof rejections>>[number];

const columns = [
  { title: 'repository', cell: (row: Rejection) => row.repo },
  { title: 'pull', cell: (row: Rejection) => row.pull },
  { title: 'reason', cell: (row: Rejection) => row.reason },
  { title: 'why', cell: (row: Rejection) => row.why },
];

async function run(context: CommandContext): Promise<ExitStatus> {
  const filter = {
    repo: textFlag(context, 'repo'),
    reason: choiceFlag(context, 'reason', rejectionReasons),
    limit: numberFlag(context, 'limit', 1, 1_000_000),
  };
  const rows = await withDatabase(({ db }) => rejections(db, filter));
  await printRows(context, columns, rows);
  return 0;
}

export const rejectionList: Command = {
  name: 'rejection list',
  summary: 'List the pull requests that did not become instances, and why.',
  usage: '[--repo OWNER/NAME] [--reason REASON] [--limit N] [--json]',
  options: {
    repo: { type: 'string', value: 'OWNER/NAME', about: 'Only this repository.' },
    reason: { type: 'string', value: 'REASON', about: 'Only this reason.' },
    limit: { type: 'string', value: 'N', about: 'Rows at most.', default: '100' },
    ...jsonOption,
  },
  arity: [0, 0],
  run,
};
