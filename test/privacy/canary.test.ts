import { randomBytes } from 'node:crypto';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { act, type Canary } from './activity.ts';
import { type RealProduct, startRealProduct } from './product.ts';
import { nothing, searchFor, searchHome } from './search.ts';

/*
 * Words that stand in every text of a repository (title, body, comment, review, label, branch, path, line, commit) and
 * nowhere else, and a search of every byte that the real product keeps: rows, data folder with its write-ahead log,
 * the server's log, mirrors down to their objects, the logs of server and worker at level debug.
 */
let product: RealProduct;
const used: Canary[] = [];

beforeAll(async () => {
  product = await startRealProduct();
});
afterAll(() => product[Symbol.asyncDispose]());

interface Setting extends Canary {
  readonly repository_id: number;
  readonly installationId: number;
}

/** A new repository of an owner of its own, with the App installed on it. */
async function newRepository(owner: string, isPrivate: boolean): Promise<Setting> {
  const { github, appId } = product;
  const { id } = await github.createRepository({ owner, name: 'app', private: isPrivate });
  const repo = `${owner}/app`;
  const { installationId } = github.install({ appId, account: owner, repositories: [repo] });
  await product.settle();
  const setting = {
    repo,
    word: `CANARY${randomBytes(6).toString('hex')}`,
    repository_id: id,
    installationId,
  };
  used.push(setting);
  return setting;
}

async function deliveriesOf({ repository_id }: Setting) {
  return product.connection.db
    .selectFrom('delivery')
    .select(['payload_state', 'event', 'action'])
    .where('repository_id', '=', repository_id)
    .execute();
}

/** The words are there after collecting, in every kind of place: the search can fail. */
async function collect(setting: Setting): Promise<void> {
  await act(product.github, setting);
  await product.settle();
  await sql`checkpoint`.execute(product.connection.db);
  const { dump, database, mirrors, rest } = await searchFor(product, setting.word);
  expect(dump).toEqual([
    'public.candidate',
    'public.delivery',
    'public.instance',
    'public.issue',
    'public.pull_request',
  ]);
  expect(database.some((path) => path.includes('pg_wal'))).toBe(true);
  expect(database.some((path) => path.includes('base/'))).toBe(true);
  expect(mirrors).toContain(`mirrors/${setting.repository_id}.git`);
  // Also with consent, no text reaches a log.
  expect(rest).toEqual([]);
}

async function consentOf({ repository_id }: Setting): Promise<string | undefined> {
  const row = await product.connection.db
    .selectFrom('repository')
    .select('consent')
    .where('repository_id', '=', repository_id)
    .executeTakeFirst();
  return row?.consent;
}

test('of a private repository without consent nothing is kept, from its first event on', async () => {
  const setting = await newRepository('octo-private', true);
  await act(product.github, setting);
  await product.settle();
  expect(await consentOf(setting)).toBe('none');
  const deliveries = await deliveriesOf(setting);
  expect(deliveries.filter(({ payload_state }) => payload_state === 'withheld').length).toBeGreaterThan(8);
  expect(deliveries.filter(({ payload_state }) => payload_state === 'kept')).toEqual([]);
  expect(await searchFor(product, setting.word)).toEqual(nothing);
  await sql`checkpoint`.execute(product.connection.db);
  expect(await searchFor(product, setting.word)).toEqual(nothing);
});

describe('of a repository that had consented nothing is left', () => {
  test('after the App was uninstalled', async () => {
    const setting = await newRepository('octo-uninstalls', true);
    await product.command('consent', 'set', setting.repo, 'train');
    await collect(setting);
    product.github.uninstall({ installationId: setting.installationId });
    await product.settle();
    expect(await searchFor(product, setting.word)).toEqual(nothing);
  });

  test('after its consent was taken back by command', async () => {
    const setting = await newRepository('octo-revokes', true);
    await product.command('consent', 'set', setting.repo, 'collect');
    await collect(setting);
    await product.command('consent', 'set', setting.repo, 'none');
    await product.settle();
    expect(await searchFor(product, setting.word)).toEqual(nothing);
    await act(product.github, { ...setting, word: `${setting.word}again` });
    await product.settle();
    expect(await searchFor(product, setting.word)).toEqual(nothing);
  });

  test('after it was taken out of the installation', async () => {
    const setting = await newRepository('octo-removes', false);
    await collect(setting);
    const { installationId, repo } = setting;
    product.github.removeRepositories({ installationId, repositories: [repo] });
    await product.settle();
    expect(await searchFor(product, setting.word)).toEqual(nothing);
  });

  test('after it became private', async () => {
    const setting = await newRepository('octo-privatizes', false);
    await collect(setting);
    product.github.privatizeRepository({ repo: setting.repo });
    await product.settle();
    expect(await consentOf(setting)).toBe('none');
    expect(await searchFor(product, setting.word)).toEqual(nothing);
  });

  test('after it was given to another account', async () => {
    const setting = await newRepository('octo-transfers', false);
    await collect(setting);
    product.github.transferRepository({ repo: setting.repo, to: 'octo-receives' });
    await product.settle();
    expect(await searchFor(product, setting.word)).toEqual(nothing);
  });

  test('after it was deleted', async () => {
    const setting = await newRepository('octo-deletes', false);
    await collect(setting);
    await product.github.deleteRepository({ repo: setting.repo });
    await product.settle();
    expect(await searchFor(product, setting.word)).toEqual(nothing);
  });
});

test('a purge leaves what other repositories consent to, and history without text', async () => {
  const stays = await newRepository('octo-stays', false);
  await collect(stays);
  const goes = await newRepository('octo-goes', false);
  await collect(goes);
  await product.command('consent', 'set', goes.repo, 'none');
  await product.settle();
  expect(await searchFor(product, goes.word)).toEqual(nothing);
  expect((await searchFor(product, stays.word)).dump).toContain('public.instance');
  const instances = await product.connection.db
    .selectFrom('instance')
    .select(['instance_id', 'status', 'body'])
    .where('repository_id', '=', goes.repository_id)
    .execute();
  expect(instances).toEqual([{ instance_id: 'octo-goes__app-2', status: 'retired', body: null }]);
  const purged = await product.connection.db
    .selectFrom('transition')
    .select(['from_status', 'to_status', 'event'])
    .where('entity_id', '=', 'octo-goes__app-2')
    .orderBy('transition_id')
    .execute();
  expect(purged.at(-1)).toEqual({ from_status: 'ready', to_status: 'retired', event: 'purged' });
  await product.command('consent', 'set', stays.repo, 'none');
  await product.settle();
});

test('once everything has stopped, no file of the home holds any of the words', async () => {
  await product.stop();
  for (const { word } of used) expect(await searchHome(product.home, word)).toEqual([]);
  expect(used.length).toBeGreaterThan(7);
});
