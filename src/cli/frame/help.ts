import type { Command } from './command.ts';
import type { Option } from './options.ts';

function columns(rows: readonly (readonly [string, string])[]): string {
  const width = Math.max(...rows.map(([left]) => left.length));
  return rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}\n`).join('');
}

function optionLine([name, option]: [string, Option]): [string, string] {
  const value = option.type === 'string' ? ` ${option.value ?? 'TEXT'}` : '';
  const fallback = option.default === undefined ? '' : ` Default: ${option.default}.`;
  return [`--${name}${value}`, `${option.about}${fallback}`];
}

function optionUsage([name, { type, value = 'TEXT', isRequired = false }]: [string, Option]): string {
  const usage = type === 'string' ? `--${name} ${value}` : `--${name}`;
  return isRequired ? usage : `[${usage}]`;
}

/** The usage of a command: its arguments, then its required and its optional options. */
export function usageLine({ name, args, options }: Command): string {
  const entries = Object.entries(options);
  const required = entries.filter(([, { isRequired }]) => isRequired === true);
  const optional = entries.filter(([, { isRequired }]) => isRequired !== true);
  const parts = ['mendloop', name, args, ...[...required, ...optional].map(optionUsage)];
  return parts.filter((part) => part !== '').join(' ');
}

/** The help of one command. */
export function commandHelp(command: Command): string {
  const options = Object.entries(command.options).map(optionLine);
  const head = `${command.summary}\n\nUsage: ${usageLine(command)}\n`;
  return options.length === 0 ? head : `${head}\nOptions:\n${columns(options)}`;
}

/** The list of all commands. */
export function overview(commands: readonly Command[]): string {
  const lines = commands.map((command) => [command.name, command.summary] as const);
  return [
    'Mendloop learns to fix your issues from the fixes that you merge.\n\n',
    'Usage: mendloop COMMAND [options]\n\n',
    'Commands:\n',
    columns([...lines, ['help COMMAND', 'Explain one command.'], ['--version', 'Print the version.']]),
    '\nStart with `mendloop doctor` to see what works on this machine, or `mendloop up` to run everything.\n',
    'Settings are environment variables: `mendloop config check` lists them.\n',
    'Exit status: 0 done, 1 failed, 2 wrong usage, 3 not configured, 4 refused by policy.\n',
  ].join('');
}
