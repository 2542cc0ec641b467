import type { CrashDelivery } from './deliveries.ts';
import type { Facts, JobFact, TransitionFact } from './facts.ts';

export interface DeliveryCount {
  /** Deliveries whose whole effect is there exactly once. */
  readonly effects: number;
  /** Acknowledged, but a part of the effect is missing. */
  readonly lost: number;
  /** A part of the effect is there more than once. */
  readonly doubled: number;
  /** Transitions or jobs that do not belong to the delivery. */
  readonly wrong: number;
}

type Verdict = 'effect' | 'lost' | 'doubled' | 'wrong';

/** A dead job stays as `failed` beside the row that was put back for it, so those that failed are left out. */
function judge(
  delivery: CrashDelivery,
  transitions: readonly TransitionFact[],
  jobs: readonly JobFact[],
): Verdict {
  const expected = delivery.job === null ? 'ignored' : 'routed';
  const alive = jobs.filter((job) => job.state !== 'failed' && !job.deferred);
  const done = alive.filter((job) => job.state === 'completed');
  const wanted = delivery.job === null ? 0 : 1;
  if (transitions.length > 1 || alive.length > wanted) return 'doubled';
  if (transitions.length === 0 || done.length < wanted) return 'lost';
  const [transition] = transitions;
  const fits = transition?.from_status === 'received' && transition.to_status === expected;
  return fits && done.every((job) => job.kind === delivery.job) ? 'effect' : 'wrong';
}

/** Holds what was acknowledged against the transition rows and the job rows that it caused. */
export function countDeliveries(
  deliveries: readonly CrashDelivery[],
  acknowledged: (id: string) => boolean,
  facts: Facts,
): DeliveryCount {
  const ours = facts.transitions.filter(({ entity }) => entity === 'delivery');
  const transitions = Map.groupBy(ours, ({ entity_id }) => entity_id);
  const jobs = Map.groupBy(facts.jobs, ({ cause }) => cause);
  const counted: Record<Verdict, number> = { effect: 0, lost: 0, doubled: 0, wrong: 0 };
  for (const delivery of deliveries) {
    const verdict = judge(delivery, transitions.get(delivery.id) ?? [], jobs.get(delivery.id) ?? []);
    // One that was never acknowledged may be there or not, but not in parts and not twice.
    if (verdict === 'lost' && !acknowledged(delivery.id) && !facts.deliveries.has(delivery.id)) continue;
    counted[verdict] += 1;
  }
  const { effect: effects, ...rest } = counted;
  return { effects, ...rest };
}
