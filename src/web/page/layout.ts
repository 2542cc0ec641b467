import { html } from 'hono/html';
import { stylesheetPath, scriptPath } from '../assets.ts';
import type { DashboardInfo } from '../environment.ts';
import type { Visitor } from '../visitor.ts';
import { favicon, mark } from './mark.ts';
import { type Markup, nothing } from './markup.ts';

/** What the layout of a page shows beside the content of the page. */
export interface PageContext {
  readonly path: string;
  readonly visitor: Visitor;
  readonly formToken: string;
  readonly info: DashboardInfo;
  readonly now: Date;
  /** What the last action did, in one sentence. */
  readonly notice: string | null;
}

const pages = [
  ['/', 'Overview'],
  ['/instances', 'Instances'],
  ['/rejections', 'Rejections'],
  ['/deliveries', 'Deliveries'],
  ['/rounds', 'Rounds'],
  ['/checkpoints', 'Checkpoints'],
  ['/jobs', 'Jobs'],
  ['/consent', 'Consent'],
] as const;

/** No eval, no injected style or script, and no copies of private pages in the browser's storage. */
const htmxConfig = JSON.stringify({
  allowEval: false,
  allowScriptTags: false,
  includeIndicatorStyles: false,
  selfRequestsOnly: true,
  historyCacheSize: 0,
  refreshOnHistoryMiss: true,
  scrollIntoViewOnBoost: false,
});

function head(title: string, withScript: boolean): Markup {
  return html`<head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <meta name="color-scheme" content="light dark" />
    <meta name="htmx-config" content="${htmxConfig}" />
    <title>${title} · Mendloop</title>
    <link rel="icon" href="${favicon}" />
    <link rel="stylesheet" href="${stylesheetPath}" />
    ${withScript ? html`<script src="${scriptPath}" defer></script>` : nothing}
  </head>`;
}

function isCurrent(path: string, page: string): boolean {
  return page === '/' ? path === '/' : path === page || path.startsWith(`${page}/`);
}

function navigation(path: string): Markup {
  const link = ([page, label]: readonly [string, string]): Markup =>
    html`<li>
      <a href="${page}" ${isCurrent(path, page) ? html`aria-current="page"` : nothing}>${label}</a>
    </li>`;
  return html`<nav aria-label="Pages">
    <ul>
      ${pages.map(link)}
    </ul>
  </nav>`;
}

function person({ visitor, formToken }: PageContext): Markup {
  if (visitor.at === 'loopback') return html`<p class="person">On this machine</p>`;
  return html`<form class="person" method="post" action="/sign-out">
    <input type="hidden" name="form_token" value="${formToken}" />
    <span>${visitor.login}</span> <button class="quiet">Sign out</button>
  </form>`;
}

function warning(text: string): Markup {
  return html`<p class="banner warn">${text}</p>`;
}

function brand(): Markup {
  return html`<a class="brand" href="/">${mark()}<span>Mendloop</span></a>`;
}

/** A whole page. */
export function layout(context: PageContext, title: string, content: Markup): Markup {
  const { info, notice } = context;
  return html`<!doctype html>
    <html lang="en">
      ${head(title, true)}
      <body>
        <a class="skip" href="#content">Skip to content</a>
        <header class="top">
          <div class="wide">${brand()} ${navigation(context.path)} ${person(context)}</div>
        </header>
        <main id="content" class="wide" tabindex="-1">
          ${info.warnings.map(warning)}
          <div id="notice" role="status">
            ${notice === null ? nothing : html`<p class="banner done">${notice}</p>`}
          </div>
          ${content}
        </main>
        <footer class="wide">Mendloop ${info.version} <span aria-hidden="true">·</span> times are UTC</footer>
      </body>
    </html>`;
}

/** A page for someone who may not see the others. */
export function barePage(title: string, content: Markup): Markup {
  return html`<!doctype html>
    <html lang="en">
      ${head(title, false)}
      <body class="bare">
        <main id="content">
          ${brand()}
          <h1>${title}</h1>
          ${content}
        </main>
      </body>
    </html>`;
}
