import { mayAdminister, mayRead, type Visitor } from '../page/visitor.ts';

/** What someone may do with a round, by the repositories that its snapshot was made of. */
export interface RoundRights {
  /** Figures: whoever may read one of the repositories. */
  readonly see: boolean;
  /** Answers of the model, which quote what it was trained on: whoever may read all of them. */
  readonly read: boolean;
  /** Whoever administers all of them. */
  readonly cancel: boolean;
}

/** A round without a snapshot belongs to no repository: only the person at the machine sees it. */
export function rightsIn(visitor: Visitor, repositories: readonly number[]): RoundRights {
  if (visitor.at === 'loopback') return { see: true, read: true, cancel: true };
  const see = repositories.some((id) => mayRead(visitor, id));
  return {
    see,
    read: see && repositories.every((id) => mayRead(visitor, id)),
    cancel: see && repositories.every((id) => mayAdminister(visitor, id)),
  };
}
