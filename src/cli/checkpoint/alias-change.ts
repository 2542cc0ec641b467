import path from 'node:path';
import { aliasNames } from '../../domain/round.ts';
import type { CheckpointDeps } from '../../train/checkpoint/deps.ts';
import type { AliasChange } from '../../train/checkpoint/promote.ts';
import { treeSha256 } from '../../train/checkpoint/tree-hash.ts';
import { type CommandContext, isSet, jsonOption, type Option } from '../frame/command.ts';
import type { CommandDatabase } from '../frame/database.ts';

export const aliasOptions = {
  alias: {
    type: 'string',
    value: 'NAME',
    about: `One of ${aliasNames.join(', ')}.`,
    default: 'stable',
  },
  ...jsonOption,
} as const satisfies Record<string, Option>;

/** A round's result lies in its folder below MENDLOOP_HOME, until the round's data is purged. */
export function checkpointDeps({ config, db }: CommandDatabase): CheckpointDeps {
  const rounds = path.join(config.home, 'rounds');
  return { db, treeSha256: ({ round_id }) => treeSha256(path.join(rounds, round_id, 'out')), serve: null };
}

export async function printAliasChange(
  context: CommandContext,
  alias: string,
  { from, to }: AliasChange,
): Promise<void> {
  if (isSet(context, 'json')) await context.out.json({ alias, from, to });
  else if (from === to) await context.out.line(`${alias}: ${to} already`);
  else await context.out.line(`${alias}: ${from ?? 'base model'} → ${to ?? 'base model'}`);
}
