import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { DeliveryRecord } from '../../demo/github/webhooks/delivery.ts';
import { startProduct } from '../support/product.ts';
import { settled, startThread, type Thread } from '../support/thread.ts';
import { replay } from './replay.ts';

let thread: Thread;

beforeEach(async () => {
  thread = await startThread();
});

afterEach(() => thread[Symbol.asyncDispose]());

async function repository(name: string, isPrivate = false, owner = 'octo-org'): Promise<string> {
  await thread.github.createRepository({ owner, name, private: isPrivate });
  return `${owner}/${name}`;
}

function install(repositories: 'all' | readonly string[] = 'all', account = 'octo-org'): number {
  return thread.github.install({ appId: thread.appId, account, repositories }).installationId;
}

interface Standing {
  readonly full_name: string;
  readonly private: boolean;
  readonly status: string;
  readonly consent: string;
  readonly installation: string;
  readonly account: string;
}

/** What the product knows, without ids and times. */
async function standings(): Promise<Standing[]> {
  await thread.settle();
  return thread.database.db
    .selectFrom('repository as r')
    .innerJoin('installation as i', 'i.installation_id', 'r.installation_id')
    .select([
      'r.full_name',
      'r.private',
      'r.status',
      'r.consent',
      'i.status as installation',
      'i.account_login as account',
    ])
    .orderBy('r.full_name')
    .execute();
}

function standing(full_name: string, more: Partial<Standing> = {}): Standing {
  const usual = { private: false, status: 'active', consent: 'train', installation: 'active' };
  return { full_name, account: full_name.split('/')[0] ?? '', ...usual, ...more };
}

const gone = { status: 'removed', consent: 'none' };

async function ledger(full_name: string): Promise<string[]> {
  const rows = await thread.database.db
    .selectFrom('consent_event as e')
    .innerJoin('repository as r', 'r.repository_id', 'e.repository_id')
    .select(['e.from_scope', 'e.to_scope', 'e.source'])
    .where('r.full_name', '=', full_name)
    .orderBy('e.consent_event_id')
    .execute();
  return rows.map((row) => `${row.from_scope ?? '-'} → ${row.to_scope} (${row.source})`);
}

async function transitions(entity: 'installation' | 'repository'): Promise<string[]> {
  const rows = await thread.database.db
    .selectFrom('transition')
    .select(['from_status', 'to_status'])
    .where('entity', '=', entity)
    .orderBy('transition_id')
    .execute();
  return rows.map((row) => `${row.from_status ?? '-'} → ${row.to_status}`);
}

describe('an installation', () => {
  it('brings its repositories in, public ones with the default consent and private ones with none', async () => {
    const open = await repository('open');
    const closed = await repository('closed', true);
    install();
    expect(await standings()).toEqual([standing(closed, { private: true, consent: 'none' }), standing(open)]);
    expect(await ledger(open)).toEqual(['- → train (default)']);
    expect(await ledger(closed)).toEqual(['- → none (default)']);
    expect(await transitions('installation')).toEqual(['- → active']);
  });

  it('brings in a repository that is created later', async () => {
    install();
    await thread.settle();
    const late = await repository('late');
    expect(await standings()).toEqual([standing(late)]);
  });

  it('brings in and lets go of single repositories', async () => {
    const one = await repository('one');
    const two = await repository('two');
    const installationId = install([one]);
    expect(await standings()).toEqual([standing(one)]);
    thread.github.addRepositories({ installationId, repositories: [two] });
    expect(await standings()).toEqual([standing(one), standing(two)]);
    thread.github.removeRepositories({ installationId, repositories: [one] });
    expect(await standings()).toEqual([standing(one, gone), standing(two)]);
    expect(await ledger(one)).toEqual(['- → train (default)', 'train → none (removed)']);
    thread.github.addRepositories({ installationId, repositories: [one] });
    expect(await standings()).toEqual([standing(one), standing(two)]);
  });

  it('rests while it is suspended, and keeps the consent of its repositories', async () => {
    const repo = await repository('rests');
    const installationId = install();
    await thread.settle();
    thread.github.suspend({ installationId });
    expect(await standings()).toEqual([standing(repo, { installation: 'suspended' })]);
    thread.github.unsuspend({ installationId });
    expect(await standings()).toEqual([standing(repo)]);
    expect(await transitions('installation')).toEqual([
      '- → active',
      'active → suspended',
      'suspended → active',
    ]);
    expect(await ledger(repo)).toEqual(['- → train (default)']);
  });

  it('takes every repository along when it is uninstalled, and begins anew when it is installed again', async () => {
    const repo = await repository('again');
    const installationId = install();
    await thread.settle();
    thread.github.uninstall({ installationId });
    expect(await standings()).toEqual([standing(repo, { ...gone, installation: 'removed' })]);
    expect(await ledger(repo)).toEqual(['- → train (default)', 'train → none (uninstalled)']);
    install();
    expect(await standings()).toEqual([standing(repo)]);
    expect(await ledger(repo)).toContain('none → train (default)');
  });

  it('that is gone before its first event arrives leaves nothing that is active', async () => {
    await repository('short');
    thread.github.deliveries.pause();
    const installationId = install();
    thread.github.uninstall({ installationId });
    thread.github.deliveries.resume();
    expect((await standings()).filter((row) => row.status === 'active')).toEqual([]);
  });
});

