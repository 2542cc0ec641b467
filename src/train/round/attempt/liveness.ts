/**
 * How long something stood still, by our own clock. It starts anew with the process, and a value that is unknown counts as
 * new: it may notice late, and never early.
 */
export class Liveness {
  readonly #seen = new Map<string, { readonly value: string; readonly since: number }>();

  /** Seconds since `value` is what `name` shows; `now` in milliseconds. */
  unchangedSeconds(name: string, value: string, now: number): number {
    const seen = this.#seen.get(name);
    if (seen?.value === value) return (now - seen.since) / 1000;
    this.#seen.set(name, { value, since: now });
    return 0;
  }

  /** Nothing of this round is of interest any more. */
  forget(round_id: string): void {
    for (const name of this.#seen.keys()) if (name.startsWith(`${round_id}/`)) this.#seen.delete(name);
  }
}
