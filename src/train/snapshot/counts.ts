/** How many were left out for which reason; reasons in a fixed order. */
export class Counts {
  readonly #counts = new Map<string, number>();

  add(why: string, count = 1): void {
    if (count > 0) this.#counts.set(why, (this.#counts.get(why) ?? 0) + count);
  }

  all(): Record<string, number> {
    return Object.fromEntries([...this.#counts].sort(([a], [b]) => (a < b ? -1 : 1)));
  }
}
