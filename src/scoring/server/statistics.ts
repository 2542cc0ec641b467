import { type Metric, samplesBy, singleMetric } from '../../http/prometheus.ts';
import { hackClasses } from '../../reward/hacks/hack-classes.ts';
import type { ItemScore } from './score-items.ts';
import type { Item } from './score-request.ts';

/** A reward above this bound should be impossible for an answer that changes other files than the oracle. */
const highReward = 0.95;

/** Counts since the start for charts of a round (docs/contracts/reward.md#counts), without ids and texts. */
export class Statistics {
  readonly #requests = new Map<number, number>();
  readonly #items = new Map<string, number>();
  readonly #hacks = new Map<string, number>(hackClasses.map((name) => [name, 0]));
  #requestSeconds = 0;
  #itemSeconds = 0;
  #formatErrors = 0;
  #emptyDiffs = 0;
  #lengthRatios = 0;
  #lengthRatioItems = 0;
  #highWithOtherFiles = 0;
  #duplicates = 0;
  #cancelledRequests = 0;

  addRequest(status: number, seconds: number): void {
    increase(this.#requests, status);
    this.#requestSeconds += seconds;
  }

  /** The client hung up before the response was written. */
  addCancelledRequest(): void {
    this.#cancelledRequests += 1;
  }

  addBatch(items: readonly Item[], scores: readonly ItemScore[]): void {
    this.#duplicates += duplicatesIn(items);
    for (const score of scores) this.#addScore(score);
  }

  families(): Metric[] {
    const counter = (name: string, help: string, value: number): Metric =>
      singleMetric(`mendloop_reward_${name}`, 'counter', help, value);
    return [
      countedBy('mendloop_reward_requests_total', 'Scoring requests by status.', 'status', this.#requests),
      counter(
        'request_seconds_total',
        'Seconds from the head of a request to its answer.',
        this.#requestSeconds,
      ),
      counter('requests_cancelled_total', 'Requests whose sender hung up.', this.#cancelledRequests),
      countedBy('mendloop_reward_items_total', 'Items by what became of them.', 'outcome', this.#items),
      counter('item_seconds_total', 'Seconds at work on items that were scored.', this.#itemSeconds),
      counter('format_errors_total', 'Scored items of a wrong form.', this.#formatErrors),
      counter('empty_diffs_total', 'Scored items that change nothing.', this.#emptyDiffs),
      counter('length_ratio_sum', 'Predicted over oracle patch length, summed.', this.#lengthRatios),
      counter('length_ratio_count', 'Items in that sum.', this.#lengthRatioItems),
      counter(
        'high_with_other_files_total',
        `Rewards above ${highReward} with other files.`,
        this.#highWithOtherFiles,
      ),
      counter('duplicates_total', 'Items whose id and text came before in their request.', this.#duplicates),
      countedBy(
        'mendloop_reward_hacks_total',
        'Scored items by kind of degenerate edit.',
        'class',
        this.#hacks,
      ),
    ];
  }

  #addScore(score: ItemScore): void {
    increase(this.#items, score.ok ? 'scored' : score.reason);
    if (!score.ok) return;
    const { flags } = score;
    this.#itemSeconds += flags.ms / 1000;
    this.#formatErrors += flags.format_error;
    this.#emptyDiffs += flags.empty_diff;
    if (score.score > highReward) this.#highWithOtherFiles += flags.wrong_files;
    if (flags.hack !== null) increase(this.#hacks, flags.hack);
    if (flags.format_error === 1) return;
    this.#lengthRatios += flags.length_ratio;
    this.#lengthRatioItems += 1;
  }
}

function countedBy(
  name: string,
  help: string,
  label: string,
  counts: ReadonlyMap<string | number, number>,
): Metric {
  const samples = samplesBy(
    label,
    Array.from(counts, ([value, count]) => [String(value), count] as const),
  );
  return { name, type: 'counter', help, samples };
}

function duplicatesIn(items: readonly Item[]): number {
  const textsOf = new Map<string, Set<string>>();
  for (const { id, text } of items) {
    const texts = textsOf.get(id);
    if (texts === undefined) textsOf.set(id, new Set([text]));
    else texts.add(text);
  }
  let distinct = 0;
  for (const texts of textsOf.values()) distinct += texts.size;
  return items.length - distinct;
}

function increase<Key>(counts: Map<Key, number>, key: Key): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}
