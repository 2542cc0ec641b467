import type { Kysely, Selectable } from 'kysely';
import type { Database } from '../../../db/tables.ts';
import type { RoundTable } from '../../../db/tables/training.ts';
import { MendloopError } from '../../../domain/errors.ts';
import { type RoundSpec, roundSpec } from '../../../round-contract/round-spec.ts';
import { roundRequest, type RoundRequest } from './request.ts';

export type Round = Omit<Selectable<RoundTable>, 'request'> & { readonly request: RoundRequest };

/** Throws `not_found`. */
export async function readRound(db: Kysely<Database>, round_id: string): Promise<Round> {
  const round = await db.selectFrom('round').selectAll().where('round_id', '=', round_id).executeTakeFirst();
  if (!round) throw new MendloopError('not_found', `there is no round ${round_id}`);
  return { ...round, request: roundRequest.parse(round.request) };
}

/** The specification of a round that was prepared. */
export function specOf({ spec }: Pick<Round, 'spec'>): RoundSpec {
  return roundSpec.parse(spec);
}
