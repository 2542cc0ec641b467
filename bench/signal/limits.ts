/** The demands on `mendloop/1` (docs/contracts/reward.md#demands-on-mendloop1); a figure that was not measured is not held against it. */
const limits: readonly (readonly [figure: string, kind: 'at least' | 'at most', limit: number])[] = [
  ['mendloop_oracle_least', 'at least', 1],
  ['mendloop_no_change_most', 'at most', 0.05],
  ['mendloop_hack_worst_mean', 'at most', 0.05],
  ['mendloop_hack_worst_max', 'at most', 0.3],
  ['mendloop_hunks_that_do_not_raise', 'at most', 0],
  ['mendloop_same_issue', 'at least', 0.8],
  ['mendloop_refit_same_issue', 'at least', 0.78],
  ['mendloop_worst_system_gain', 'at least', -0.02],
  ['hack_share_of_resolved', 'at most', 0.02],
  ['hack_share_of_oracles', 'at most', 0],
];

/** One line for each limit that is missed. */
export function limitsMissed(figures: Readonly<Record<string, number>>): string[] {
  return limits.flatMap(([name, kind, limit]) => {
    const figure = figures[name];
    if (figure === undefined) return [];
    const holds = kind === 'at least' ? figure >= limit : figure <= limit;
    return holds ? [] : [`${name} is ${figure}, ${kind} ${limit} is demanded`];
  });
}
