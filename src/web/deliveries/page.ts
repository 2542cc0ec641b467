import { Hono } from 'hono';
import { html } from 'hono/html';
import { MendloopError } from '../../domain/errors.ts';
import { isDeliveryId } from '../../domain/ids.ts';
import { type DeliveryDetail, findDelivery } from '../../queries/deliveries.ts';
import { type TransitionRow, historyOf } from '../../queries/history.ts';
import type { DashboardDeps, WebApp, WebEnvironment } from '../environment.ts';
import { pageContext } from '../page/context.ts';
import { historyView, maxHistory } from '../page/history.ts';
import { layout } from '../page/layout.ts';
import { nothing } from '../page/markup.ts';
import { badge, explanation, facts, dateTime, missing } from '../page/values.ts';
import { mayRead } from '../visitor.ts';
import { payloadText, reasonText } from './reasons.ts';

function json(value: unknown) {
  return html`<pre class="text" tabindex="0"><code>${JSON.stringify(value, null, 2)}</code></pre>`;
}

function view(delivery: DeliveryDetail, transitions: readonly TransitionRow[]) {
  const { event, action, payload } = delivery;
  const list = facts([
    { term: 'State', value: badge(delivery.state) },
    { term: 'Repository', value: delivery.repository ?? delivery.repository_id ?? missing() },
    { term: 'Installation', value: delivery.installation_id ?? missing() },
    { term: 'Received', value: dateTime(delivery.received_at) },
    { term: 'Routed', value: dateTime(delivery.routed_at) },
    { term: 'Id', value: html`<code>${delivery.delivery_id}</code>` },
  ]);
  return html`<p class="crumb"><a href="/deliveries">Deliveries</a></p>
    <h1>${event}${action === null ? '' : `.${action}`}</h1>
    ${explanation(reasonText(delivery.reason))} ${list}
    <section>
      <h2>Subject</h2>
      <p class="lead">Numbers and hashes that routing reads.</p>
      ${json(delivery.subject)}
    </section>
    <section>
      <h2>Payload ${badge(delivery.payload_state)}</h2>
      <p class="lead">${payloadText(delivery.payload_state)}</p>
      ${payload === null ? nothing : json(payload)}
    </section>
    <section>
      <h2>History</h2>
      ${historyView(transitions)}
    </section>`;
}

/** One delivery with what was kept of it. */
export function deliveryPage(deps: DashboardDeps): WebApp {
  const app = new Hono<WebEnvironment>();
  app.get('/deliveries/:id', async (c) => {
    const id = c.req.param('id').toLowerCase();
    const delivery = isDeliveryId(id) ? await findDelivery(deps.db, id) : undefined;
    if (delivery === undefined || !mayRead(c.get('visitor'), delivery.repository_id)) {
      throw new MendloopError('not_found', 'There is no such delivery.');
    }
    const transitions = await historyOf(deps.db, 'delivery', id, maxHistory);
    return c.html(layout(pageContext(c, deps), `${delivery.event} delivery`, view(delivery, transitions)));
  });
  return app;
}
