import { type Refusal, refusal } from './refusal.ts';

/** One answer to score. `k` is returned with the score, `id` names the oracle. */
export interface Item {
  readonly k: string;
  readonly id: string;
  readonly text: string;
}

/** The body of `POST /v1/score` (docs/contracts/reward.md#reward-server). */
export interface ScoreRequest {
  readonly specSha256: string | null;
  readonly items: readonly Item[];
}

/** Reads a body. Returns a refusal with status 400, which names the field, for a body that is no request. */
export function readScoreRequest(body: Uint8Array): ScoreRequest | Refusal {
  const value = parse(body);
  if (!isObject(value)) return refusal(400, 'the body is not a JSON object in UTF-8');
  const { items, spec_sha256: spec = null } = value as { items?: unknown; spec_sha256?: unknown };
  if (spec !== null && typeof spec !== 'string') return refusal(400, 'spec_sha256: not a text');
  if (!Array.isArray(items)) return refusal(400, 'items: not an array');
  const wrong = items.findIndex((item) => !isItem(item));
  if (wrong !== -1) return refusal(400, `items[${wrong}]: not an object of the texts k, id and text`);
  const read = items as Item[];
  if (new Set(read.map(({ k }) => k)).size < read.length) return refusal(400, 'items: a k comes twice');
  return { specSha256: spec, items: read };
}

function parse(body: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body)) as unknown;
  } catch {
    // The parser's own message quotes the body.
    return null;
  }
}

function isItem(value: unknown): value is Item {
  return isObject(value) && ['k', 'id', 'text'].every((name) => typeof value[name] === 'string');
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
