import http from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { CrashDelivery } from './deliveries.ts';
import { copies } from './plan.ts';
import type { SeededRandom } from './random.ts';
import { sendDelivery } from './send.ts';

interface Parcel {
  readonly delivery: CrashDelivery;
  attempts: number;
  /** Milliseconds of `performance.now()`. */
  dueAt: number;
}

export interface LoadOptions {
  readonly url: string;
  /** Sends a second. */
  readonly rate: number;
  readonly random: SeededRandom;
}

/** Sends deliveries to the product: each several times, in no order, again where it was not acknowledged. */
export interface Load {
  /** Takes on a new delivery: one copy is sent at once, the others within the next seconds. */
  readonly post: (delivery: CrashDelivery) => void;
  /** Sends one more copy, as GitHub does for a redelivery. */
  readonly again: (id: string) => void;
  /** Copies that wait to be sent for the first time or once more. */
  readonly waiting: () => number;
  /** Copies that were acknowledged or given up. */
  readonly ended: () => number;
  readonly counts: () => LoadCounts;
  readonly deliveries: () => readonly CrashDelivery[];
  readonly acknowledged: (id: string) => boolean;
  /** Resolves when every copy was acknowledged or given up. */
  readonly drained: () => Promise<void>;
  readonly stop: () => Promise<void>;
}

export interface LoadCounts {
  readonly distinct: number;
  /** Requests, the repeated ones too. */
  readonly sends: number;
  readonly acknowledgedSends: number;
  readonly acknowledgedDistinct: number;
  /** Requests that met a dead or refusing server. */
  readonly failedSends: number;
  readonly givenUp: number;
}

/** Attempts of one copy: over the longest outage, but not without end. */
const mostAttempts = 25;
const tickMs = 20;
const mostInFlight = 32;
/** The later copies of a delivery are spread over this time. */
const spreadMs = 12_000;

export function startLoad({ url, rate, random }: LoadOptions): Load {
  const agent = new http.Agent({ keepAlive: true, maxSockets: mostInFlight });
  const known = new Map<string, CrashDelivery>();
  const acknowledged = new Set<string>();
  const parcels: Parcel[] = [];
  let [inFlight, sends, acknowledgedSends, failedSends, givenUp] = [0, 0, 0, 0, 0];
  let running = true;

  function add(delivery: CrashDelivery, inMs: number): void {
    parcels.push({ delivery, attempts: 0, dueAt: performance.now() + inMs });
  }

  async function send(parcel: Parcel): Promise<void> {
    inFlight += 1;
    sends += 1;
    parcel.attempts += 1;
    const status = await sendDelivery(agent, url, parcel.delivery);
    inFlight -= 1;
    if (status === 200) {
      acknowledgedSends += 1;
      acknowledged.add(parcel.delivery.id);
      return;
    }
    failedSends += 1;
    if (parcel.attempts >= mostAttempts) givenUp += 1;
    else parcels.push({ ...parcel, dueAt: performance.now() + 500 + random.below(2500) });
  }

  function takeDue(now: number): Parcel | null {
    const due = parcels.filter((parcel) => parcel.dueAt <= now);
    if (due.length === 0) return null;
    const parcel = random.pick(due);
    parcels.splice(parcels.indexOf(parcel), 1);
    return parcel;
  }

  async function pump(): Promise<void> {
    let budget = 0;
    let before = performance.now();
    while (running) {
      const now = performance.now();
      // What an outage held up is not sent in one burst afterwards.
      budget = Math.min(budget + ((now - before) * rate) / 1000, rate / 4 + 1);
      before = now;
      while (budget >= 1 && inFlight < mostInFlight) {
        const parcel = takeDue(now);
        if (parcel === null) break;
        budget -= 1;
        void send(parcel);
      }
      await sleep(tickMs);
    }
  }

  const pumping = pump();
  return {
    post: (delivery) => {
      known.set(delivery.id, delivery);
      for (let copy = 0; copy < copies; copy += 1) add(delivery, copy === 0 ? 0 : random.below(spreadMs));
    },
    again: (id) => {
      const delivery = known.get(id);
      if (delivery !== undefined) add(delivery, 0);
    },
    waiting: () => parcels.length,
    ended: () => acknowledgedSends + givenUp,
    counts: () => ({
      distinct: known.size,
      sends,
      acknowledgedSends,
      acknowledgedDistinct: acknowledged.size,
      failedSends,
      givenUp,
    }),
    deliveries: () => [...known.values()],
    acknowledged: (id) => acknowledged.has(id),
    drained: async () => {
      while (parcels.length > 0 || inFlight > 0) await sleep(tickMs);
    },
    stop: async () => {
      running = false;
      await pumping;
      agent.destroy();
    },
  };
}
