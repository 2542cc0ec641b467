/** A test that failed, or a file that failed outside its tests: then the name is empty or that of a group. */
export interface TestFailure {
  readonly name: string;
  readonly message: string;
}

export interface FileResult {
  /** Relative to the checkout. */
  readonly file: string;
  /** Loading, hooks and tests. */
  readonly seconds: number;
  readonly passed: number;
  readonly skipped: number;
  readonly failures: readonly TestFailure[];
}

/** What the reporter inside of vitest sends to the runner. */
export type TierMessage =
  | { readonly kind: 'files'; readonly count: number }
  | { readonly kind: 'file'; readonly result: FileResult }
  /** The process got a signal: vitest would wait for the tests at work. */
  | { readonly kind: 'signal'; readonly signal: NodeJS.Signals }
  | { readonly kind: 'end'; readonly errors: readonly string[] };

export interface TierFailure {
  /** File and name of the test, or what else failed. */
  readonly name: string;
  readonly message: string;
  /** The command that runs the test alone. */
  readonly command: string;
}

export interface TierResult {
  readonly name: string;
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  readonly seconds: number;
  readonly failures: readonly TierFailure[];
  /** Of a tier that vitest runs. */
  readonly files: readonly Pick<FileResult, 'file' | 'seconds'>[];
}
