import { bandsOf, likeness, type Signature } from './likeness.ts';

/** What the choice needs to know of an instance; none of its files. */
export interface Descriptor {
  readonly instance_id: string;
  readonly repository_id: number;
  readonly author: string | null;
  readonly merged_at: string;
  /** `repository_id#number` of each linked issue. */
  readonly issues: readonly string[];
  readonly signature: Signature;
  /** Equal for patches that change the same files in the same way, wherever in them; null where it changes no line. */
  readonly patchKey: string | null;
}

export interface SelectOptions {
  /** ISO time; null: the newest fifth is held out, and at least `leastHeldOut` where that leaves as many to train on. */
  readonly splitAt: string | null;
  readonly perRepository: number;
  readonly perAuthor: number;
}

export type Split = 'train' | 'held_out';
export type LeftOut = 'near_duplicate' | 'issue_on_both_sides' | 'cap_repository' | 'cap_author';

export interface Selection {
  readonly splitAt: string;
  readonly chosen: ReadonlyMap<string, Split>;
  readonly leftOut: Readonly<Partial<Record<LeftOut, number>>>;
}

const heldOutShare = 0.2;
const leastHeldOut = 8;
const alike = 0.9;

/**
 * Which instances train and which are held out. By time: what was merged before the split trains, the rest is held out. Of near-duplicates
 * the earliest stays; what is on both sides of the split by its issue or its likeness is taken out of training. Caps keep the newest.
 */
export function select(descriptors: readonly Descriptor[], options: SelectOptions): Selection {
  const ordered = descriptors.toSorted(byTime);
  const splitAt = options.splitAt ?? splitOf(ordered);
  const leftOut: Partial<Record<LeftOut, number>> = {};
  const drop = (why: LeftOut): void => {
    leftOut[why] = (leftOut[why] ?? 0) + 1;
  };
  const chosen = new Map<string, Split>();
  // Held-out instances come first: where two are alike across the split, it is the training row that goes.
  const kept = new Alike();
  const heldOutIssues = new Set<string>();
  for (const one of ordered.filter(({ merged_at }) => !isBefore(merged_at, splitAt))) {
    if (kept.holds(one)) {
      drop('near_duplicate');
      continue;
    }
    kept.add(one);
    for (const issue of one.issues) heldOutIssues.add(issue);
    chosen.set(one.instance_id, 'held_out');
  }
  const training: Descriptor[] = [];
  for (const one of ordered.filter(({ merged_at }) => isBefore(merged_at, splitAt))) {
    if (one.issues.some((issue) => heldOutIssues.has(issue))) drop('issue_on_both_sides');
    else if (kept.holds(one)) drop('near_duplicate');
    else {
      kept.add(one);
      training.push(one);
    }
  }
  for (const one of capped(training, options, drop)) chosen.set(one.instance_id, 'train');
  return { splitAt, chosen, leftOut };
}

/** Times may be written with or without milliseconds. */
function isBefore(time: string, other: string): boolean {
  return Date.parse(time) < Date.parse(other);
}

function byTime(a: Descriptor, b: Descriptor): number {
  if (a.merged_at !== b.merged_at) return a.merged_at < b.merged_at ? -1 : 1;
  return a.instance_id < b.instance_id ? -1 : 1;
}

function splitOf(ordered: readonly Descriptor[]): string {
  const wanted = Math.min(
    Math.max(Math.ceil(ordered.length * heldOutShare), leastHeldOut),
    ordered.length >> 1,
  );
  // With nothing to hold out, everything lies before the split.
  return ordered[ordered.length - wanted]?.merged_at ?? '9999-12-31T00:00:00Z';
}

function capped(
  training: readonly Descriptor[],
  { perRepository, perAuthor }: SelectOptions,
  drop: (why: LeftOut) => void,
): Descriptor[] {
  const repositories = new Map<number, number>();
  const authors = new Map<string, number>();
  const left: Descriptor[] = [];
  for (const one of training.toReversed()) {
    const ofRepository = repositories.get(one.repository_id) ?? 0;
    const ofAuthor = one.author === null ? 0 : (authors.get(one.author) ?? 0);
    if (ofRepository >= perRepository) drop('cap_repository');
    else if (ofAuthor >= perAuthor) drop('cap_author');
    else {
      repositories.set(one.repository_id, ofRepository + 1);
      if (one.author !== null) authors.set(one.author, ofAuthor + 1);
      left.push(one);
    }
  }
  return left;
}

/** Patches and signatures, found again by likeness. */
class Alike {
  readonly #patches = new Set<string>();
  readonly #byBand = new Map<string, Signature[]>();

  holds({ signature, patchKey }: Descriptor): boolean {
    if (patchKey !== null && this.#patches.has(patchKey)) return true;
    return bandsOf(signature).some((band) =>
      (this.#byBand.get(band) ?? []).some((other) => likeness(signature, other) >= alike),
    );
  }

  add({ signature, patchKey }: Descriptor): void {
    if (patchKey !== null) this.#patches.add(patchKey);
    for (const band of bandsOf(signature)) {
      const known = this.#byBand.get(band);
      if (known === undefined) this.#byBand.set(band, [signature]);
      else known.push(signature);
    }
  }
}
