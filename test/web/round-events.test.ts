import { setTimeout as sleep } from 'node:timers/promises';
import { Hono } from 'hono';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createLog } from '../../src/telemetry/log.ts';
import type { WebEnvironment } from '../../src/web/page/environment.ts';
import { roundEvents } from '../../src/web/rounds/events.ts';
import { type TestDatabase, testDatabase } from '../support/database.ts';
import { dashboardOn } from './dashboard-under-test.ts';
import { type JobWorld, jobWorld } from './jobs.ts';
import { phase, rounds, seedEvents, seedRounds, step } from './seed-rounds.ts';
import { seedWorld } from './seed.ts';
import { type Browser, browser } from './visit.ts';

let database: TestDatabase;
let world: JobWorld;
let person: Browser;
const open: Stream[] = [];

beforeAll(async () => {
  database = await testDatabase();
  world = await jobWorld(database.db, database.url);
  await seedRounds(database.db, await seedWorld(database.db, { deliveries: 1 }));
  person = browser(dashboardOn(database.db, world));
});

afterEach(async () => {
  for (const stream of open.splice(0)) await stream.close();
});

afterAll(async () => {
  await world[Symbol.asyncDispose]();
  await database[Symbol.asyncDispose]();
});

interface Message {
  readonly event: string;
  readonly id: string | undefined;
  readonly data: string;
}

interface Stream {
  /** Everything until that event, with it. Fails where the stream ends before. */
  until(event: string): Promise<Message[]>;
  /** Everything that is left until the server closes it. */
  rest(): Promise<Message[]>;
  close(): Promise<void>;
}

function parsed(block: string): Message | null {
  const fields = new Map(
    block.split('\n').map((line) => [line.split(': ')[0], line.slice(line.indexOf(': ') + 2)]),
  );
  const event = fields.get('event');
  return event === undefined ? null : { event, id: fields.get('id'), data: fields.get('data') ?? '' };
}

/** Reads server-sent events as they come. */
async function listen(path: string, headers: Record<string, string> = {}): Promise<Stream> {
  const response = await person.visit(path, { headers });
  expect(response.status).toBe(200);
  expect(response.headers.get('content-type')).toBe('text/event-stream');
  expect(response.headers.get('cache-control')).toBe('no-store');
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  if (reader === undefined) throw new Error('the answer has no body');
  let text = '';

  async function next(): Promise<Message | 'ended'> {
    for (;;) {
      const end = text.indexOf('\n\n');
      if (end >= 0) {
        const message = parsed(text.slice(0, end));
        text = text.slice(end + 2);
        if (message !== null) return message;
        continue;
      }
      const { done, value } = await reader!.read();
      if (done) return 'ended';
      text += value;
    }
  }

  const stream: Stream = {
    async until(event) {
      const messages: Message[] = [];
      for (;;) {
        const message = await next();
        if (message === 'ended') throw new Error(`ended before ${event}`);
        messages.push(message);
        if (message.event === event) return messages;
      }
    },
    async rest() {
      const messages: Message[] = [];
      for (let message = await next(); message !== 'ended'; message = await next()) messages.push(message);
      return messages;
    },
    close: () => reader.cancel(),
  };
  open.push(stream);
  return stream;
}

const path = `/rounds/${rounds.running}/events`;

function ids(messages: readonly Message[]): (string | undefined)[] {
  return messages.filter(({ id }) => id !== undefined).map(({ id }) => id);
}

describe('the stream of a round', () => {
  it('tells everything from the beginning, then its state', async () => {
    const messages = await (await listen(path)).until('state');
    expect(messages.slice(0, 2).map(({ event, id }) => [event, id])).toEqual([
      ['phase', '1-1'],
      ['phase', '1-2'],
    ]);
    expect(ids(messages).at(-1)).toBe('2-7');
    expect(ids(messages)).toHaveLength(21);
    expect(JSON.parse(messages.at(-1)?.data ?? '')).toEqual({
      state: 'running',
      reason: null,
      cancelling: false,
    });
  });

  it('goes on after what the browser has, and after what the page has drawn', async () => {
    const resumed = await (await listen(path, { 'last-event-id': '2-5' })).until('state');
    expect(ids(resumed)).toEqual(['2-6', '2-7']);
    const drawn = await (await listen(`${path}?after=1-11`)).until('state');
    expect(ids(drawn)[0]).toBe('1-12');
    const both = await (await listen(`${path}?after=1-11`, { 'last-event-id': '2-6' })).until('state');
    expect(ids(both)).toEqual(['2-7']);
  });

  it.each(['x', '2', '-1--1', '99999999999-1', "1-1'; drop table round"])(
    'begins anew where the browser says %j',
    async (last) => {
      const messages = await (await listen(path, { 'last-event-id': last })).until('state');
      expect(ids(messages)).toHaveLength(21);
    },
  );

  it('tells what comes while it is open, then the end, and closes', async () => {
    const { db } = database;
    const stream = await listen(`${path}?after=2-7`);
    expect(ids(await stream.until('state'))).toEqual([]);
    await seedEvents(db, rounds.running, 2, [step(8), step(9)], 8);
    const steps = [...(await stream.until('step')), ...(await stream.until('step'))];
    expect(steps.map(({ data }) => JSON.parse(data).step)).toEqual([8, 9]);
    await seedEvents(db, rounds.running, 2, [phase('export')], 10);
    await db
      .updateTable('round')
      .set({ state: 'cancelled', reason: 'cancelled' })
      .where('round_id', '=', rounds.running)
      .execute();
    const rest = await stream.rest();
    expect(rest.map(({ event, id }) => [event, id])).toEqual([
      ['phase', '2-10'],
      ['state', undefined],
      ['finished', undefined],
    ]);
  });

  it('of a round that has ended is told to its end at once', async () => {
    const stream = await listen(`/rounds/${rounds.promoted}/events?after=1-22`);
    const rest = await stream.rest();
    expect(rest.map(({ event }) => event)).toEqual(['phase', 'end', 'state', 'finished']);
  });

  it('is refused where too many are open, and open again when one has gone', async () => {
    const waiting = `/rounds/${rounds.planned}/events`;
    const streams = await Promise.all(Array.from({ length: 8 }, () => listen(waiting)));
    const refused = await person.visit(waiting);
    expect(refused.status).toBe(503);
    expect(refused.headers.get('retry-after')).toBe('30');
    await streams[0]?.close();
    await sleep(50);
    await listen(waiting);
  });

  it('has no body for HEAD, and takes no place', async () => {
    for (let time = 0; time < 10; time += 1) {
      expect((await person.visit(path, { method: 'HEAD' })).status).toBe(200);
    }
    await listen(path);
  });
});

it('a silent stream shows that it lives, and is closed after its longest time', async () => {
  const app = new Hono<WebEnvironment>();
  app.use(async (c, next) => {
    c.set('visitor', { at: 'loopback' });
    await next();
  });
  const timing = { pollMs: 5, heartbeatMs: 20, longestMs: 400 };
  app.route('/', roundEvents({ db: database.db, log: createLog('silent') }, timing));
  const began = performance.now();
  const text = await (await app.request(`/rounds/${rounds.planned}/events`)).text();
  expect(performance.now() - began).toBeGreaterThan(390);
  expect(text.match(/^event: /gm)).toEqual(['event: ']);
  expect(text.match(/^: still here\n\n/gm)?.length).toBeGreaterThan(1);
});
