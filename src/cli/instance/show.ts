import type { Kysely } from 'kysely';
import type { Database } from '../../db/tables.ts';
import type { StoredReward } from '../../db/tables/instance.ts';
import { MendloopError } from '../../domain/errors.ts';
import { rejectionText } from '../../domain/rejection.ts';
import { readCandidates } from '../../instance/read.ts';
import { historyOf } from '../../queries/history.ts';
import { findInstance } from '../../queries/instances.ts';
import { defineCommand, type ExitStatus, type JsonContext, jsonOption } from '../frame/command.ts';
import { withDatabase } from '../frame/database.ts';
import { printable } from '../frame/table.ts';
import { fullRow } from './full-row.ts';

/** An instance as `--json` prints it. Throws `not_found`. */
async function readAll(db: Kysely<Database>, id: string) {
  const found = await findInstance(db, id);
  if (found === undefined) throw new MendloopError('not_found', `there is no instance ${id}`);
  const { body, oracle_reward, rejection } = found;
  const candidates = (await readCandidates(db, [id])).get(id) ?? [];
  const history = await historyOf(db, 'instance', id, null);
  return {
    instance_id: id,
    repo: found.repository,
    pull_number: found.pull_number,
    status: found.status,
    rejection,
    instance: body === null ? null : fullRow({ instance: body, oracle_reward, candidates }),
    history: history.map(({ job_id: _job, ...change }) => change),
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

async function run(context: JsonContext): Promise<ExitStatus> {
  const { out } = context;
  const shown = await withDatabase(({ db }) => readAll(db, context.args[0] ?? ''));
  if (context.flags.json) await out.json(shown);
  else await out.line(printable(shownLines(shown).join('\n')).trimEnd());
  return 0;
}

export const instanceShow = defineCommand({
  name: 'instance show',
  summary: 'Show one instance whole, with its history.',
  args: 'ID',
  options: jsonOption,
  arity: [1, 1],
  run,
});
