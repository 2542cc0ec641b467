import { dateAt, dayAfter, instantOf } from './zone-time.ts';

/** When rounds begin: a time of day such as `02:30` in a time zone of the IANA database. */
export interface NightSchedule {
  readonly at: string;
  readonly timeZone: string;
}

export interface DueNight {
  /** The date of the schedule's calendar on which it begins. */
  readonly night: string;
  /** When it was to begin. */
  readonly begins: Date;
}

/** The latest night that began at or before `now`. */
export function latestNight(now: Date, { at, timeZone }: NightSchedule): DueNight {
  const today = dateAt(now.getTime(), timeZone);
  // A date that the zone left out begins a day later, so that not even yesterday's need have begun.
  for (let back = -1; back <= 2; back += 1) {
    const night = dayAfter(today, -back);
    const begins = instantOf(night, at, timeZone);
    if (begins <= now.getTime()) return { night, begins: new Date(begins) };
  }
  throw new RangeError('no night began within three days');
}

/**
 * The night that a round is due for; null where it had its round. However many were missed, it is the latest one only. Where
 * there never was a round, a night is due for `windowHours` after its beginning: a schedule that is set up at noon
 * begins with the next night.
 */
export function dueNight(
  now: Date,
  lastNight: string | null,
  schedule: NightSchedule,
  windowHours: number,
): DueNight | null {
  const latest = latestNight(now, schedule);
  if (lastNight !== null) return latest.night > lastNight ? latest : null;
  return now.getTime() - latest.begins.getTime() < windowHours * 3_600_000 ? latest : null;
}
