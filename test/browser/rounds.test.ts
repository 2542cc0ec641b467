import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type TestDatabase, testDatabase } from '../support/database.ts';
import { dashboardOn } from '../web/dashboard-under-test.ts';
import { type JobWorld, jobWorld } from '../web/jobs.ts';
import { rounds, sample, seedEvents, seedRounds, step } from '../web/seed-rounds.ts';
import { seedWorld } from '../web/seed.ts';
import { hasChromium, launch, looks, overflow, picture, watchedPage } from './chromium.ts';
import { serveSite, type Site } from './site.ts';

const pages = [
  ['rounds', '/rounds'],
  ['round-running', `/rounds/${rounds.running}`],
  ['round-promoted', `/rounds/${rounds.promoted}`],
  ['round-planned', `/rounds/${rounds.planned}`],
  ['checkpoints', '/checkpoints'],
] as const;

describe.runIf(hasChromium)('rounds in a real browser', () => {
  let database: TestDatabase;
  let world: JobWorld;
  let site: Site;
  let browser: Browser;

  beforeAll(async () => {
    database = await testDatabase();
    world = await jobWorld(database.db, database.url);
    await seedRounds(database.db, await seedWorld(database.db, { deliveries: 1 }));
    site = await serveSite(dashboardOn(database.db, world));
    browser = await launch();
  });

  afterAll(async () => {
    await browser.close();
    await site[Symbol.asyncDispose]();
    await world[Symbol.asyncDispose]();
    await database[Symbol.asyncDispose]();
  });

  it.each(looks)('open without a complaint: %s', async (look, options) => {
    const context = await browser.newContext(options);
    const { page, troubles } = await watchedPage(context);
    for (const [name, path] of pages) {
      expect((await page.goto(`${site.url}${path}`))?.status()).toBe(200);
      await picture(page, `${name}-${look}`);
      expect(await page.title()).not.toBe('owned');
      expect(await overflow(page), `${name} is wider than the screen`).toBeLessThanOrEqual(0);
    }
    // Leaving a page cuts off its stream, and a refresh of its parts that is under way.
    const isCutOff = (text: string): boolean =>
      text.includes('/events') || /\/rounds\/[\w-]+ net::ERR_ABORTED$/.test(text);
    expect(troubles.filter((text) => !isCutOff(text))).toEqual([]);
    await context.close();
  });

  /** Points of the first plot, the mean reward. */
  function points(page: Page): Promise<number> {
    return page.locator('.plot').first().locator('rect').count();
  }

  it('grow as the round goes on, without another visit, until it ends', async () => {
    const { db } = database;
    const context = await browser.newContext();
    const { page, troubles } = await watchedPage(context);
    await page.goto(`${site.url}/rounds/${rounds.running}`);
    await page.evaluate('window.stayed = true');
    expect(await points(page)).toBe(7);
    const line = await page.locator('.plot .line').first().getAttribute('d');

    await seedEvents(db, rounds.running, 2, [step(8), sample(8, 'the newest answer'), step(9)], 8);
    await page
      .locator('.plot')
      .first()
      .locator('title', { hasText: 'step 9: ' })
      .waitFor({ state: 'attached' });
    expect(await points(page)).toBe(9);
    expect(await page.locator('.plot .line').first().getAttribute('d')).not.toBe(line);
    await page.locator('.sample').first().getByText('the newest answer').waitFor();

    await db
      .updateTable('round')
      .set({ state: 'failed', reason: 'hacked' })
      .where('round_id', '=', rounds.running)
      .execute();
    await page.locator('#now .badge.bad', { hasText: 'failed' }).first().waitFor();
    expect(await page.evaluate('window.stayed')).toBe(true);
    expect(troubles).toEqual([]);
    await context.close();
  });

  it('are whole without JavaScript, and a cancelled one says so', async () => {
    const context = await browser.newContext({ javaScriptEnabled: false });
    const page = await context.newPage();
    await page.goto(`${site.url}/rounds`);
    await page.getByLabel('State').selectOption('planned');
    await page.getByRole('button', { name: 'Filter' }).click();
    await page.getByRole('link', { name: rounds.planned }).click();
    await page.getByRole('button', { name: 'Cancel this round' }).click();
    await page.getByText('The round was asked to end.').waitFor();
    expect(await page.getByRole('button', { name: 'Cancel this round' }).count()).toBe(0);
    await context.close();
  });
});
