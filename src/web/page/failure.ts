import { html } from 'hono/html';
import { type ErrorCode, isMendloopError, type MendloopError } from '../../domain/errors.ts';
import { errorFields } from '../../telemetry/log.ts';
import type { DashboardDeps, WebContext } from '../environment.ts';
import { pageContext } from './context.ts';
import { barePage, layout } from './layout.ts';
import { nothing } from './markup.ts';
import { withCode } from './values.ts';

const statuses: Partial<Record<ErrorCode, 403 | 404 | 422 | 503>> = {
  not_found: 404,
  input_invalid: 422,
  policy_refused: 403,
  consent_missing: 403,
  database_unreachable: 503,
  github_unavailable: 503,
  github_rate_limited: 503,
};

const titles = {
  403: 'Not allowed',
  404: 'Not found',
  422: 'Not accepted',
  500: 'Something broke',
  503: 'Not available now',
};

function describe(error: MendloopError | null) {
  if (error === null)
    return html`<p>The request failed for a reason that was not foreseen. It is in the server’s log.</p>`;
  return html`<p>${error.message}</p>
    <p class="why">
      <code>${error.code}</code> ${error.code === 'not_found' ? nothing : withCode(error.hint)}
    </p>`;
}

/** The page for a request that failed: what happened, by its code, and what to do. */
export function failurePage(
  deps: DashboardDeps,
  error: unknown,
  c: WebContext,
): Response | Promise<Response> {
  const known = isMendloopError(error) ? error : null;
  const status = known === null ? 500 : (statuses[known.code] ?? 500);
  if (status >= 500) deps.log.error({ ...errorFields(error), path: c.req.routePath }, 'page failed');
  const title = titles[status];
  const content = describe(known);
  const seen = c.get('visitor') as unknown;
  if (seen === undefined) return c.html(barePage(title, content), status);
  return c.html(
    layout(
      pageContext(c, deps),
      title,
      html`<h1>${title}</h1>
        ${content}`,
    ),
    status,
  );
}
