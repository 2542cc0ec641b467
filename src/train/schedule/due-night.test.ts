import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dueNight } from './due-night.ts';
import { instantOf, shownAt } from './zone-time.ts';

const zones = [
  'UTC',
  'Europe/Berlin',
  'Europe/Dublin',
  'America/New_York',
  'America/St_Johns',
  'America/Santiago',
  'America/Sao_Paulo',
  'Africa/Cairo',
  'Asia/Kathmandu',
  'Australia/Adelaide',
  // Half an hour of summer time.
  'Australia/Lord_Howe',
  'Pacific/Chatham',
  'Pacific/Auckland',
  // Left 30 December 2011 out.
  'Pacific/Apia',
];
const zone = fc.constantFrom(...zones);
const minutes = fc.integer({ min: 0, max: 24 * 4 - 1 }).map((quarters) => quarters * 15);
const time = minutes.map((all) => new Date(all * 60_000).toISOString().slice(11, 16));
const date = fc
  .date({ min: new Date('2010-01-01'), max: new Date('2035-01-01'), noInvalidDate: true })
  .map((day) => day.toISOString().slice(0, 10));
const quarter = 15 * 60_000;
const hour = 3_600_000;
const patience = { numRuns: 300 };

/** Looks at the clocks of the zone every quarter of an hour. */
function firstShowing(wanted: number, timeZone: string): number {
  let instant = wanted - 16 * hour;
  while (shownAt(instant, timeZone) < wanted) instant += quarter;
  return instant;
}

describe('the instant of a local time', () => {
  it('is the first one at which the clocks show it or a later time', () => {
    fc.assert(
      fc.property(date, time, zone, (day, at, timeZone) => {
        const wanted = Date.parse(`${day}T${at}:00Z`);
        expect(instantOf(day, at, timeZone)).toBe(firstShowing(wanted, timeZone));
      }),
      patience,
    );
  });

  it.each([
    ['Europe/Berlin', '2026-03-29', '02:30', '2026-03-29T01:00:00.000Z', 'a time that does not exist'],
    ['Europe/Berlin', '2026-10-25', '02:30', '2026-10-25T00:30:00.000Z', 'the first of two'],
    ['America/New_York', '2026-03-08', '02:30', '2026-03-08T07:00:00.000Z', 'a time that does not exist'],
    ['America/New_York', '2026-11-01', '01:30', '2026-11-01T05:30:00.000Z', 'the first of two'],
    ['Australia/Lord_Howe', '2026-10-04', '02:15', '2026-10-03T15:30:00.000Z', 'half an hour left out'],
    ['Pacific/Auckland', '2026-09-27', '02:30', '2026-09-26T14:00:00.000Z', 'the southern spring'],
    ['America/Santiago', '2026-09-06', '00:30', '2026-09-06T04:00:00.000Z', 'midnight left out'],
    ['Pacific/Apia', '2011-12-30', '02:30', '2011-12-30T10:00:00.000Z', 'a day left out'],
  ])('%s %s %s is %s (%s)', (timeZone, day, at, expected) => {
    expect(new Date(instantOf(day, at, timeZone)).toISOString()).toBe(expected);
  });
});

const at = (text: string): Date => new Date(text);
const berlin = { at: '02:30', timeZone: 'Europe/Berlin' };

describe('the night that is due', () => {
  it('is none before its time, and itself from then on', () => {
    expect(dueNight(at('2026-06-02T00:29:59Z'), '2026-06-01', berlin, 8)).toBeNull();
    expect(dueNight(at('2026-06-02T00:30:00Z'), '2026-06-01', berlin, 8)?.night).toBe('2026-06-02');
    expect(dueNight(at('2026-06-02T00:30:00Z'), '2026-06-02', berlin, 8)).toBeNull();
  });

  it('is the latest one after many were missed', () => {
    const due = dueNight(at('2026-06-20T12:00:00Z'), '2026-06-01', berlin, 8);
    expect(due).toEqual({ night: '2026-06-20', begins: at('2026-06-20T00:30:00Z') });
  });

  it('waits for the next one where the first schedule is set up outside of its hours', () => {
    expect(dueNight(at('2026-06-20T12:00:00Z'), null, berlin, 8)).toBeNull();
    expect(dueNight(at('2026-06-20T03:00:00Z'), null, berlin, 8)?.night).toBe('2026-06-20');
  });

  it('comes once for every date, however the clock is looked at', () => {
    const steps = fc.array(fc.integer({ min: 1, max: 20 * 60 }), { minLength: 50, maxLength: 200 });
    fc.assert(
      fc.property(zone, time, date, steps, (timeZone, begin, from, looks) => {
        const schedule = { at: begin, timeZone };
        let now = Date.parse(`${from}T12:00:00Z`);
        let last = '2000-01-01';
        for (const step of looks) {
          const due = dueNight(new Date(now), last, schedule, 8);
          if (due !== null) {
            expect(due.night > last).toBe(true);
            expect(due.begins.getTime()).toBe(instantOf(due.night, begin, timeZone));
            last = due.night;
          }
          expect(dueNight(new Date(now), last, schedule, 8)).toBeNull();
          now += step * 60_000;
        }
      }),
      { numRuns: 60 },
    );
  });

  it.each(zones)('%s has a night for each date of a year', (timeZone) => {
    const schedule = { at: '02:30', timeZone };
    const nights: string[] = [];
    let last = '2025-12-31';
    for (let now = Date.parse('2026-01-01T12:00:00Z'); nights.length < 365; now += 5 * hour) {
      const due = dueNight(new Date(now), last, schedule, 8);
      if (due === null) continue;
      nights.push(due.night);
      last = due.night;
    }
    const first = Date.parse(`${nights[0]}T00:00:00Z`);
    const dates = nights.map((_, day) => new Date(first + day * 24 * hour).toISOString().slice(0, 10));
    expect(nights).toEqual(dates);
  });
});
