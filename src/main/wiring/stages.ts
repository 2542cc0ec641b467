import { collectStage } from '../../collect/stage.ts';
import { consentStage } from '../../consent/stage.ts';
import type { TokenGrants } from '../../domain/permissions.ts';
import { type DeclaredWrite, repositoryWrites } from '../../github/writes.ts';
import { intakeStage } from '../../intake/stage.ts';
import type { JobTable } from '../../jobs/queue.ts';
import { foldKinds, foldRoutes, foldTokens } from '../../stage/fold.ts';
import { trainStage } from '../../train/stage.ts';

// The token broker, which holds the App's key, loads this file: it loads declarations, and none of their handlers.

const stages = [intakeStage, consentStage, collectStage, trainStage] as const;
const kinds = foldKinds(stages);

/** Every kind of job. A kind of `JobKinds` that no stage in the list declares does not compile here. */
export const jobKinds: JobTable = kinds;

/** What follows from the deliveries of a repository. */
export const routes = foldRoutes(stages);

/** What the token broker hands out: to kinds of job, and to the two parts of the App that ask GitHub about the App. */
export const tokenGrants: TokenGrants = {
  ...foldTokens(kinds),
  'own-login': { installation: null, asApp: true },
  doctor: { installation: null, asApp: true },
};

/** Throws for a declared write of a kind that is not in the `publish` queue, which runs one job at a time. */
export function assertPublished(table: JobTable, writes: readonly DeclaredWrite[]): void {
  const queueOf = new Map(Object.entries(table).map(([kind, { queue }]) => [kind, queue]));
  for (const { kind, route } of writes)
    if (queueOf.get(kind) !== 'publish')
      throw new TypeError(`${kind} may not write to ${route}: it does not publish`);
}

assertPublished(jobKinds, repositoryWrites);
