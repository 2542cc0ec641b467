import type { RoundState } from '../domain/round.ts';
import type { Stage } from '../stage/stage.ts';
import type { TrainForgetterDeps } from './forget.ts';
import type { RoundDeps } from './round/deps.ts';

declare module '../jobs/job.ts' {
  interface JobKinds {
    /** Takes a training round a step further, and enqueues the next step. */
    readonly 'round.advance': {
      readonly payload: { readonly round_id: string };
      /** The state that the round has reached; `busy` where another process is at it. */
      readonly outcome: RoundState | 'busy';
    };
  }
}

/** Ready instances become checkpoints, a round a night. */
export const trainStage: Stage<'round.advance', RoundDeps & TrainForgetterDeps> = {
  kinds: {
    'round.advance': {
      queue: 'round',
      key: ({ round_id }) => round_id,
      token: null,
      schedule: null,
      async handler() {
        const { roundJob } = await import('./round/drive.ts');
        return (deps, { round_id }, context) => roundJob(deps, round_id, context);
      },
    },
  },
  routes: {},
  forgetter: async () => (await import('./forget.ts')).trainForgetter,
};
