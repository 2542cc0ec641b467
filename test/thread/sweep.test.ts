import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startThread, type Thread } from '../support/thread.ts';
import { fixFiles, library, minutes, propose, report } from './library.ts';
import { jobRows, readyInstance } from './stored.ts';

let thread: Thread;

/** A delivery is asked for once it is half a minute old; on this GitHub each is when it is sent. */
const behindMs = 45_000;

beforeEach(async () => {
  thread = await startThread({ now: () => new Date(Date.now() - behindMs) });
  thread.github.install({ appId: thread.appId, account: 'octo-org', repositories: 'all' });
  await thread.settle();
});

afterEach(() => thread[Symbol.asyncDispose]());

async function missed(loggedAs: 'failed' | 'ok'): Promise<{ repo: string; pull: number }> {
  using made = await library(thread.github, 'missed');
  await thread.settle();
  const { repo } = made;
  const issue = report(made);
  thread.github.faults.onDelivery({ kind: 'drop', loggedAs }, {}, 1000);
  const pull = await propose(made, { head: made.branch('fix', fixFiles), body: `Fixes #${issue}` });
  await thread.github.mergePull({ repo, number: pull, at: minutes(120) });
  await thread.settle();
  thread.github.faults.clear();
  return { repo, pull };
}

async function sweeps(): Promise<string[]> {
  const jobs = await jobRows(thread.database.db);
  return jobs.filter((job) => job.kind === 'deliveries.sweep').map((job) => job.state);
}

describe('deliveries that never arrived', () => {
  it.each(['failed', 'ok'] as const)(
    'are asked for at boot and arrive, whatever GitHub noted of them: %s',
    async (loggedAs) => {
      const { pull } = await missed(loggedAs);
      const before = (await sweeps()).length;
      await thread.restart();
      await thread.settle();
      const { body } = await readyInstance(thread.database.db, `octo-org__missed-${pull}`);
      expect(body.source_files).toEqual(['src/counter.js']);
      expect((await sweeps()).length).toBeGreaterThan(before);
    },
  );

  it('are each asked for once, and not again when they have arrived', async () => {
    await missed('failed');
    await thread.restart();
    await thread.settle();
    const asked = () => thread.github.requests.where({ method: 'POST', path: /\/attempts$/ }).length;
    const first = asked();
    const records = thread.github.deliveries.records(thread.appId);
    const lost = new Set(records.filter((record) => !record.redelivery).map((record) => record.guid));
    for (const record of records) if (record.answer.statusCode === 200) lost.delete(record.guid);
    expect(first).toBeGreaterThan(0);
    expect([...lost]).toEqual([]);
    await thread.restart();
    await thread.settle();
    expect(asked()).toBe(first);
  });

  it('that are younger than half a minute are left to arrive by themselves', async () => {
    await using young = await startThread();
    young.github.faults.onDelivery({ kind: 'drop' }, {}, 1);
    young.github.install({ appId: young.appId, account: 'octo-org', repositories: 'all' });
    await young.settle();
    await young.restart();
    await young.settle();
    expect(young.github.requests.where({ method: 'POST', path: /\/attempts$/ })).toEqual([]);
  });

  it('are asked for in vain no more than five times', async () => {
    thread.github.faults.onDelivery({ kind: 'drop' }, {}, 1000);
    await thread.github.createRepository({ owner: 'octo-org', name: 'silent' });
    for (let boot = 0; boot < 7; boot += 1) {
      await thread.database.pool.query("update redelivery set asked_at = asked_at - interval '10 minutes'");
      await thread.restart();
      await thread.settle();
    }
    const { rows } = await thread.database.pool.query<{ asked: number }>('select asked from redelivery');
    expect(rows).toEqual([{ asked: 5 }]);
  });
});
