import type { Kysely } from 'kysely';
import type { Database, StoredReward } from '../db/tables.ts';
import { MendloopError } from '../domain/errors.ts';
import { rejectionText } from '../domain/rejection.ts';
import { readCandidates, withLabels } from '../instance/read.ts';
import { fullRow } from './export/full-row.ts';
import { type Command, type CommandContext, type ExitStatus, isSet, jsonOption } from './frame/command.ts';
import { withDatabase } from './frame/database.ts';
import { printable } from './frame/table.ts';

async function readInstance(db: Kysely<Database>, id: string) {
  const found = await db
    .selectFrom('instance as i')
    .innerJoin('repository as r', 'r.repository_id', 'i.repository_id')
    .leftJoin('instance_rejection as j', 'j.instance_id', 'i.instance_id')
    .select([
      'i.instance_id',
      'r.full_name as repo',
      'i.pull_number',
      'i.status',
      'i.body',
      'i.oracle_reward',
    ])
    .select(['j.reason', 'j.detail'])
    .where('i.instance_id', '=', id)
    .executeTakeFirst();
  if (!found) throw new MendloopError('not_found', `there is no instance ${id}`);
  return found;
}

/** The index transition_entity finds them. */
function readHistory(db: Kysely<Database>, id: string) {
  return db
    .selectFrom('transition')
    .select(['from_status', 'to_status', 'event', 'reason', 'at'])
    .where('entity', '=', 'instance')
    .where('entity_id', '=', id)
    .orderBy('transition_id')
    .execute();
}

async function readAll(db: Kysely<Database>, id: string) {
  const { body, oracle_reward, reason, detail, ...head } = await readInstance(db, id);
  const [instance] = await withLabels(db, body === null ? [] : [body]);
  const candidates = (await readCandidates(db, [id])).get(id) ?? [];
  return {
    ...head,
    rejection: reason === null ? null : { reason, detail },
    instance: instance === undefined ? null : fullRow({ instance, oracle_reward, candidates }),
    history: await readHistory(db, id),
  };
}

type Shown = Awaited<ReturnType<typeof readAll>>;

function rewardText(reward: StoredReward | null): string {
  if (reward === null) return '-';
  return reward.reward === null
    ? `none (${reward.reason ?? reward.error ?? 'unknown'})`
    : String(reward.reward);
}

function instanceLines(instance: NonNullable<Shown['instance']>): string[] {
  const issues = instance.linked_issues.map((number) => `#${number}`).join(' ');
  return [
    `base       ${instance.base_commit}`,
    `fix        ${instance.fix_commit}`,
    `issues     ${issues}`,
    `licence    ${instance.licence ?? 'unknown'}`,
    `source     ${instance.source_files.join(' ')}`,
    `tests      ${instance.test_files.join(' ')}`,
    `oracle     ${rewardText(instance.oracle_reward)}`,
    ...instance.candidates.flatMap(({ origin, source, rewards }) =>
      Object.entries(rewards).map(
        ([formula, reward]) => `candidate  ${origin} ${source} ${formula} ${rewardText(reward)}`,
      ),
    ),
    '',
    instance.problem_statement,
    '',
    instance.patch,
  ];
}

function shownLines(shown: Shown): string[] {
  const { rejection, instance } = shown;
  return [
    `instance   ${shown.instance_id}`,
    `pull       ${shown.repo}#${shown.pull_number}`,
    `status     ${shown.status}`,
    ...(rejection === null ? [] : [`rejected   ${rejection.reason}: ${rejectionText[rejection.reason]}`]),
    ...shown.history.map(
      ({ at, from_status, to_status, event }) =>
        `history    ${at.toISOString()} ${event}: ${from_status ?? 'new'} → ${to_status}`,
    ),
    ...(instance === null ? [] : instanceLines(instance)),
  ];
}

async function run(context: CommandContext): Promise<ExitStatus> {
  const { out } = context;
  const shown = await withDatabase(({ db }) => readAll(db, context.args[0] ?? ''));
  if (isSet(context, 'json')) await out.json(shown);
  else await out.line(printable(shownLines(shown).join('\n')).trimEnd());
  return 0;
}

export const instanceShow: Command = {
  name: 'instance show',
  summary: 'Show one instance whole, with its history.',
  usage: 'ID [--json]',
  options: jsonOption,
  arity: [1, 1],
  run,
};
