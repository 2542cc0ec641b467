import { rejectionText, type RejectionReason } from '../../src/domain/rejection.ts';
import { columns } from './columns.ts';
import { roundTable } from './round-table.ts';
import type { Summary, SummaryInstance } from './summary.ts';

function reward(value: number | null): string {
  return value === null ? '–' : value.toFixed(3);
}

function instanceRow(instance: SummaryInstance): string[] {
  return [
    instance.instance_id,
    instance.base_commit.slice(0, 8),
    instance.linked_issues.map((number) => `#${number}`).join(' '),
    String(instance.files.length),
    String(instance.test_files.length),
    reward(instance.oracle_reward),
    instance.candidates
      .map(({ origin, rewards }) => `${origin} ${Object.values(rewards).map(reward).join(' ')}`)
      .join(', ') || '–',
  ];
}

/** The closing table: instances with their figures, what was refused and why, and what became of the round. */
export function table(summary: Summary): string {
  const head = ['instance', 'base', 'issues', 'source', 'tests', 'oracle', 'candidates (paper/1 mendloop/1)'];
  const byReason = Map.groupBy(summary.rejections, (rejection) => rejection.reason);
  const refused = [...byReason]
    .sort()
    .map(([reason, rejections]) => [
      reason,
      String(rejections.length),
      rejectionText[reason as RejectionReason] ?? '',
    ]);
  return [
    `${summary.instances.length} instances`,
    columns([head, ...summary.instances.map(instanceRow)]),
    '',
    `${summary.rejections.length} rejections`,
    refused.length > 0 ? columns(refused) : '',
    ...summary.rounds.flatMap((round) => ['', roundTable(round)]),
  ].join('\n');
}
