import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { DeliveryRecord } from '../../demo/github/webhooks/delivery.ts';
import { start } from '../cli/mendloop.ts';
import { type Product, type ProductOptions, startProduct } from '../support/product.ts';
import { settled, startThread, type Thread } from '../support/thread.ts';
import {
  firstTry,
  fixFiles,
  type Library,
  library,
  minutes,
  otherTry,
  propose,
  push,
  report,
} from './library.ts';
import { exported, replay, shuffled } from './replay.ts';

let thread: Thread;
let installing: DeliveryRecord[];
let working: DeliveryRecord[];
let expected: string;

beforeAll(async () => {
  thread = await startThread();
  thread.github.install({ appId: thread.appId, account: 'octo-org', repositories: 'all' });
  using one = await library(thread.github, 'one');
  using two = await library(thread.github, 'two');
  await thread.settle();
  const already = thread.github.deliveries.records(thread.appId).length;
  await aForcedPull(one);
  await aPullWithRivals(one);
  await aPullWithLateNews(two);
  await thread.settle();
  expected = await exported(thread.product);
  thread.github.configureWebhook({ appId: thread.appId, url: null });
  const records = thread.github.deliveries.records(thread.appId).toReversed();
  installing = records.slice(0, already);
  working = records.slice(already);
});

afterAll(() => thread[Symbol.asyncDispose]());

async function aForcedPull(made: Library): Promise<void> {
  const issue = report(made);
  const pull = await propose(made, {
    head: made.branch('forced', otherTry),
    branch: 'forced',
    body: `Fixes #${issue}`,
  });
  await push(made, pull, made.branch('forced', firstTry), minutes(70));
  await push(made, pull, made.branch('forced', fixFiles), minutes(80));
  await thread.github.mergePull({ repo: made.repo, number: pull, method: 'squash', at: minutes(120) });
}

async function aPullWithRivals(made: Library): Promise<void> {
  const { github } = thread;
  const { repo } = made;
  const body = `Fixes #${report(made, 'Old words are counted')}`;
  const change = { 'src/old.js': 'export const old = false;\n' };
  const pull = await propose(made, { head: made.branch('old', change), branch: 'old', body });
  for (const [branch, closed] of [
    ['rival-a', 100],
    ['rival-b', 140],
    ['rival-c', 150],
  ] as const) {
    const head = made.branch(branch, { 'src/old.js': `export const old = '${branch}';\n` });
    const rival = await propose(made, { head, branch, body, fork: branch, author: branch });
    if (closed > 120) await thread.settle();
    github.closePull({ repo, number: rival, actor: branch, at: minutes(closed) });
    if (branch === 'rival-b') await github.mergePull({ repo, number: pull, at: minutes(120) });
    if (branch === 'rival-c') github.reopenPull({ repo, number: rival, actor: branch, at: minutes(160) });
  }
}

async function aPullWithLateNews(made: Library): Promise<void> {
  const { github } = thread;
  const { repo } = made;
  const issue = report(made);
  github.commentIssue({
    repo,
    number: issue,
    author: 'octo-reader',
    body: 'With spaces too.',
    at: minutes(-30),
  });
  const head = made.branch('fix', fixFiles);
  const pull = await propose(made, { head, fork: 'octo-dev', body: `Fixes #${issue}` });
  await github.mergePull({ repo, number: pull, method: 'rebase', at: minutes(120) });
  await thread.settle();
  const actor = 'octo-reporter';
  github.editIssue({ repo, number: issue, title: 'Blank words are counted', actor, at: minutes(200) });
  github.commentPull({ repo, number: pull, author: actor, body: 'Thank you!', at: minutes(210) });
  github.editPull({ repo, number: pull, title: 'Skip blank words', actor: 'octo-dev', at: minutes(220) });
}

/** Another installation of the product on the same GitHub, which knows the repositories and nothing else. */
async function another(options: Partial<ProductOptions> = {}): Promise<Product> {
  const product = await startProduct({ github: thread.github, app: thread.app, ...options });
  await replay(product, installing);
  return product;
}

describe('the same pull requests give the same bytes', () => {
  it('which hold every kind of candidate and one line for each merged pull request', () => {
    const rows = expected.trim().split('\n');
    expect(rows).toHaveLength(3);
    expect(expected).toContain('"origin":"pr_revision"');
    expect(expected).toContain('"origin":"rival_pr"');
    expect(expected).toContain('Blank words are counted');
  });

  it('when every delivery comes twice, and once more under another id', async () => {
    await using product = await another();
    await settled(thread.github, product);
    await replay(
      product,
      working.flatMap((record) => [record, record]),
    );
    await settled(thread.github, product);
    await replay(product, working, { freshIds: true });
    await settled(thread.github, product);
    expect(await exported(product)).toBe(expected);
  });

  it('when the deliveries come in reversed order', async () => {
    await using product = await another();
    await settled(thread.github, product);
    await replay(product, working.toReversed());
    await settled(thread.github, product);
    expect(await exported(product)).toBe(expected);
  });

  it('when the deliveries come in a random order, each only once the one before was worked on', async () => {
    await using product = await another();
    await settled(thread.github, product);
    for (const record of shuffled(working, 1)) {
      await replay(product, [record]);
      await settled(thread.github, product);
    }
    expect(await exported(product)).toBe(expected);
  });

  it('when the deliveries come in a random order, all at once', async () => {
    await using product = await another();
    await settled(thread.github, product);
    await replay(product, shuffled(working, 2));
    await settled(thread.github, product);
    expect(await exported(product)).toBe(expected);
  });

  it('when the worker is killed in the middle of its work, again and again', async () => {
    await using product = await another({ roles: ['server'], impatient: true });
    const { environment, database } = product;
    let worker = start(['worker'], { env: environment });
    await settled(thread.github, product);
    await replay(product, shuffled(working, 3));
    for (let kill = 0; kill < 2; kill += 1) {
      await untilOneRuns(product);
      worker.child.kill('SIGKILL');
      await worker.ended;
      worker = start(['worker'], { env: environment });
    }
    await settled(thread.github, product);
    worker.child.kill('SIGTERM');
    expect((await worker.ended).status).toBe(0);
    expect(await exported(product)).toBe(expected);
    const { rows } = await database.pool.query<{ retried: number }>(
      'select count(*)::int as retried from pgboss.job where retry_count > 0',
    );
    expect(rows[0]?.retried).toBeGreaterThan(0);
  });
});

async function untilOneRuns({ database }: Product): Promise<void> {
  for (;;) {
    const { rows } = await database.pool.query<{ active: number; left: number }>(
      `select count(*) filter (where state = 'active')::int as active, count(*)::int as left from pgboss.job
       where name <> 'dead' and state in ('created', 'retry', 'active')`,
    );
    if (rows[0]?.active !== 0) return;
    if (rows[0].left === 0) throw new Error('all the work was done before the worker could be killed');
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
