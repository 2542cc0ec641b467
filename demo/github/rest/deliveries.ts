import type { Hono } from 'hono';
import { notFound } from '../auth/api-error.ts';
import type { Core } from '../core.ts';
import type { ApiContext, ApiEnvironment } from '../http/context.ts';
import { paginateByCursor } from '../http/pagination.ts';
import { reply } from '../http/reply.ts';
import { iso, type Json, type JsonObject } from '../shapes/json.ts';
import type { GitHubApp } from '../state/types.ts';
import { succeeded, type DeliveryRecord } from '../webhooks/delivery.ts';
import { signedApp } from './app.ts';

const keptMilliseconds = 3 * 86_400_000;

/** The delivery log of an app, which reaches back three days. */
export function deliveryRoutes(core: Core, api: Hono<ApiEnvironment>): void {
  api.get('/app/hook/deliveries', (c) => {
    const records = recent(core, signedApp(c)).filter((record) => wanted(record, c.req.query('status')));
    return reply(core, c, paginateByCursor(c, records).map(itemShape));
  });
  api.get('/app/hook/deliveries/:id', (c) => reply(core, c, fullShape(recordFor(core, c, signedApp(c)))));
  api.post('/app/hook/deliveries/:id/attempts', (c) => {
    const app = signedApp(c);
    core.deliverer.redeliver(app, recordFor(core, c, app));
    return reply(core, c, {}, 202);
  });
}

function recent(core: Core, app: GitHubApp): DeliveryRecord[] {
  const oldest = core.now().getTime() - keptMilliseconds;
  return core.deliverer.records(app.id).filter((record) => record.deliveredAt.getTime() >= oldest);
}

function wanted(record: DeliveryRecord, status: string | undefined): boolean {
  if (status === undefined) return true;
  return succeeded(record.answer) === (status === 'success');
}

function recordFor(core: Core, c: ApiContext, app: GitHubApp): DeliveryRecord {
  const id = Number(c.req.param('id'));
  const record = recent(core, app).find((candidate) => candidate.id === id);
  if (record === undefined) throw notFound();
  return record;
}

function itemShape(record: DeliveryRecord): JsonObject {
  return {
    id: record.id,
    guid: record.guid,
    delivered_at: iso(record.deliveredAt),
    redelivery: record.redelivery,
    duration: record.answer.durationSeconds,
    status: record.answer.status,
    status_code: record.answer.statusCode,
    event: record.event,
    action: record.action,
    installation_id: record.installationId,
    repository_id: record.repositoryId,
    throttled_at: null,
  };
}

function fullShape(record: DeliveryRecord): JsonObject {
  return {
    ...itemShape(record),
    url: record.url,
    request: { headers: { ...record.requestHeaders }, payload: JSON.parse(record.body) as Json },
    response: { headers: { ...record.answer.headers }, payload: record.answer.body },
  };
}
