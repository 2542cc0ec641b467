const hour = 3_600_000;

/** Clocks of all zones lie between UTC-12 and UTC+14. */
const widest = 15 * hour;

const formats = new Map<string, Intl.DateTimeFormat>();

function formatOf(timeZone: string): Intl.DateTimeFormat {
  const known = formats.get(timeZone);
  if (known !== undefined) return known;
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone,
    calendar: 'iso8601',
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
  });
  formats.set(timeZone, format);
  return format;
}

/** What the zone's clocks show at an instant, as if they showed UTC; both in milliseconds since 1970, whole seconds. */
export function shownAt(instant: number, timeZone: string): number {
  const parts = formatOf(timeZone).formatToParts(instant);
  const part = (type: Intl.DateTimeFormatPartTypes): number =>
    Number(parts.find((one) => one.type === type)?.value);
  return Date.UTC(part('year'), part('month') - 1, part('day'), part('hour'), part('minute'), part('second'));
}

/** The date that the zone's calendar shows, as `2024-05-01`. */
export function dateAt(instant: number, timeZone: string): string {
  return new Date(shownAt(instant, timeZone)).toISOString().slice(0, 10);
}

export function dayAfter(date: string, days: number): string {
  return new Date(Date.parse(`${date}T00:00:00Z`) + days * 24 * hour).toISOString().slice(0, 10);
}

/** The first second from which on the zone's clocks are as far from UTC as at `after`. */
function changeBetween(before: number, after: number, timeZone: string): number {
  const offset = shownAt(after, timeZone) - after;
  let [low, high] = [before, after];
  while (high - low > 1000) {
    const middle = Math.floor((low + high) / 2000) * 1000;
    if (shownAt(middle, timeZone) - middle === offset) high = middle;
    else low = middle;
  }
  return high;
}

/**
 * The first instant at which the zone's clocks show this time of this date, or a later one where they never show it. A time
 * that they show twice is the first of the two.
 */
export function instantOf(date: string, time: string, timeZone: string): number {
  const wanted = Date.parse(`${date}T${time}:00Z`);
  const [before, after] = [wanted - widest, wanted + widest];
  const early = wanted - (shownAt(before, timeZone) - before);
  const late = wanted - (shownAt(after, timeZone) - after);
  if (early === late) return early;
  const change = changeBetween(before, after, timeZone);
  return early < change ? early : Math.max(change, late);
}
