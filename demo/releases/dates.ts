const hour = 3_600_000;
const day = 24 * hour;
const firstFixedDate = Date.UTC(2020, 0, 6, 12);

/**
 * When each release was published, in the order given and strictly increasing. The changelog's dates count where it
 * dates every release and never goes back. Otherwise the releases are set a week apart: the index's own dates can't
 * be trusted, since a mirror may show when it took its copy, and they would give other hashes on other machines.
 */
export function releaseDates(changelogDates: readonly (string | null)[]): Date[] {
  const times = changelogDates.map((date) => (date === null ? Number.NaN : Date.parse(`${date}T12:00:00Z`)));
  const credible = times.every((time, index) => time >= (times[index - 1] ?? 0));
  const chosen = credible ? times : times.map((_, index) => firstFixedDate + index * 7 * day);
  let previous = 0;
  return chosen.map((time) => {
    previous = Math.max(time, previous + hour);
    return new Date(previous);
  });
}

/** A moment between a base and its release: `share` of the way, at most three days before the release. */
export function momentBefore(base: Date, release: Date, share: number): Date {
  const span = Math.min(release.getTime() - base.getTime(), 3 * day);
  return new Date(release.getTime() - Math.round(span * (1 - share)));
}

export function daysAfter(date: Date, days: number): Date {
  return new Date(date.getTime() + days * day);
}
