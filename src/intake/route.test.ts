import { createRequire } from 'node:module';
import { describe, expect, it } from 'vitest';
import { readAppManifest } from '../config/app-manifest.ts';
import { alwaysSentEvents, type DeliverySubject, subscribedEvents } from '../domain/delivery.ts';
import { routes } from '../main/wiring/stages.ts';
import { type Change, type Route, type RoutedDelivery, route, type Standing } from './route.ts';
import { readDelivery } from './subject.ts';

interface Example {
  readonly name: string;
  readonly examples: readonly unknown[];
}

/** Real payloads of GitHub, an example or more of every event. */
const examples = createRequire(import.meta.url)('@octokit/webhooks-examples') as readonly Example[];

const consenting: Standing = { consent: 'collect', active: true };

const quiet: DeliverySubject = {
  is_pull: false,
  number: 7,
  merged: false,
  head_shas: [],
  removed_repositories: [],
  own: false,
};

function delivery(
  event: string,
  action: string | null,
  subject: Partial<DeliverySubject> = {},
): RoutedDelivery {
  return { event, action, installation_id: 1, repository_id: 2, subject: { ...quiet, ...subject } };
}

function kinds(decided: Route): string[] {
  return decided.decision === 'act' ? decided.jobs.map((job) => job.kind) : [];
}

function changes(decided: Route): readonly Change[] {
  return decided.decision === 'act' ? decided.changes : [];
}

describe('the events', () => {
  it('that the App subscribes to are those of app.yml', async () => {
    const manifest = await readAppManifest();
    expect([...subscribedEvents].sort()).toEqual([...manifest.default_events].sort());
  });

  it('are all known to the router', () => {
    for (const event of [...subscribedEvents, ...alwaysSentEvents]) {
      const decided = route(delivery(event, 'created'), consenting, routes);
      expect(decided, event).not.toEqual({ decision: 'ignore', reason: 'unknown_event' });
    }
  });

  it('that nobody subscribed to are ignored with a reason', () => {
    expect(route(delivery('star', 'created'), consenting, routes)).toEqual({
      decision: 'ignore',
      reason: 'unknown_event',
    });
  });
});

describe('every example payload of GitHub', () => {
  it('is there: some fifty events, some two hundred payloads', () => {
    expect(examples.length).toBeGreaterThan(45);
    expect(examples.flatMap((event) => event.examples).length).toBeGreaterThan(150);
  });

  it.each(examples)('of $name is read and routed without a crash, with and without consent', (event) => {
    for (const payload of event.examples) {
      const read = readDelivery(payload, 'mendloop[bot]');
      expect(read, 'its fields are of the known types').not.toBeNull();
      if (read === null) continue;
      for (const standing of [consenting, { consent: 'none', active: true } as const, null]) {
        const decided = route({ ...read, event: event.name }, standing, routes);
        expect(['act', 'ignore']).toContain(decided.decision);
      }
    }
  });
});

describe('what happens to a repository', () => {
  it.each([
    ['issues', false, 'collect.issue'],
    ['issue_comment', false, 'collect.issue'],
    ['issue_comment', true, 'collect.pull'],
    ['pull_request', true, 'collect.pull'],
    ['pull_request_review', true, 'collect.pull'],
    ['pull_request_review_comment', true, 'collect.pull'],
  ] as const)('%s (on a pull request: %s) is collected by %s', (event, is_pull, kind) => {
    expect(kinds(route(delivery(event, 'edited', { is_pull }), consenting, routes))).toEqual([kind]);
  });

  it('is ignored without consent, without an active installation, and without a number', () => {
    const event = delivery('issues', 'opened');
    const reason = (standing: Standing | null, from = event) => {
      const decided = route(from, standing, routes);
      return decided.decision === 'ignore' ? decided.reason : null;
    };
    expect(reason({ consent: 'none', active: true })).toBe('consent');
    expect(reason({ consent: 'train', active: false })).toBe('not_installed');
    expect(reason(null)).toBe('not_installed');
    expect(reason(consenting, { ...event, installation_id: null })).toBe('no_installation');
    expect(reason(consenting, delivery('issues', 'opened', { number: null }))).toBe('no_number');
  });

  it('by our own hand is ignored, whatever it is', () => {
    for (const event of subscribedEvents) {
      const own = delivery(event, 'opened', { own: true });
      expect(route(own, consenting, routes)).toEqual({ decision: 'ignore', reason: 'own_event' });
    }
  });

  it('names every head of a pull request that the event told', () => {
    const head_shas = ['a'.repeat(40), 'b'.repeat(40)];
    const decided = route(
      delivery('pull_request', 'synchronize', { is_pull: true, head_shas }),
      consenting,
      routes,
    );
    expect(decided).toMatchObject({ jobs: [{ payload: { repository_id: 2, number: 7, head_shas } }] });
  });
});

describe('what happens to an installation', () => {
  it.each([
    ['installation', 'created', []],
    ['installation', 'new_permissions_accepted', []],
    ['installation', 'suspend', [{ change: 'installation_status', to: 'suspended' }]],
    ['installation', 'unsuspend', [{ change: 'installation_status', to: 'active' }]],
    ['installation_repositories', 'added', []],
    ['installation_target', 'renamed', []],
    ['repository', 'created', []],
    ['repository', 'renamed', []],
    ['repository', 'publicized', []],
    ['repository', 'privatized', [{ change: 'consent_reset', source: 'privatized' }]],
    ['repository', 'transferred', [{ change: 'consent_reset', source: 'transferred' }]],
  ] as const)('%s %s is followed by a look at what GitHub says now', (event, action, expected) => {
    const decided = route(delivery(event, action), null, routes);
    expect(changes(decided)).toEqual(expected);
    expect(kinds(decided)).toEqual(['installation.sync']);
  });

  it('takes repositories out of service in the same transaction', () => {
    const removed = delivery('installation_repositories', 'removed', { removed_repositories: [4, 5] });
    expect(changes(route(removed, null, routes))).toEqual([
      { change: 'repositories_removed', repository_ids: [4, 5] },
    ]);
    expect(changes(route(delivery('repository', 'deleted'), null, routes))).toEqual([
      { change: 'repository_removed' },
    ]);
    const uninstalled = route(delivery('installation', 'deleted'), null, routes);
    expect(changes(uninstalled)).toEqual([{ change: 'installation_status', to: 'removed' }]);
  });
});
