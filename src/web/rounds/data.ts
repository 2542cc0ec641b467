import { html } from 'hono/html';
import type { SnapshotInstance, SnapshotDetail, SnapshotInstances } from '../../queries/snapshots.ts';
import { type Markup, nothing } from '../page/markup.ts';
import { badge, bar, count, facts, hash, dateTime } from '../page/values.ts';

const rowKinds = ['train', 'held_out', 'sft', 'preferences'];

const leftOutTexts: Readonly<Record<string, string>> = {
  consent: 'Its repository does not allow training, or no longer.',
  credential: 'Something in it looks like a password or a key.',
  no_text_oracle: 'The fix has a file that is not text, or was deleted.',
  unchanged: 'The fix changes nothing that would be shown.',
  near_duplicate: 'Another instance has nearly the same fix.',
  issue_on_both_sides: 'Its issue is also that of a held-out instance.',
  cap_repository: 'Its repository has enough instances already.',
  cap_author: 'Its author has enough instances already.',
  empty_fragment: 'A part of it has no text to begin with.',
  prompt_too_long: 'Its prompt would be too long.',
  answer_too_long: 'Its fix would be too long an answer.',
  not_expressible: 'Its fix cannot be written in the form of an answer.',
  attempt_not_expressible: 'An earlier attempt at it cannot be written in the form of an answer.',
};

function leftOut(reasons: Readonly<Record<string, number>>): Markup {
  const sorted = Object.entries(reasons).toSorted(([, a], [, b]) => b - a);
  if (sorted.length === 0) return nothing;
  const most = Math.max(...sorted.map(([, times]) => times));
  const row = ([reason, times]: readonly [string, number]): Markup =>
    html`<li>
      <span>${reason.replaceAll('_', ' ')}</span> <span class="figure">${count(times)}</span>
      ${bar(times / most, 'wait')}
      <p>${leftOutTexts[reason] ?? ''}</p>
    </li>`;
  return html`<h3>Left out</h3>
    <ul class="reasons">
      ${sorted.map(row)}
    </ul>`;
}

function instanceItem({ instance_id, split, exists }: SnapshotInstance): Markup {
  return html`<li>
    ${exists ? html`<a href="/instances/${encodeURIComponent(instance_id)}">${instance_id}</a>` : instance_id}
    ${split === 'held_out' ? badge(split) : nothing}
  </li>`;
}

function instanceList({ train, held_out, visible }: SnapshotInstances): Markup {
  const others = train + held_out - visible.length;
  return html`<details class="file">
    <summary>Instances that you may see <span class="figure">${count(visible.length)}</span></summary>
    <ul class="names">
      ${visible.map(instanceItem)}
      ${others > 0 ? html`<li class="why">and ${count(others)} more</li>` : nothing}
    </ul>
  </details>`;
}

/** What the round was trained on and measured with. */
export function dataView(snapshot: SnapshotDetail | undefined, instances: SnapshotInstances | null): Markup {
  if (snapshot === undefined || instances === null) {
    return html`<p class="empty">The training data is not put together yet.</p>`;
  }
  const { counts, sha256, split_at, state, created_at } = snapshot;
  const rows = rowKinds.map((kind) => ({
    term: `Rows: ${kind.replaceAll('_', ' ')}`,
    value: count(counts[kind] ?? 0),
  }));
  return html`${facts([
    { term: 'Snapshot', value: html`<code>${snapshot.snapshot_id}</code> ${badge(state)}` },
    { term: 'Hash', value: hash(sha256) },
    { term: 'Made', value: dateTime(created_at) },
    { term: 'Held out from', value: dateTime(split_at) },
    { term: 'Instances to train on', value: count(instances.train) },
    { term: 'Instances held out', value: count(instances.held_out) },
    ...rows,
  ])}
  ${state === 'purged' ? html`<p class="why">A repository of it took its consent back: the files and the answers are deleted.</p>` : nothing}
  ${instanceList(instances)} ${leftOut(snapshot.left_out)}`;
}
