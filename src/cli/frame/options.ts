import { MendloopError } from '../../domain/errors.ts';

/** One option of a command: how the help shows the option, and how its text becomes a value of type `T`. */
export interface Option<T = unknown> {
  readonly type: 'boolean' | 'string';
  readonly about: string;
  /** What stands for the value in usage and help: `FILE`, `N`. */
  readonly value?: string;
  /** The text that stands for an option that is left out. */
  readonly default?: string;
  readonly isRequired?: boolean;
  /** Throws `usage`, naming the option. */
  read(text: string | boolean | undefined, name: string): T;
}

export type Options = Readonly<Record<string, Option>>;

/** The values of a command's options, by name. */
export type FlagsOf<O extends Options> = {
  readonly [Name in keyof O]: O[Name] extends Option<infer T> ? T : never;
};

export function usageError(message: string): MendloopError {
  return new MendloopError('usage', message);
}

/** `--name`: true or false. */
export function flag(about: string): Option<boolean> {
  return { type: 'boolean', about, read: (text) => text === true };
}

/** An option of every command that prints. */
export const json = flag('Print JSON instead of text.');

/** `--name VALUE`; null where it is left out. */
export function text(value: string, about: string): Option<string | null> {
  return { type: 'string', value, about, read: (given) => (typeof given === 'string' ? given : null) };
}

/** `--name VALUE`, which may not be left out. */
export function requiredText(value: string, about: string): Option<string> {
  const read = (given: string | boolean | undefined, name: string): string => {
    if (typeof given === 'string' && given !== '') return given;
    throw usageError(`--${name} is needed`);
  };
  return { type: 'string', value, about, isRequired: true, read };
}

interface Range {
  readonly min: number;
  readonly max: number;
}

function wholeOf(given: string, name: string, { min, max }: Range): number {
  const value = /^\d{1,9}$/.test(given) ? Number(given) : Number.NaN;
  if (value >= min && value <= max) return value;
  throw usageError(`--${name} must be a whole number from ${min} to ${max}`);
}

/** A whole number of at most nine digits. */
export function whole(
  value: string,
  about: string,
  range: Range & { readonly standard: number },
): Option<number> {
  const read = (given: string | boolean | undefined, name: string): number =>
    wholeOf(String(given), name, range);
  return { type: 'string', value, about, default: String(range.standard), read };
}

/** As {@link whole}; null where it is left out. */
export function optionalWhole(value: string, about: string, range: Range): Option<number | null> {
  const read = (given: string | boolean | undefined, name: string): number | null =>
    typeof given === 'string' ? wholeOf(given, name, range) : null;
  return { type: 'string', value, about, read };
}

function choiceOf<T extends string>(given: string, name: string, allowed: readonly T[]): T {
  const found = allowed.find((candidate) => candidate === given);
  if (found !== undefined) return found;
  throw usageError(`--${name} must be one of ${allowed.join(', ')}`);
}

/** One of a few words; null where it is left out. */
export function choice<T extends string>(
  value: string,
  about: string,
  allowed: readonly T[],
): Option<T | null> {
  const read = (given: string | boolean | undefined, name: string): T | null =>
    typeof given === 'string' ? choiceOf(given, name, allowed) : null;
  return { type: 'string', value, about, read };
}

/** As {@link choice}; `standard` where it is left out. */
export function choiceWithDefault<T extends string>(
  value: string,
  about: string,
  allowed: readonly T[],
  standard: T,
): Option<T> {
  const read = (given: string | boolean | undefined, name: string): T =>
    choiceOf(String(given), name, allowed);
  return { type: 'string', value, about, default: standard, read };
}
