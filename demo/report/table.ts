import { rejectionText, type RejectionReason } from '../../src/domain/rejection.ts';
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

/** Aligns the columns of rows by their widest cell; the last column is free. */
function columns(rows: readonly (readonly string[])[]): string {
  const widths = rows.reduce<number[]>(
    (widest, row) => row.map((cell, index) => Math.max(widest[index] ?? 0, cell.length)),
    [],
  );
  const line = (row: readonly string[]) =>
    row.map((cell, index) => (index === row.length - 1 ? cell : cell.padEnd(widths[index] ?? 0))).join('  ');
  return rows.map(line).join('\n');
}

/** The closing table: instances with their figures, then what was refused and why. */
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
  ].join('\n');
}
