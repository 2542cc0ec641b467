import type { ConsentScope } from '../domain/consent.ts';
import type { IgnoreReason, RepositoryDelivery, RepositoryEvent } from '../domain/delivery.ts';
import type { TokenGrant, TokenGrants } from '../domain/permissions.ts';
import type { JobKind, JobRequest, ScheduledKind } from '../jobs/job.ts';
import type { Tick } from '../jobs/ticker.ts';
import type { BoundHandler, Handlers } from '../jobs/worker.ts';
import type { Forgetter, KindDeclaration, Stage, StageRoute } from './stage.ts';

/** Any stage, whatever its kinds and dependencies. */
interface AnyStage {
  readonly kinds: Readonly<Record<string, { readonly token: TokenGrant | null }>>;
  readonly routes: Readonly<Partial<Record<RepositoryEvent, StageRoute<JobKind>>>>;
}

type Intersection<Union> = (Union extends unknown ? (part: Union) => void : never) extends (
  part: infer All,
) => void
  ? All
  : never;

/** Every declared kind by its name. Throws when two stages declare one kind. */
export function foldKinds<const Stages extends readonly AnyStage[]>(
  stages: Stages,
): Intersection<Stages[number]['kinds']> {
  const kinds = new Map<string, unknown>();
  for (const stage of stages) {
    for (const [kind, declaration] of Object.entries(stage.kinds)) {
      if (kinds.has(kind)) throw new TypeError(`the kind of job ${kind} is declared twice`);
      kinds.set(kind, declaration);
    }
  }
  return Object.fromEntries(kinds) as Intersection<Stages[number]['kinds']>;
}

/** What the token broker hands out for each kind of job; a kind without a token is left out, and so refused. */
export function foldTokens(kinds: AnyStage['kinds']): TokenGrants {
  return Object.fromEntries(
    Object.entries(kinds).flatMap(([kind, { token }]) => (token === null ? [] : [[kind, token]])),
  );
}

/** Names the jobs of all stages that follow from a delivery, or why none does. */
export type RouteTable = Readonly<
  Partial<
    Record<
      RepositoryEvent,
      (delivery: RepositoryDelivery, consent: ConsentScope) => readonly JobRequest[] | IgnoreReason
    >
  >
>;

/** One delivery may concern several stages. Where none has a job, the reason of the first stage counts. */
function together(routes: readonly StageRoute<JobKind>[]): StageRoute<JobKind> {
  return (delivery, consent) => {
    const answers = routes.map((route) => route(delivery, consent));
    const jobs = answers.flatMap((answer) => (typeof answer === 'string' ? [] : answer));
    const reason = answers.find((answer) => typeof answer === 'string');
    return jobs.length === 0 && reason !== undefined ? reason : jobs;
  };
}

export function foldRoutes(stages: readonly AnyStage[]): RouteTable {
  const events = stages.flatMap(({ routes }) => Object.keys(routes) as RepositoryEvent[]);
  return Object.fromEntries(
    events.map((event) => [event, together(stages.flatMap(({ routes }) => routes[event] ?? []))]),
  );
}

/** A stage with its code loaded and its dependencies in place. */
export interface BoundStage<K extends JobKind> {
  readonly handlers: Handlers<K>;
  readonly ticks: readonly Tick[];
  readonly forgetter: Forgetter | null;
}

async function bindHandler<K extends JobKind, Deps>(
  { handler }: KindDeclaration<K, Deps>,
  deps: Deps,
): Promise<BoundHandler<K>> {
  const handle = await handler();
  return (payload, context) => handle(deps, payload, context);
}

/** Loads the code of a stage. */
export async function bindStage<K extends JobKind, Deps>(
  stage: Stage<K, Deps>,
  deps: Deps,
): Promise<BoundStage<K>> {
  const handlers: Partial<Handlers<K>> = {};
  const ticks: Tick[] = [];
  for (const kind of Object.keys(stage.kinds) as K[]) {
    const declaration: KindDeclaration<K, Deps> = stage.kinds[kind];
    Object.assign(handlers, { [kind]: await bindHandler(declaration, deps) });
    // The type of a declaration gives a schedule to scheduled kinds alone.
    if (declaration.schedule !== null)
      ticks.push({ kind: kind as K & ScheduledKind, cron: declaration.schedule(deps) });
  }
  const forgetter = stage.forgetter === null ? null : (await stage.forgetter())(deps);
  return { handlers: handlers as Handlers<K>, ticks, forgetter };
}
