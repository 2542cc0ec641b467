import { MendloopError } from '../../domain/errors.ts';
import { hasRoundEnded, type RoundState } from '../../domain/round.ts';
import { findRound, type RoundDetail } from '../../queries/rounds.ts';
import { snapshotRepositories } from '../../queries/snapshots.ts';
import type { DashboardDeps, WebContext } from '../page/environment.ts';
import { type RoundRights, rightsIn } from './rights.ts';

export function isOver({ state }: { readonly state: RoundState }): boolean {
  return hasRoundEnded(state);
}

export interface SeenRound {
  readonly round: RoundDetail;
  readonly rights: RoundRights;
}

/** The round of the address. Throws `not_found` also where the visitor may not see it. */
export async function seenRound({ db }: Pick<DashboardDeps, 'db'>, c: WebContext): Promise<SeenRound> {
  const round = await findRound(db, (c.req.param('id') ?? '').replaceAll('\u0000', ''));
  const rights = rightsIn(c.get('visitor'), await snapshotRepositories(db, round?.snapshot_id ?? null));
  if (round !== undefined && rights.see) return { round, rights };
  throw new MendloopError('not_found', 'There is no such round.');
}
