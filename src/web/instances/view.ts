import { html } from 'hono/html';
import type { FileText, Instance, LinkSource } from '../../domain/instance.ts';
import { rejectionText } from '../../domain/rejection.ts';
import type { InstanceDetail, IssueRow } from '../../queries/instances.ts';
import { type Markup, nothing } from '../page/markup.ts';
import { badge, count, type Fact, facts, github, hash, dateTime, missing } from '../page/values.ts';

/** Longest text shown of one file or issue; the whole is in the export. */
const shownLength = 60_000;

const evidenceText: Record<LinkSource, string> = {
  closing_references: 'GitHub itself links it as closed by the pull request',
  timeline: 'the pull request’s timeline names it',
  text: 'title, description or commits name it',
};

export function text(value: string, empty: string): Markup {
  if (value.trim() === '') return html`<p class="empty">${empty}</p>`;
  const cut = value.length - shownLength;
  return html`<pre class="text wrap" tabindex="0">${value.slice(0, shownLength)}</pre>
    ${cut > 0 ? html`<p class="empty">${count(cut)} more characters</p>` : nothing}`;
}

export function headline(
  { repository, pull_number, status, rejection, ...row }: InstanceDetail,
  webUrl: string,
): Markup {
  return html`<p class="crumb"><a href="/instances">Instances</a></p>
    <h1>${row.instance_id} ${badge(status)}</h1>
    <p class="lead">
      ${row.title ?? nothing} ${github(webUrl, `${repository}/pull/${pull_number}`, 'Pull request on GitHub')}
    </p>
    ${rejection === null ? nothing : html`<p class="banner warn">${rejectionText[rejection.reason]}</p>`}`;
}

function tags(values: readonly string[]): Markup {
  return values.length === 0
    ? missing()
    : html`${values.map((value) => html`<span class="tag">${value.replaceAll('_', ' ')}</span> `)}`;
}

function ofBody(body: Instance): Fact[] {
  return [
    { term: 'Base commit', value: hash(body.base_commit) },
    { term: 'Fix commit', value: hash(body.fix_commit) },
    { term: 'Languages', value: tags(body.languages) },
    { term: 'Licence', value: body.licence ?? 'not recognised' },
    { term: 'Quality flags', value: tags(body.quality_flags) },
    ...(body.FAIL_TO_PASS.length === 0
      ? []
      : [
          { term: 'Fixed tests', value: tags(body.FAIL_TO_PASS) },
          { term: 'Kept tests', value: count(body.PASS_TO_PASS.length) },
        ]),
    {
      term: 'Files',
      value: `${body.source_files.length} source, ${body.test_files.length} test, ${body.other_files.length} other`,
    },
  ];
}

export function about(row: InstanceDetail): Markup {
  return facts([
    { term: 'Repository', value: row.repository },
    { term: 'Merged', value: dateTime(row.merged_at) },
    { term: 'Consent', value: row.consent === null ? missing() : badge(row.consent) },
    ...(row.body === null ? [] : ofBody(row.body)),
    { term: 'Last change', value: dateTime(row.updated_at) },
  ]);
}

/** Linked issues with the evidence for each link, also of those that did not win. */
export function linkedIssues(body: Instance, issues: readonly IssueRow[], webUrl: string): Markup {
  const numbers = [...new Set([...body.linked_issues, ...body.link_evidence.map(({ number }) => number)])];
  const issue = (number: number): Markup => {
    const known = issues.find((row) => row.number === number);
    const sources = body.link_evidence
      .filter((link) => link.number === number)
      .map(({ source }) => evidenceText[source]);
    return html`<li>
      ${github(webUrl, `${body.repo}/issues/${number}`, `#${number}`)} ${known?.title ?? nothing}
      ${body.linked_issues.includes(number) ? nothing : badge('not used')}
      <p class="why">${sources.join('; ')}</p>
    </li>`;
  };
  return html`<ul class="plain-list">
    ${numbers.map(issue)}
  </ul>`;
}

function contextFile({ path, text: content }: FileText): Markup {
  if (content === null)
    return html`<li>
      <code>${path}</code> <span class="why">does not exist at the base, or is binary</span>
    </li>`;
  const lines = content === '' ? 0 : content.split('\n').length - (content.endsWith('\n') ? 1 : 0);
  return html`<li>
    <details class="file">
      <summary><code>${path}</code> <span class="why">${count(lines)} lines</span></summary>
      <pre class="text" tabindex="0"><code>${content.slice(0, shownLength)}</code></pre>
      ${content.length > shownLength ? html`<p class="empty">${count(content.length - shownLength)} more characters</p>` : nothing}
    </details>
  </li>`;
}

/** The files that a model is shown, as they were before the fix. */
export function contextFiles(files: readonly FileText[]): Markup {
  if (files.length === 0) return html`<p class="empty">The fix only adds files.</p>`;
  return html`<ul class="files">
    ${files.map(contextFile)}
  </ul>`;
}
