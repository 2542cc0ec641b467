import { parseArgs } from 'node:util';
import { type Tier, tiers } from './tiers.ts';

export interface Options {
  /** The tiers that were asked for, in their order. */
  readonly tiers: readonly Tier[];
  readonly full: boolean;
  /** Neither --all nor --full nor CI. */
  readonly isPlain: boolean;
  /** Missing Debian packages may be installed. */
  readonly system: boolean;
  /** Words and options that this program does not know: they go to the program of the only tier. */
  readonly more: readonly string[];
}

const known = {
  all: { type: 'boolean' },
  full: { type: 'boolean' },
  system: { type: 'boolean' },
  only: { type: 'string', multiple: true },
} as const;

/** CI runs every tier, and may install what is missing. Throws for an unknown tier. */
export function readOptions(args: readonly string[], isCi: boolean): Options {
  const { values, tokens } = parseArgs({ args: [...args], options: known, strict: false, tokens: true });
  const only = (values.only ?? []).map(String);
  const unknown = only.filter((name) => !tiers.some((tier) => tier.name === name));
  if (unknown.length > 0)
    throw new Error(`no tier ${unknown.join(', ')}; there are ${tiers.map(({ name }) => name).join(', ')}`);
  const full = values.full === true;
  const isAll = full || isCi || values.all === true;
  const isWanted = ({ name, isPlain }: Tier): boolean =>
    only.length > 0 ? only.includes(name) : isAll || isPlain;
  const more = tokens.flatMap((token) => {
    if (token.kind === 'positional') return [token.value];
    if (token.kind === 'option-terminator' || Object.hasOwn(known, token.name)) return [];
    return [token.inlineValue === true ? `${token.rawName}=${token.value}` : token.rawName];
  });
  if (more.length > 0 && only.length !== 1)
    throw new Error(`unknown: ${more.join(' ')}; words for a tier's own program need one --only TIER`);
  return {
    tiers: tiers.filter(isWanted),
    full,
    isPlain: !isAll,
    system: isCi || values.system === true,
    more,
  };
}
