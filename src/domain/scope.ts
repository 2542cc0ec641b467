/** Ids of the repositories whose rows may be read; null for every row, also the rows of no repository. */
export type Scope = readonly number[] | null;
