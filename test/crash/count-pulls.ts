import { instanceId } from '../../src/domain/ids.ts';
import type { Facts, TransitionFact } from './facts.ts';
import type { WorldPull } from './world-pull.ts';

export interface PullCount {
  readonly pulls: number;
  readonly merged: number;
  /** Pull requests without exactly one first observation, or with the wrong state in the end. */
  readonly misobserved: number;
  /** Merged ones without exactly one discovery and one verdict, or with the wrong verdict; unmerged ones with any. */
  readonly misjudged: number;
  /** Times that an instance was written anew. */
  readonly refreshes: number;
  /** Instances that were written anew more often than anything about them had changed. */
  readonly refreshedWithoutEvidence: number;
}

function moves(rows: readonly TransitionFact[], from: string | null, to?: string): number {
  return rows.filter((row) => row.from_status === from && (to === undefined || row.to_status === to)).length;
}

function observedOnce(pull: WorldPull, rows: readonly TransitionFact[]): boolean {
  const end = pull.fate === 'closed' ? 'closed' : 'merged';
  return moves(rows, null) === 1 && rows.at(-1)?.to_status === end;
}

function judgedOnce({ fate }: WorldPull, rows: readonly TransitionFact[]): boolean {
  if (fate === 'closed') return rows.length === 0;
  const refreshes = moves(rows, 'ready', 'ready');
  return (
    moves(rows, null, 'discovered') === 1 &&
    moves(rows, 'discovered', fate) === 1 &&
    rows.length === 2 + (fate === 'ready' ? refreshes : 0)
  );
}

/** Holds every pull request of the world against its transition rows. */
export function countPulls(pulls: readonly WorldPull[], facts: Facts): PullCount {
  const byEntity = Map.groupBy(facts.transitions, ({ entity, entity_id }) => `${entity} ${entity_id}`);
  const rowsOf = (entity: string, id: string) => byEntity.get(`${entity} ${id}`) ?? [];
  let [misobserved, misjudged, refreshes, refreshedWithoutEvidence] = [0, 0, 0, 0];
  for (const pull of pulls) {
    const { repo, repositoryId, number, evidence } = pull;
    if (!observedOnce(pull, rowsOf('pull_request', `${repositoryId}/${number}`))) misobserved += 1;
    const instance = rowsOf('instance', instanceId(repo, number));
    if (!judgedOnce(pull, instance)) misjudged += 1;
    const again = moves(instance, 'ready', 'ready');
    refreshes += again;
    if (again > evidence) refreshedWithoutEvidence += 1;
  }
  const merged = pulls.filter(({ fate }) => fate !== 'closed').length;
  return { pulls: pulls.length, merged, misobserved, misjudged, refreshes, refreshedWithoutEvidence };
}
