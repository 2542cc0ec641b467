import type { DeliveryFault, Faults } from '../faults.ts';
import type { Urls } from '../shapes/urls.ts';
import type { GitHubApp } from '../state/types.ts';
import { deliveryHeaders, type DeliveryAnswer, type DeliveryRecord, type Notice } from './delivery.ts';
import { createDeliveryAgent, post } from './post.ts';

export interface DelivererOptions {
  readonly urls: Urls;
  readonly faults: Faults;
  readonly now: () => Date;
  readonly nextId: () => number;
  readonly connections: number;
  readonly timeoutMilliseconds: number;
}

interface Parcel {
  readonly app: GitHubApp;
  readonly notice: Notice;
  readonly redelivery: boolean;
}

/** Sends notices to apps, each once: like GitHub it never tries again by itself. */
export interface Deliverer {
  readonly send: (app: GitHubApp, notice: Notice) => void;
  /** Sends a recorded delivery again, under its own guid. */
  readonly redeliver: (app: GitHubApp, record: DeliveryRecord) => void;
  /** Newest first. */
  readonly records: (appId: number) => DeliveryRecord[];
  /** How many wait, travel or are held back. */
  readonly pending: () => number;
  readonly pause: () => void;
  readonly resume: () => void;
  /** Resolves when nothing waits or travels any more; while paused it waits for `resume`. */
  readonly settled: () => Promise<void>;
  readonly stop: () => void;
}

export function createDeliverer(options: DelivererOptions): Deliverer {
  const agent = createDeliveryAgent(options.connections);
  const log: DeliveryRecord[] = [];
  const queue: Parcel[] = [];
  const held: Parcel[] = [];
  const timers = new Set<NodeJS.Timeout>();
  let waiting: (() => void)[] = [];
  let travelling = 0;
  let paused = false;
  let stopped = false;

  function pump(): void {
    for (let parcel = nextParcel(); parcel !== undefined; parcel = nextParcel()) {
      travelling++;
      void travel(parcel);
    }
    if (queue.length === 0 && travelling === 0 && timers.size === 0) wake();
  }

  function nextParcel(): Parcel | undefined {
    return paused || stopped || travelling >= options.connections ? undefined : queue.shift();
  }

  async function travel(parcel: Parcel): Promise<void> {
    const { app, notice } = parcel;
    const headers = deliveryHeaders(app, options.urls, notice);
    const answer = await post(agent, app.hook.url ?? '', headers, notice.body, options.timeoutMilliseconds);
    if (!stopped) record(parcel, headers, answer);
    travelling--;
    pump();
  }

  function record(parcel: Parcel, headers: Readonly<Record<string, string>>, answer: DeliveryAnswer): void {
    const { app, notice, redelivery } = parcel;
    const url = app.hook.url ?? '';
    const id = options.nextId();
    log.push({
      ...notice,
      id,
      appId: app.id,
      redelivery,
      deliveredAt: options.now(),
      url,
      requestHeaders: headers,
      answer,
    });
  }

  function accept(parcel: Parcel): void {
    if (stopped || parcel.app.hook.url === null) return;
    const fault = options.faults.takeDeliveryFault(parcel.notice.event, parcel.notice.action);
    if (fault === null) queue.push(parcel);
    else suffer(parcel, fault);
    pump();
  }

  function suffer(parcel: Parcel, fault: DeliveryFault): void {
    if (fault.kind === 'drop') {
      record(
        parcel,
        deliveryHeaders(parcel.app, options.urls, parcel.notice),
        droppedAnswer(fault.loggedAs ?? 'failed'),
      );
    } else if (fault.kind === 'duplicate') {
      for (let copy = 0; copy < fault.copies; copy++) queue.push(parcel);
    } else if (fault.kind === 'late') {
      later(parcel, fault.milliseconds);
    } else {
      held.push(parcel);
      if (held.length >= fault.window) queue.push(...held.splice(0).toReversed());
    }
  }

  function later(parcel: Parcel, milliseconds: number): void {
    const timer = setTimeout(() => {
      timers.delete(timer);
      queue.push(parcel);
      pump();
    }, milliseconds);
    timers.add(timer);
  }

  function wake(): void {
    const woken = waiting;
    waiting = [];
    for (const resolve of woken) resolve();
  }

  return {
    send: (app, notice) => accept({ app, notice, redelivery: false }),
    redeliver: (app, old) => accept({ app, notice: noticeOf(old), redelivery: true }),
    records: (appId) => log.filter((entry) => entry.appId === appId).toReversed(),
    pending: () => queue.length + held.length + timers.size + travelling,
    pause: () => void (paused = true),
    resume: () => {
      paused = false;
      pump();
    },
    settled: () => {
      queue.push(...held.splice(0).toReversed());
      return new Promise((resolve) => {
        waiting.push(resolve);
        pump();
      });
    },
    stop: () => {
      stopped = true;
      for (const timer of timers) clearTimeout(timer);
      agent.destroy();
      wake();
    },
  };
}

function noticeOf(record: DeliveryRecord): Notice {
  const { guid, event, action, installationId, repositoryId, body } = record;
  return { guid, event, action, installationId, repositoryId, body };
}

function droppedAnswer(loggedAs: 'failed' | 'ok'): DeliveryAnswer {
  const nothing = { durationSeconds: 0, headers: {}, body: '' };
  if (loggedAs === 'ok') return { ...nothing, status: 'OK', statusCode: 200 };
  return { ...nothing, status: 'failed to connect to host', statusCode: 502 };
}
