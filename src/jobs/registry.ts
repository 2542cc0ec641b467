/** What each kind of job needs to know. Payloads hold numbers and hashes only: a job row outlives a purge. */
export interface JobPayloads {
  'collect.pull': {
    readonly repository_id: number;
    readonly number: number;
    /** Heads that the event named; each is kept as a revision of the pull request. */
    readonly head_shas: readonly string[];
  };
  'collect.issue': { readonly repository_id: number; readonly number: number };
  'repository.purge': { readonly repository_id: number; readonly cause: string };
  'installation.sync': { readonly installation_id: number };
  'deliveries.sweep': { readonly slot: string };
  'payloads.expire': { readonly slot: string };
  'round.advance': { readonly round_id: string };
}
export type JobKind = keyof JobPayloads;

export const queueNames = ['repository', 'installation', 'system', 'round'] as const;
export type QueueName = (typeof queueNames)[number];

/** Jobs that failed for good wait here, to be read and requeued by a person. */
export const deadQueue = 'dead';

interface KindEntry<K extends JobKind> {
  readonly queue: QueueName;
  /** Jobs of one queue and key never overlap, on any number of workers. */
  readonly key: (payload: JobPayloads[K]) => string;
}

/**
 * Every kind of job. All kinds that touch one repository share the `repository` queue: a purge can then never run
 * beside the collecting of the same repository. What a kind may do on GitHub is declared in `domain/permissions.ts`.
 */
export const jobKinds: { readonly [K in JobKind]: KindEntry<K> } = {
  'collect.pull': { queue: 'repository', key: (payload) => String(payload.repository_id) },
  'collect.issue': { queue: 'repository', key: (payload) => String(payload.repository_id) },
  'repository.purge': { queue: 'repository', key: (payload) => String(payload.repository_id) },
  'installation.sync': { queue: 'installation', key: (payload) => String(payload.installation_id) },
  'deliveries.sweep': { queue: 'system', key: () => 'deliveries.sweep' },
  'payloads.expire': { queue: 'system', key: () => 'payloads.expire' },
  'round.advance': { queue: 'round', key: (payload) => payload.round_id },
};

export function isJobKind(text: string): text is JobKind {
  return Object.hasOwn(jobKinds, text);
}
