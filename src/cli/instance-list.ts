import { type Kysely, sql } from 'kysely';
import type { Database } from '../db/tables.ts';
import { type InstanceStatus, instanceStatuses } from '../domain/instance.ts';
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
  readonly status: InstanceStatus | null;
  readonly limit: number;
}

async function instances(db: Kysely<Database>, { repo, status, limit }: Filter) {
  return db
    .selectFrom('instance as i')
    .innerJoin('repository as r', 'r.repository_id', 'i.repository_id')
    .select((expression) => [
      'i.instance_id',
      'r.full_name as repo',
      'i.pull_number as pull',
      'i.status',
      sql<number[] | null>`i.body->'linked_issues'`.as('linked_issues'),
      sql<string[] | null>`i.body->'source_files'`.as('source_files'),
      sql<number | null>`(i.oracle_reward->>'reward')::float8`.as('oracle_reward'),
      expression
        .selectFrom('candidate as c')
        .select(({ fn }) => fn.countAll<number>().as('n'))
        .whereRef('c.instance_id', '=', 'i.instance_id')
        .as('candidates'),
    ])
    .$if(repo !== null, (query) =>
      query.where((test) => test(test.fn('lower', ['r.full_name']), '=', repo?.toLowerCase())),
    )
    .$if(status !== null, (query) => query.where('i.status', '=', status as InstanceStatus))
    .orderBy('r.full_name')
    .orderBy('i.pull_number')
    .limit(limit)
    .execute();
}

type InstanceRow = Awaited<ReturnType<typeof instances>>[number];

const columns = [
  { title: 'instance', cell: (row: InstanceRow) => row.instance_id },
  {
    title: 'status',
    cell: (row: InstanceRow) => row.status,
    colour: (row: InstanceRow) => (row.status === 'ready' ? ('green' as const) : null),
  },
  { title: 'issues', cell: (row: InstanceRow) => row.linked_issues?.map((n) => `#${n}`).join(' ') ?? null },
  { title: 'files', cell: (row: InstanceRow) => row.source_files?.length ?? null },
  { title: 'oracle', cell: (row: InstanceRow) => row.oracle_reward },
  { title: 'candidates', cell: (row: InstanceRow) => row.candidates },
];

async function run(context: CommandContext): Promise<ExitStatus> {
  const filter = {
    repo: textFlag(context, 'repo'),
    status: choiceFlag(context, 'status', instanceStatuses),
    limit: numberFlag(context, 'limit', 1, 1_000_000),
  };
  const rows = await withDatabase(({ db }) => instances(db, filter));
  await printRows(context, columns, rows);
  return 0;
}

export const instanceList: Command = {
  name: 'instance list',
  summary: 'List instances.',
  usage: '[--repo OWNER/NAME] [--status STATUS] [--limit N] [--json]',
  options: {
    repo: { type: 'string', value: 'OWNER/NAME', about: 'Only this repository.' },
    status: { type: 'string', value: 'STATUS', about: `One of ${instanceStatuses.join(', ')}.` },
    limit: { type: 'string', value: 'N', about: 'Rows at most.', default: '100' },
    ...jsonOption,
  },
  arity: [0, 0],
  run,
};
