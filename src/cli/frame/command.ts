import { type FlagsOf, json, type Options } from './options.ts';
import type { Output } from './output.ts';
import type { Services } from './services.ts';

/** 0 done, 1 failed, 2 wrong usage, 3 not configured, 4 refused by policy. */
export type ExitStatus = 0 | 1 | 2 | 3 | 4;

/** What every command may use: its arguments, its output, and the adapters that `main` puts together. */
export interface CommandBase {
  readonly args: readonly string[];
  readonly out: Output;
  /** Loads the adapters: `help` and `reward` start without Probot and pg-boss. */
  readonly services: () => Promise<Services>;
}

export interface CommandContext<O extends Options> extends CommandBase {
  readonly flags: FlagsOf<O>;
}

export const jsonOption = { json } as const;
export type JsonContext = CommandContext<typeof jsonOption>;

interface Definition<O extends Options> {
  /** One or two words: `up`, `instance list`. */
  readonly name: string;
  readonly summary: string;
  /** Arguments as the usage shows them after the name: `ID`, `[NAME]`. */
  readonly args?: string;
  /** Fewest and most arguments; none unless given. */
  readonly arity?: readonly [fewest: number, most: number];
  readonly options: O;
  run(context: CommandContext<O>): Promise<ExitStatus>;
}

/** Option texts as they stand on the command line. */
export type OptionTexts = Readonly<Record<string, string | boolean | undefined>>;

export interface Command extends Omit<Required<Definition<Options>>, 'run'> {
  /** Throws `usage` for an option with an invalid text. */
  run(context: CommandBase & { readonly texts: OptionTexts }): Promise<ExitStatus>;
}

/** A command whose body gets the value of each option, with its type. */
export function defineCommand<const O extends Options>(definition: Definition<O>): Command {
  return {
    args: '',
    arity: [0, 0],
    ...definition,
    run: async ({ texts, ...context }) =>
      definition.run({ ...context, flags: readFlags(definition.options, texts) }),
  };
}

function readFlags<O extends Options>(options: O, texts: OptionTexts): FlagsOf<O> {
  const flags = Object.entries(options).map(([name, option]) => [name, option.read(texts[name], name)]);
  return Object.fromEntries(flags) as FlagsOf<O>;
}
