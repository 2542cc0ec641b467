import type { ConsentScope } from './consent.ts';

/*
 * Statuses of what GitHub reports, with the moves that each may make. GitHub alone decides most of them, so nearly every
 * move is possible.
 */

export type InstallationStatus = 'active' | 'suspended' | 'removed';

export const installationMoves = {
  active: ['suspended', 'removed'],
  suspended: ['active', 'removed'],
  removed: ['active', 'suspended'],
} as const satisfies Record<InstallationStatus, readonly InstallationStatus[]>;

export type RepositoryStatus = 'active' | 'removed';

export const repositoryMoves = {
  active: ['removed'],
  removed: ['active'],
} as const satisfies Record<RepositoryStatus, readonly RepositoryStatus[]>;

export type PullStatus = 'open' | 'closed' | 'merged';

/** A job may run long after the state that it was enqueued for, so that any state may follow any other. */
export const pullMoves = {
  open: ['closed', 'merged'],
  closed: ['open', 'merged'],
  merged: ['open', 'closed'],
} as const satisfies Record<PullStatus, readonly PullStatus[]>;

export const deliveryStates = ['received', 'routed', 'ignored', 'failed'] as const;
export type DeliveryState = (typeof deliveryStates)[number];

export const deliveryMoves = {
  received: ['routed', 'ignored', 'failed'],
  routed: [],
  ignored: [],
  failed: [],
} as const satisfies Record<DeliveryState, readonly DeliveryState[]>;

export const consentMoves = {
  none: ['collect', 'train', 'share'],
  collect: ['none', 'train', 'share'],
  train: ['none', 'collect', 'share'],
  share: ['none', 'collect', 'train'],
} as const satisfies Record<ConsentScope, readonly ConsentScope[]>;