describe('a repository', () => {
  it('keeps its consent when it is renamed', async () => {
    const repo = await repository('before');
    install();
    await thread.settle();
    thread.github.renameRepository({ repo, name: 'after' });
    expect(await standings()).toEqual([standing('octo-org/after')]);
  });

  it('loses its consent when it is made private, and does not get it back when it is made public', async () => {
    const repo = await repository('hidden');
    install();
    await thread.settle();
    thread.github.privatizeRepository({ repo });
    expect(await standings()).toEqual([standing(repo, { private: true, consent: 'none' })]);
    thread.github.publicizeRepository({ repo });
    expect(await standings()).toEqual([standing(repo, { consent: 'none' })]);
    expect(await ledger(repo)).toEqual(['- → train (default)', 'train → none (privatized)']);
  });

  it('loses its consent when it is given to another account that installed the App', async () => {
    const repo = await repository('given');
    install();
    install('all', 'octo-next');
    await thread.settle();
    thread.github.transferRepository({ repo, to: 'octo-next' });
    expect(await standings()).toEqual([standing('octo-next/given', { consent: 'none' })]);
    // The old installation may be told of its loss before the transfer; the fall is then its own.
    const entries = await ledger('octo-next/given');
    expect(entries[1]).toMatch(/^train → none \((transferred|removed)\)$/);
    expect(entries.at(-1)).toMatch(/ → none \(transferred\)$/);
  });

  it('is removed when it is given to an account without the App', async () => {
    const repo = await repository('left');
    install();
    await thread.settle();
    thread.github.transferRepository({ repo, to: 'octo-other' });
    expect(await standings()).toMatchObject([gone]);
  });

  it('is removed when it is deleted', async () => {
    const repo = await repository('deleted');
    install();
    await thread.settle();
    await thread.github.deleteRepository({ repo });
    expect(await standings()).toEqual([standing(repo, gone)]);
    expect(await transitions('repository')).toEqual(['- → active', 'active → removed', 'train → none']);
  });
});

describe('events that come late or in another order', () => {
  interface Story {
    readonly name: string;
    readonly act: (repo: string, installationId: number) => void | Promise<void>;
  }

  const stories: readonly Story[] = [
    {
      name: 'suspended and unsuspended',
      act: (_repo, installationId) => {
        thread.github.suspend({ installationId });
        thread.github.unsuspend({ installationId });
      },
    },
    {
      name: 'removed and added',
      act: (repo, installationId) => {
        thread.github.removeRepositories({ installationId, repositories: [repo] });
        thread.github.addRepositories({ installationId, repositories: [repo] });
      },
    },
    {
      name: 'uninstalled and installed again',
      act: (repo, installationId) => {
        thread.github.uninstall({ installationId });
        install([repo]);
      },
    },
    {
      name: 'made private and public',
      act: (repo) => {
        thread.github.privatizeRepository({ repo });
        thread.github.publicizeRepository({ repo });
      },
    },
    {
      name: 'transferred',
      act: (repo) => {
        install('all', 'octo-next');
        thread.github.transferRepository({ repo, to: 'octo-next' });
      },
    },
    {
      name: 'renamed and deleted',
      act: async (repo) => {
        thread.github.renameRepository({ repo, name: 'another' });
        await thread.github.deleteRepository({ repo: 'octo-org/another' });
      },
    },
  ];

  function told(from: number): DeliveryRecord[] {
    return thread.github.deliveries.records(thread.appId).toReversed().slice(from);
  }

  it.each(stories)('end the same when a repository is $name', async ({ act }) => {
    const repo = await repository('story');
    const installationId = install([repo]);
    await thread.settle();
    const already = thread.github.deliveries.records(thread.appId).length;
    thread.github.deliveries.pause();
    await act(repo, installationId);
    thread.github.deliveries.resume();
    const inOrder = await standings();
    const events = told(already);

    for (const order of [events.toReversed(), events, events.toReversed()]) {
      for (const event of order) {
        await replay(thread.product, [event], { freshIds: true });
        await thread.settle();
      }
      expect(await standings()).toEqual(inOrder);
    }
  });

  it.each(stories)(
    'end the same when they are first heard in reverse of how a repository is $name',
    async ({ act }) => {
      const repo = await repository('story');
      const installationId = install([repo]);
      await thread.settle();
      const already = thread.github.deliveries.records(thread.appId).length;
      await act(repo, installationId);
      const inOrder = await standings();
      const events = told(already);
      const first = told(0).slice(0, already);

      await using other = await startProduct({ github: thread.github, app: thread.app });
      await replay(other, first);
      await settled(thread.github, other);
      for (const event of events.toReversed()) {
        await replay(other, [event]);
        await settled(thread.github, other);
      }
      const rows = await other.database.db
        .selectFrom('repository')
        .select(['full_name', 'status', 'consent'])
        .execute();
      const active = (row: { readonly status: string }) => row.status === 'active';
      const known = inOrder
        .filter(active)
        .map(({ full_name, status, consent }) => ({ full_name, status, consent }));
      expect(rows.filter(active)).toEqual(known);
    },
  );
});
