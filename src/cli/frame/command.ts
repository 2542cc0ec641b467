import { MendloopError } from '../../domain/errors.ts';
import type { Output } from './output.ts';
import type { Services } from './services.ts';

/** 0 done, 1 failed, 2 wrong usage, 3 not configured, 4 refused by policy. */
export type ExitStatus = 0 | 1 | 2 | 3 | 4;

export interface Option {
  readonly type: 'boolean' | 'string';
  readonly about: string;
  /** What stands for the value in the help: `FILE`, `N`. */
  readonly value?: string;
  readonly default?: string;
}

export type Flags = Readonly<Record<string, string | boolean | undefined>>;

/** What a command may touch: its arguments, its output, and the parts of the App that only `main` can put together. */
export interface CommandContext {
  readonly flags: Flags;
  readonly args: readonly string[];
  readonly out: Output;
  readonly services: Services;
}

export interface Command {
  /** One or two words: `up`, `instance list`. */
  readonly name: string;
  readonly summary: string;
  /** Arguments as the help shows them after the name. */
  readonly usage: string;
  readonly options: Readonly<Record<string, Option>>;
  /** Fewest and most arguments. */
  readonly arity: readonly [fewest: number, most: number];
  run(context: CommandContext): Promise<ExitStatus>;
}

export const jsonOption = { json: { type: 'boolean', about: 'Print JSON instead of text.' } } as const;

export function isSet(context: CommandContext, name: string): boolean {
  return context.flags[name] === true;
}

export function textFlag(context: CommandContext, name: string): string | null {
  const value = context.flags[name];
  return typeof value === 'string' ? value : null;
}

export function usageError(message: string): MendloopError {
  return new MendloopError('usage', message);
}

/** The option's value as a whole number; the option has a default. */
export function numberFlag(context: CommandContext, name: string, min: number, max: number): number {
  const text = textFlag(context, name) ?? '';
  const value = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
  if (value >= min && value <= max) return value;
  throw usageError(`--${name} must be a whole number from ${min} to ${max}`);
}

/** The option's value as one of a list; null when it is not given. */
export function choiceFlag<T extends string>(
  context: CommandContext,
  name: string,
  allowed: readonly T[],
): T | null {
  const text = textFlag(context, name);
  if (text === null) return null;
  const found = allowed.find((candidate) => candidate === text);
  if (found !== undefined) return found;
  throw usageError(`--${name} must be one of ${allowed.join(', ')}`);
}
