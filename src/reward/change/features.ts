import type { ChangeBlock } from './changes.ts';
import { codeReader } from './code-line.ts';
import type { CodeLine } from './code-line.ts';
import { placeOf } from './place.ts';
import type { Place } from './place.ts';

/** The features by which changes of a file are compared. Code means text without comments and white space. */
export interface Features {
  /** Tokens of the added lines. */
  readonly added: Bag;
  /** Pairs of neighbouring tokens that blocks add (`+`) or remove (`-`); a pair that a block removes and adds cancels out. */
  readonly net: Bag;
  /** The added pairs of `net`, without lines that copy an old line of the hunk. */
  readonly fresh: Bag;
  /** The changed old lines with three lines on each side. */
  readonly place: Place;
  /** The blocks, character by character. */
  readonly blocks: Bag;
  /** The changed lines, character by character, with their marks. */
  readonly lines: Bag;
}

const cache = new WeakMap<readonly ChangeBlock[], Features>();

/** Cached for each array of blocks: the comparison and the hack classes both call it, and it is most of their cost. */
export function featuresOf(path: string, blocks: readonly ChangeBlock[]): Features {
  const features = cache.get(blocks) ?? measured(path, blocks);
  cache.set(blocks, features);
  return features;
}

function measured(path: string, blocks: readonly ChangeBlock[]): Features {
  const codes = codeReader(path);
  const bags = { added: bag(), net: bag(), fresh: bag(), blocks: bag(), lines: bag() };
  let hunk: readonly string[] | undefined;
  let shown = new Set<string>();
  for (const block of blocks) {
    if (block.hunk !== hunk) shown = new Set(codes(block.hunk).map(({ key }) => key));
    hunk = block.hunk;
    const added = codes(block.added);
    const removed = codes(block.removed);
    for (const { tokens } of added) for (const token of tokens) addTo(bags.added, token);
    addNet(bags.net, netPairs(added, removed), true);
    const fresh = added.filter(({ key }) => !shown.has(key));
    addNet(bags.fresh, netPairs(fresh, removed), false);
    addVerbatim(bags, block);
  }
  return { ...bags, place: placeOf(blocks) };
}

function bag(): Map<string, number> {
  return new Map();
}

/** Counts pairs of neighbouring tokens, including the two ends of each line: positive where added, negative where removed. */
function netPairs(added: readonly CodeLine[], removed: readonly CodeLine[]): Bag {
  const net = bag();
  for (const { tokens } of added) addPairs(net, tokens, 1);
  for (const { tokens } of removed) addPairs(net, tokens, -1);
  return net;
}

function addPairs(into: Map<string, number>, tokens: readonly string[], count: 1 | -1): void {
  if (tokens.length === 0) return;
  let before = '';
  for (const token of tokens) {
    addTo(into, `${before} ${token}`, count);
    before = token;
  }
  addTo(into, `${before} `, count);
}

function addNet(into: Map<string, number>, net: Bag, withRemoved: boolean): void {
  for (const [pair, count] of net) {
    if (count > 0) addTo(into, `+${pair}`, count);
    else if (withRemoved) addTo(into, `-${pair}`, -count);
  }
}

function addVerbatim(
  into: { blocks: Map<string, number>; lines: Map<string, number> },
  block: ChangeBlock,
): void {
  const lines = [...block.removed.map((line) => `-${line}`), ...block.added.map((line) => `+${line}`)];
  addTo(into.blocks, lines.join('\n'));
  for (const line of lines) addTo(into.lines, line);
}

/** A multiset: the number of occurrences of each item, always above 0. */
export type Bag = ReadonlyMap<string, number>;

export function addTo(bag: Map<string, number>, item: string, count = 1): void {
  const sum = (bag.get(item) ?? 0) + count;
  if (sum === 0) bag.delete(item);
  else bag.set(item, sum);
}

export function bagSize(bag: Bag): number {
  let size = 0;
  for (const count of bag.values()) size += count;
  return size;
}

/** Dice's coefficient of two bags, 0..1; 1 for two empty bags. */
export function dice(a: Bag, b: Bag): number {
  const sizes = bagSize(a) + bagSize(b);
  return sizes === 0 ? 1 : (2 * common(a, b)) / sizes;
}

function common(a: Bag, b: Bag): number {
  let shared = 0;
  for (const [item, count] of a) shared += Math.min(count, b.get(item) ?? 0);
  return shared;
}
