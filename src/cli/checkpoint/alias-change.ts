import { aliasNames } from '../../domain/round.ts';
import type { AliasChange } from '../../train/checkpoint/promote.ts';
import { type JsonContext, jsonOption } from '../frame/command.ts';
import { choiceWithDefault } from '../frame/options.ts';

export const aliasOptions = {
  alias: choiceWithDefault('NAME', `One of ${aliasNames.join(', ')}.`, aliasNames, 'stable'),
  ...jsonOption,
} as const;

export async function printAliasChange(
  context: JsonContext,
  alias: string,
  { from, to }: AliasChange,
): Promise<void> {
  if (context.flags.json) await context.out.json({ alias, from, to });
  else if (from === to) await context.out.line(`${alias}: ${to} already`);
  else await context.out.line(`${alias}: ${from ?? 'base model'} → ${to ?? 'base model'}`);
}
