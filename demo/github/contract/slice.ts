import slice from './openapi-slice.json' with { type: 'json' };

export type Schema = { readonly [key: string]: unknown };

export interface Parameter {
  readonly name: string;
  readonly in: 'path' | 'query' | 'header';
  readonly required: boolean;
  readonly schema: Schema;
}

export interface Operation {
  readonly method: string;
  readonly path: string;
  readonly parameters: readonly Parameter[];
  readonly body: Schema | null;
  /** By status code; `null` for an answer without JSON. */
  readonly responses: Readonly<Record<string, Schema | null>>;
}

export interface Slice {
  /** Of the package that the slice was cut from. */
  readonly version: string;
  readonly operations: Readonly<Record<string, Operation>>;
  readonly $defs: Readonly<Record<string, Schema>>;
}

/** What `scripts/cut-openapi-slice.ts` cut out of GitHub's description. */
export function readSlice(): Slice {
  return slice as unknown as Slice;
}
