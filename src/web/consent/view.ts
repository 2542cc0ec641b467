import { html } from 'hono/html';
import { type ConsentScope, consentScopes, permits } from '../../domain/consent.ts';
import type { ConsentEventRow, RepositoryConsent } from '../../queries/consent.ts';
import { type Markup, nothing } from '../page/markup.ts';
import { type Column, table } from '../page/table.ts';
import { badge, dateTime } from '../page/values.ts';

export const consentText: Record<ConsentScope, string> = {
  none: 'Nothing is collected, and what was collected is purged.',
  collect: 'Merged pull requests and their issues are collected, and used for nothing else.',
  train: 'Models of the own organisation may learn from what is collected.',
  share: 'Models of others may learn from it too.',
};

const sourceText: Record<ConsentEventRow['source'], string> = {
  default: 'default on arrival',
  command: 'a person',
  configuration: 'configuration',
  privatized: 'the repository became private',
  transferred: 'the repository was transferred',
  removed: 'the App was removed from the repository',
  uninstalled: 'the App was uninstalled',
};

/** The scopes that a person may choose from. */
export function offeredScopes(cap: ConsentScope): ConsentScope[] {
  return consentScopes.filter((scope) => permits(cap, scope));
}

function option(scope: ConsentScope, current: ConsentScope): Markup {
  return html`<label class="choice"
    ><input type="radio" name="scope" value="${scope}" ${scope === current ? html`checked` : nothing} />
    <span>${badge(scope)} ${consentText[scope]}</span></label
  >`;
}

/** Changes a repository's consent. Withdrawing it asks once more, because it purges. */
export function consentForm(row: RepositoryConsent, cap: ConsentScope, formToken: string): Markup {
  return html`<form class="consent" method="post" action="/consent/${row.repository_id}">
    <input type="hidden" name="form_token" value="${formToken}" />
    <fieldset>
      <legend>Consent of ${row.full_name}</legend>
      ${offeredScopes(cap).map((scope) => option(scope, row.consent))}
    </fieldset>
    <button>Change</button>
    ${cap === 'share' ? nothing : html`<p class="why">This server is configured to allow no more than “${cap}”.</p>`}
  </form>`;
}

/** The question before a purge. */
export function purgeForm(row: RepositoryConsent, formToken: string): Markup {
  return html`<form class="consent" method="post" action="/consent/${row.repository_id}">
    <input type="hidden" name="form_token" value="${formToken}" />
    <input type="hidden" name="scope" value="none" /><input type="hidden" name="confirmed" value="yes" />
    <p>
      Everything that was collected from <strong>${row.full_name}</strong> will be deleted: issues, pull
      requests, instances, candidates and their rewards. Raising the consent later collects anew only what
      happens then.
    </p>
    <button class="danger">Withdraw and purge</button> <a href="/consent/${row.repository_id}">Keep it</a>
  </form>`;
}

export function ledger(events: readonly ConsentEventRow[]): Markup {
  const columns: Column<ConsentEventRow>[] = [
    { label: 'When', heads: true, cell: ({ at }) => dateTime(at) },
    {
      label: 'Change',
      cell: ({ from_scope, to_scope }) =>
        html`${from_scope === null ? nothing : html`${badge(from_scope)} → `}${badge(to_scope)}`,
    },
    { label: 'By', cell: ({ source }) => sourceText[source] },
    { label: 'Note', cell: ({ reason }) => html`<span class="why">${reason}</span>` },
  ];
  return table({
    caption: 'Every change of the consent',
    columns,
    rows: events,
    empty: 'It was never changed.',
  });
}
