/** Schedulers of the product's configuration, each also its cluster's name. */
export const kinds = ['local', 'ray', 'slurm'] as const;
export type Kind = (typeof kinds)[number];
