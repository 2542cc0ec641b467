import { printResult } from '../../bench/machine.ts';
import { type Check, insideOf, killsOf, longest, type Outcome } from './checks.ts';

function seconds(ms: number): number {
  return Math.round(ms / 100) / 10;
}

function figuresOf(outcome: Outcome): Record<string, number> {
  const { load, killed, returned, deliveries, pulls, requests } = outcome;
  return {
    distinct_deliveries: load.distinct,
    sent: load.sends,
    sends_failed: load.failedSends,
    sends_given_up: load.givenUp,
    acknowledged: load.acknowledgedDistinct,
    effects: deliveries.effects,
    lost: deliveries.lost,
    doubled: deliveries.doubled,
    wrong: deliveries.wrong,
    kills: killed.strikes.length,
    kills_server: killsOf(killed, 'server'),
    kills_worker: killsOf(killed, 'worker'),
    kills_database: killsOf(killed, 'database'),
    kills_inside_transaction: insideOf(killed),
    kills_with_uncommitted_writes: killed.strikes.filter((strike) => strike.uncommittedWrites).length,
    unasked_ends: outcome.unaskedEnds,
    jobs_returned: returned.returnedMs.length,
    jobs_missing: returned.missing,
    longest_return_s: seconds(longest(returned.returnedMs)),
    jobs_requeued: outcome.requeued,
    jobs_dead: outcome.dead,
    jobs_unfinished: outcome.unfinished,
    pulls: pulls.pulls,
    pulls_merged: pulls.merged,
    instance_refreshes: pulls.refreshes,
    requests: requests.requests,
    requests_writing: requests.writes,
    redeliveries_asked: requests.redeliveriesAsked,
    pull_reads: requests.pullReads,
    graceful_stop_s: seconds(killed.gracefulStop.ms),
    graceful_stop_jobs_at_work: killed.gracefulStop.jobsBefore,
    seconds: outcome.seconds,
  };
}

function print(figures: Readonly<Record<string, number>>, checks: readonly Check[]): void {
  console.log('');
  for (const [name, figure] of Object.entries(figures))
    console.log(`${name.replaceAll('_', ' ').padEnd(32)}${String(figure).padStart(9)}`);
  console.log('');
  for (const { name, passed } of checks) console.log(`${passed ? 'ok    ' : 'FAILED'}  ${name}`);
}

/** Prints the table, the checked properties and the result line. Returns whether all held. */
export function report(outcome: Outcome, checks: readonly Check[]): boolean {
  const figures = figuresOf(outcome);
  print(figures, checks);
  const failed = checks.filter((check) => !check.passed).length;
  console.log(`\n${checks.length - failed} passed, ${failed} failed`);
  printResult('crash', figures);
  return failed === 0;
}
