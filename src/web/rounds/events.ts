import { Hono } from 'hono';
import { type SSEStreamingApi, streamSSE } from 'hono/streaming';
import { type EventPosition, eventsAfter, findPulse } from '../../queries/round-progress.ts';
import { errorFields } from '../../telemetry/log.ts';
import { pause } from '../../time/poll-until.ts';
import type { DashboardDeps, WebApp, WebContext, WebEnvironment } from '../page/environment.ts';
import { actorOf } from '../page/visitor.ts';
import { isOver, type SeenRound, seenRound } from './access.ts';
import { eventMessage, stateMessage } from './message.ts';
import { createStreamSlots } from './stream-slots.ts';

export interface StreamTiming {
  /** Between two looks at the database. */
  readonly pollMs: number;
  /** Of silence until a comment is sent: proxies drop a connection that says nothing for a minute. */
  readonly heartbeatMs: number;
  /** Of a connection. Then the browser comes again, and whether it may see the round is asked anew. */
  readonly longestMs: number;
}

const usual: StreamTiming = { pollMs: 1000, heartbeatMs: 15_000, longestMs: 600_000 };
const limits = { all: 32, each: 8 };
const eventsAtOnce = 200;

const cursorPattern = /^(\d{1,9})-(\d{1,9})$/;

/** Where the reader stopped; from the beginning where it does not say. */
function cursorOf(c: WebContext): EventPosition {
  const text = c.req.header('last-event-id') ?? c.req.query('after') ?? '';
  const [, attempt = 0, seq = 0] = cursorPattern.exec(text) ?? [];
  return { attempt: Number(attempt), seq: Number(seq) };
}

export type StreamDeps = Pick<DashboardDeps, 'db' | 'log'>;

/** One reader of one round. */
interface Reader {
  readonly deps: StreamDeps;
  readonly timing: StreamTiming;
  readonly seen: SeenRound;
  readonly stream: SSEStreamingApi;
  /** Aborted when the reader has gone. */
  readonly gone: AbortSignal;
}

async function tellEvents({ deps, seen, stream, gone }: Reader, from: EventPosition): Promise<EventPosition> {
  let cursor = from;
  for (;;) {
    const events = await eventsAfter(deps.db, seen.round.round_id, cursor, eventsAtOnce);
    for (const event of events) {
      const message = eventMessage(event, seen.rights.read);
      if (message !== null) await stream.writeSSE(message);
      cursor = event;
    }
    if (events.length < eventsAtOnce || gone.aborted) return cursor;
  }
}

/** The state is read before the events: those of a round that has ended are all there by then. */
async function tell(reader: Reader, from: EventPosition): Promise<void> {
  const { deps, seen, stream, gone } = reader;
  const { pollMs, heartbeatMs } = reader.timing;
  let cursor = from;
  let told = '';
  let quietMs = 0;
  while (!gone.aborted) {
    const pulse = await findPulse(deps.db, seen.round.round_id);
    if (pulse === undefined) return;
    const before = cursor;
    cursor = await tellEvents(reader, cursor);
    const state = stateMessage(pulse);
    const isNews = state.data !== told || cursor !== before;
    if (state.data !== told) await stream.writeSSE(state);
    told = state.data;
    if (isOver(pulse)) {
      await stream.writeSSE({ event: 'finished', data: pulse.state });
      return;
    }
    quietMs = isNews ? 0 : quietMs + pollMs;
    if (quietMs >= heartbeatMs) {
      await stream.write(': still here\n\n');
      quietMs = 0;
    }
    await pause(pollMs, gone);
  }
}

type Opening = Pick<Reader, 'deps' | 'timing' | 'seen'>;

function open(c: WebContext, opening: Opening, release: () => void): Response {
  const { deps, timing, seen } = opening;
  const from = cursorOf(c);
  const response = streamSSE(c, async (stream) => {
    const gone = new AbortController();
    stream.onAbort(() => gone.abort());
    // Also ends a write that waits for a reader who does not read.
    const longest = setTimeout(() => stream.abort(), timing.longestMs);
    try {
      await tell({ ...opening, stream, gone: gone.signal }, from);
    } catch (error) {
      deps.log.warn({ ...errorFields(error), round_id: seen.round.round_id }, 'stream of a round ended');
    } finally {
      clearTimeout(longest);
      release();
    }
  });
  response.headers.set('cache-control', 'no-store');
  // Nginx would keep events back otherwise.
  response.headers.set('x-accel-buffering', 'no');
  return response;
}

/**
 * What a round does, as it happens: its driver's events, numbered, `state` when its state changes, and `finished` at its end,
 * after which the stream closes. Goes on after `Last-Event-ID`.
 */
export function roundEvents(deps: StreamDeps, timing: StreamTiming = usual): WebApp {
  const app = new Hono<WebEnvironment>();
  const slots = createStreamSlots(limits);
  app.get('/rounds/:id/events', async (c) => {
    const seen = await seenRound(deps, c);
    if (c.req.method === 'HEAD') return c.body(null, 200, { 'content-type': 'text/event-stream' });
    const release = slots.take(actorOf(c.get('visitor')));
    if (release === null) return c.text('Too many streams are open.', 503, { 'retry-after': '30' });
    return open(c, { deps, timing, seen }, release);
  });
  return app;
}
