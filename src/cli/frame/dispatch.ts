import type { Command, ExitStatus } from './command.ts';
import { reportFailure } from './failure.ts';
import { commandHelp, overview } from './help.ts';
import { usageError } from './options.ts';
import type { Output } from './output.ts';
import { findCommand, parseInvocation } from './parse.ts';
import type { Services } from './services.ts';

export interface Cli {
  readonly commands: readonly Command[];
  readonly version: string;
  readonly out: Output;
  readonly services: () => Promise<Services>;
}

async function help({ commands, out }: Cli, words: readonly string[]): Promise<ExitStatus> {
  const command = findCommand(commands, words);
  const group = commands.filter((one) => one.name.split(' ')[0] === words[0]);
  if (command) await out.write(commandHelp(command));
  else if (words.length === 0) await out.write(overview(commands));
  else if (group.length > 0) await out.write(group.map(commandHelp).join('\n'));
  else throw usageError(`there is no command ${words.join(' ')}`);
  return 0;
}

async function perform(cli: Cli, argv: readonly string[]): Promise<ExitStatus> {
  const [first, ...rest] = argv;
  if (first === undefined || first === '--help' || first === '-h') return help(cli, []);
  if (first === 'help') return help(cli, rest);
  if (first === '--version') {
    await cli.out.line(cli.version);
    return 0;
  }
  const { command, texts, args, help: wanted } = parseInvocation(cli.commands, argv);
  if (wanted) return help(cli, command.name.split(' '));
  return command.run({ texts, args, out: cli.out, services: cli.services });
}

/** Runs one command line. Reports failures on standard error and does not throw. */
export async function dispatch(cli: Cli, argv: readonly string[]): Promise<ExitStatus> {
  try {
    return await perform(cli, argv);
  } catch (error) {
    return reportFailure(error, cli.out);
  }
}
