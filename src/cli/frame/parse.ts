import { parseArgs } from 'node:util';
import type { Command, OptionTexts } from './command.ts';
import { usageLine } from './help.ts';
import { usageError } from './options.ts';

export interface Invocation {
  readonly command: Command;
  readonly texts: OptionTexts;
  readonly args: readonly string[];
  readonly help: boolean;
}

/** The command with the longest name that the words begin with; null if there is none. */
export function findCommand(commands: readonly Command[], words: readonly string[]): Command | null {
  const named = (command: Command): boolean =>
    command.name.split(' ').every((word, index) => words[index] === word);
  const found = commands.filter(named).sort((a, b) => b.name.length - a.name.length);
  return found[0] ?? null;
}

function unknown(commands: readonly Command[], words: readonly string[]): never {
  const group = commands.filter((command) => command.name.startsWith(`${words[0]} `));
  if (group.length === 0) throw usageError(`there is no command ${words[0]}`);
  throw usageError(`one of: ${group.map((command) => command.name).join(', ')}`);
}

function readOptions(command: Command, argv: readonly string[]) {
  const help = { help: { type: 'boolean', short: 'h' } } as const;
  const options = Object.fromEntries(
    Object.entries(command.options).map(([name, { type, default: value }]) => [
      name,
      value === undefined ? { type } : { type, default: value },
    ]),
  );
  try {
    return parseArgs({
      args: [...argv],
      options: { ...options, ...help },
      allowPositionals: true,
      strict: true,
    });
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw usageError(error.message.split('. ')[0] ?? error.message);
  }
}

/** Reads the words after `mendloop`. Throws `usage`. */
export function parseInvocation(commands: readonly Command[], argv: readonly string[]): Invocation {
  const command = findCommand(commands, argv) ?? unknown(commands, argv);
  const { values, positionals } = readOptions(command, argv.slice(command.name.split(' ').length));
  const help = values['help'] === true;
  const [fewest, most] = command.arity;
  if (!help && (positionals.length < fewest || positionals.length > most)) {
    throw usageError(`usage: ${usageLine(command)}`);
  }
  return { command, texts: values, args: positionals, help };
}
