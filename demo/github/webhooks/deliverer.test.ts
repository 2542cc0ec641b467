import { Webhooks } from '@octokit/webhooks';
import { expect, test } from 'vitest';
import { rehearse, startReceiver, webhookSecret } from '../rehearsal.ts';

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const issue = { repo: 'octo-org/lib', title: 'Ünicode “title”', author: 'octo-user' };

function titleOf(payload: Readonly<Record<string, unknown>>): string {
  return (payload['issue'] as { readonly title: string }).title;
}

test('a delivery is signed over its exact bytes and names event, app and guid', async () => {
  await using stage = await rehearse();
  stage.github.openIssue(issue);
  await stage.github.deliveries.settled();
  const heard = stage.receiver.heard.at(-1);
  expect(heard).toMatchObject({ event: 'issues', action: 'opened' });
  expect(heard?.guid).toMatch(uuid);
  expect(heard?.headers['x-github-hook-installation-target-id']).toBe(String(stage.app.appId));
  const verifier = new Webhooks({ secret: webhookSecret });
  const signature = String(heard?.headers['x-hub-signature-256']);
  expect(await verifier.verify(heard?.body ?? '', signature)).toBe(true);
  expect(heard?.payload).toMatchObject({ installation: { id: stage.installationId } });
});

test('a failed delivery is not tried again, is listed as failed, and is sent again under its guid when asked', async () => {
  await using stage = await rehearse();
  let status = 500;
  await using receiver = await startReceiver(() => status);
  stage.github.configureWebhook({ appId: stage.app.appId, url: receiver.url });
  stage.github.openIssue(issue);
  await stage.github.deliveries.settled();
  expect(receiver.heard).toHaveLength(1);
  const failed = await stage.appClient.request('GET /app/hook/deliveries', { status: 'failure' });
  expect(failed.data).toHaveLength(1);
  expect(failed.data[0]).toMatchObject({
    status_code: 500,
    redelivery: false,
    event: 'issues',
    action: 'opened',
  });
  status = 200;
  const delivery_id = failed.data[0]?.id ?? 0;
  await stage.appClient.request('POST /app/hook/deliveries/{delivery_id}/attempts', { delivery_id });
  await stage.github.deliveries.settled();
  expect(receiver.heard.map(({ guid }) => guid)).toEqual([failed.data[0]?.guid, failed.data[0]?.guid]);
  expect(receiver.heard[0]?.body).toBe(receiver.heard[1]?.body);
  const latest = (await stage.appClient.request('GET /app/hook/deliveries')).data[0];
  expect(latest).toMatchObject({ redelivery: true, status_code: 200, guid: failed.data[0]?.guid });
  const full = await stage.appClient.request('GET /app/hook/deliveries/{delivery_id}', { delivery_id });
  expect(full.data.request.payload).toMatchObject({ action: 'opened' });
  expect(stage.github.violations).toEqual([]);
});

test('deliveries page by cursor, newest first', async () => {
  await using stage = await rehearse();
  for (let count = 0; count < 7; count++) stage.github.openIssue(issue);
  await stage.github.deliveries.settled();
  const all = await stage.appClient.paginate('GET /app/hook/deliveries', { per_page: 3 });
  expect(all).toHaveLength(9);
  expect(all.map(({ id }) => id)).toEqual(all.map(({ id }) => id).toSorted((one, other) => other - one));
  expect(new Set(all.map(({ guid }) => guid)).size).toBe(9);
});

test('deliveries are dropped, doubled, late and reordered on demand', async () => {
  await using stage = await rehearse({ deliveryConnections: 1 });
  const { github, receiver } = stage;
  await github.deliveries.settled();
  receiver.heard.length = 0;
  const open = (title: string): void => void github.openIssue({ ...issue, title });
  github.faults.onDelivery({ kind: 'drop' }, { event: 'issues' });
  open('dropped');
  github.faults.onDelivery({ kind: 'duplicate', copies: 2 });
  open('doubled');
  github.faults.onDelivery({ kind: 'reorder', window: 2 }, {}, 2);
  open('first');
  open('second');
  await github.deliveries.settled();
  github.faults.onDelivery({ kind: 'late', milliseconds: 30 });
  open('late');
  open('prompt');
  await github.deliveries.settled();
  const titles = receiver.heard.map(({ payload }) => titleOf(payload));
  expect(titles).toEqual(['doubled', 'doubled', 'second', 'first', 'prompt', 'late']);
  expect(receiver.heard[0]?.guid).toBe(receiver.heard[1]?.guid);
  const { data } = await stage.appClient.request('GET /app/hook/deliveries', { status: 'failure' });
  expect(data).toHaveLength(1);
});

test('an unreachable app is recorded as 502 and a silent one as 504', async () => {
  await using stage = await rehearse({ deliveryTimeoutMilliseconds: 50 });
  const { github, app } = stage;
  await github.deliveries.settled();
  github.configureWebhook({ appId: app.appId, url: 'http://127.0.0.1:1/' });
  github.openIssue(issue);
  await github.deliveries.settled();
  github.configureWebhook({ appId: app.appId, url: `${github.url}/never` });
  github.faults.onRequest({ kind: 'hang' }, { path: '/never' });
  github.openIssue(issue);
  await github.deliveries.settled();
  expect(
    github.deliveries
      .records(app.appId)
      .slice(0, 2)
      .map(({ answer }) => answer.statusCode),
  ).toEqual([504, 502]);
});

test('an app hears only what it may, what it subscribed to and what is not suspended', async () => {
  await using stage = await rehearse({ permissions: { contents: 'read' } });
  const { github, receiver, installationId } = stage;
  github.openIssue(issue);
  await github.pushBranch({ repo: 'octo-org/lib', branch: 'topic', sha: stage.first, fromGit: stage.source });
  github.suspend({ installationId });
  await github.pushBranch({ repo: 'octo-org/lib', branch: 'quiet', sha: stage.first, fromGit: stage.source });
  await github.deliveries.settled();
  const heard = receiver.heard.map(({ event, action }) => (action === null ? event : `${event}.${action}`));
  expect(heard.toSorted()).toEqual([
    'create',
    'installation.created',
    'installation.suspend',
    'ping',
    'push',
  ]);
});

test('with a seed the guids are the same in every run', async () => {
  const guids: string[][] = [];
  for (let runs = 0; runs < 2; runs++) {
    await using stage = await rehearse({ seed: 7, deliveryConnections: 1 });
    stage.github.openIssue(issue);
    await stage.github.deliveries.settled();
    guids.push(stage.receiver.heard.map(({ guid }) => guid));
  }
  expect(guids[0]).toEqual(guids[1]);
});
