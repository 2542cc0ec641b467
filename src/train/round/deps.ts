import type { JobQueue } from '../../jobs/queue.ts';
import type { AttemptDeps } from './attempt/look.ts';
import type { FinishDeps } from './finish/decide-promotion.ts';
import type { PrepareDeps } from './prepare/prepare.ts';

/** What the whole life of a round needs: the sum of what its parts need. */
export interface RoundDeps extends PrepareDeps, AttemptDeps, FinishDeps {
  readonly queue: JobQueue;
}
