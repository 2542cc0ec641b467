import { Hono } from 'hono';
import { html } from 'hono/html';
import { z } from 'zod';
import { consentScopes, permits } from '../../domain/consent.ts';
import { MendloopError } from '../../domain/errors.ts';
import {
  consentEvents,
  type ConsentEventRow,
  type RepositoryConsent,
  findConsent,
} from '../../queries/consent.ts';
import type { DashboardDeps, WebApp, WebContext, WebEnvironment } from '../environment.ts';
import { pageContext } from '../page/context.ts';
import { type PageContext, layout } from '../page/layout.ts';
import { badge, facts } from '../page/values.ts';
import { actorOf, mayAdminister, mayRead } from '../visitor.ts';
import { consentForm, consentText, ledger, purgeForm } from './view.ts';

const formSchema = z.object({ scope: z.enum(consentScopes), confirmed: z.literal('yes').optional() });

async function repositoryOf({ db }: DashboardDeps, c: WebContext): Promise<RepositoryConsent> {
  const id = Number(c.req.param('id'));
  const row = Number.isSafeInteger(id) ? await findConsent(db, id) : undefined;
  if (row !== undefined && mayRead(c.get('visitor'), row.repository_id)) return row;
  throw new MendloopError('not_found', 'There is no such repository.');
}

function view(
  row: RepositoryConsent,
  events: readonly ConsentEventRow[],
  { visitor, formToken }: PageContext,
  deps: DashboardDeps,
) {
  const mayChange = mayAdminister(visitor, row.repository_id) && row.status === 'active';
  return html`<p class="crumb"><a href="/consent">Consent</a></p>
    <h1>${row.full_name}</h1>
    ${facts([
      { term: 'Consent', value: html`${badge(row.consent)} ${consentText[row.consent]}` },
      { term: 'Visibility', value: row.private ? 'private' : 'public' },
      { term: 'App', value: row.status === 'active' ? 'installed' : 'removed' },
    ])}
    <section>
      <h2>Change</h2>
      ${mayChange ? consentForm(row, deps.consentCap, formToken) : html`<p class="empty">Only an administrator of an installed repository may change this.</p>`}
    </section>
    <section>
      <h2>Ledger</h2>
      ${ledger(events)}
    </section>`;
}

async function readForm(c: WebContext): Promise<z.infer<typeof formSchema>> {
  const parsed = formSchema.safeParse(await c.req.parseBody());
  if (parsed.success) return parsed.data;
  throw new MendloopError('input_invalid', 'scope: must be one of the four consents.');
}

async function change(deps: DashboardDeps, c: WebContext): Promise<Response> {
  const row = await repositoryOf(deps, c);
  const visitor = c.get('visitor');
  const { scope, confirmed } = await readForm(c);
  const { repository_id, consent } = row;
  if (!mayAdminister(visitor, repository_id) || row.status !== 'active') {
    throw new MendloopError(
      'policy_refused',
      'Only an administrator of an installed repository may change its consent.',
    );
  }
  if (!permits(deps.consentCap, scope)) {
    throw new MendloopError('policy_refused', `This server allows no more than ${deps.consentCap}.`);
  }
  if (scope === consent) return c.redirect(`/consent/${repository_id}?done=unchanged`, 303);
  if (scope === 'none' && confirmed === undefined) {
    const context = pageContext(c, deps);
    return c.html(
      layout(
        context,
        'Withdraw consent',
        html`<h1>Withdraw consent?</h1>
          ${purgeForm(row, context.formToken)}`,
      ),
    );
  }
  await deps.consent(repository_id, scope, actorOf(visitor));
  return c.redirect(`/consent/${repository_id}?done=${scope === 'none' ? 'purge' : 'consent'}`, 303);
}

/** One repository's consent: what it is, how it came to be, and the form that changes it. */
export function consentPage(deps: DashboardDeps): WebApp {
  const app = new Hono<WebEnvironment>();
  app.get('/consent/:id{[0-9]+}', async (c) => {
    const row = await repositoryOf(deps, c);
    const events = await consentEvents(deps.db, row.repository_id);
    const context = pageContext(c, deps);
    return c.html(layout(context, `Consent of ${row.full_name}`, view(row, events, context, deps)));
  });
  app.post('/consent/:id{[0-9]+}', (c) => change(deps, c));
  return app;
}
