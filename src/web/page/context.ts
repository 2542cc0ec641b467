import type { DashboardDeps, WebContext } from '../environment.ts';
import type { PageContext } from './layout.ts';

const notices: Readonly<Record<string, string>> = {
  requeued: 'The job is back in its queue, with all its attempts.',
  cancel: 'The round was asked to end.',
  'cancel-late': 'Nothing was changed: the round had ended, or was asked to end before.',
  consent: 'The consent was changed.',
  purge: 'The consent was withdrawn; what was collected is being purged.',
  unchanged: 'Nothing was changed: the repository already had this consent.',
};

/** What the layout of a page needs, from its request. */
export function pageContext(c: WebContext, { info, now }: DashboardDeps): PageContext {
  return {
    path: c.req.path,
    visitor: c.get('visitor'),
    formToken: c.get('formToken'),
    info,
    now: now(),
    notice: notices[c.req.query('done') ?? ''] ?? null,
  };
}

export function queryOf(c: WebContext): URLSearchParams {
  return new URL(c.req.url).searchParams;
}
