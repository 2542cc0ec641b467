import { aliasNames } from '../../domain/round.ts';
import type { AliasChange } from '../../train/checkpoint/promote.ts';
import { type CommandContext, isSet, jsonOption, type Option } from '../frame/command.ts';

export const aliasOptions = {
  alias: {
    type: 'string',
    value: 'NAME',
    about: `One of ${aliasNames.join(', ')}.`,
    default: 'stable',
  },
  ...jsonOption,
} as const satisfies Record<string, Option>;

export async function printAliasChange(
  context: CommandContext,
  alias: string,
  { from, to }: AliasChange,
): Promise<void> {
  if (isSet(context, 'json')) await context.out.json({ alias, from, to });
  else if (from === to) await context.out.line(`${alias}: ${to} already`);
  else await context.out.line(`${alias}: ${from ?? 'base model'} → ${to ?? 'base model'}`);
}
