import { z } from 'zod';
import type { DeliverySubject } from '../domain/delivery.ts';
import { storableText } from '../domain/storable-text.ts';

const id = z.number().int().nonnegative();
const sha = z.string().regex(/^[0-9a-f]{40}$/);
const text = z.string().nullish();

const repository = z.object({
  id,
  full_name: z.string(),
  private: z.boolean(),
  default_branch: z.string().optional(),
});

const account = z.object({ login: z.string(), type: z.string().optional() });

/** The fields of a webhook payload that Mendloop uses. All others are dropped on arrival. */
const envelope = z.object({
  action: z.string().nullish(),
  installation: z
    .object({
      id,
      account: account.nullish(),
      permissions: z.record(z.string(), z.string()).optional(),
      events: z.array(z.string()).optional(),
    })
    .nullish(),
  repository: repository.nullish(),
  sender: z.object({ login: z.string(), type: z.string().optional() }).nullish(),
  issue: z.object({ number: id, title: text, body: text, pull_request: z.unknown().optional() }).nullish(),
  pull_request: z
    .object({
      number: id,
      title: text,
      body: text,
      merged: z.boolean().nullish(),
      head: z.object({ sha, ref: z.string() }).nullish(),
      base: z.object({ sha, ref: z.string() }).nullish(),
    })
    .nullish(),
  comment: z.object({ id, body: text }).nullish(),
  review: z.object({ id, body: text }).nullish(),
  before: sha.nullish().catch(null),
  after: sha.nullish().catch(null),
  repositories_removed: z.array(z.object({ id })).nullish(),
});
type Envelope = z.infer<typeof envelope>;

/** Reads a subject as the inbox stored it. */
export const subjectSchema: z.ZodType<DeliverySubject> = z.object({
  is_pull: z.boolean(),
  number: id.nullable(),
  merged: z.boolean(),
  head_shas: z.array(sha),
  removed_repositories: z.array(id),
  own: z.boolean(),
});

/** The text that a delivery row may keep where the repository's consent allows it. */
export interface KeptPayload {
  readonly issue?: { readonly title: string; readonly body: string };
  readonly pull_request?: {
    readonly title: string;
    readonly body: string;
    readonly head: string;
    readonly base: string;
  };
  readonly comment?: string;
}

export interface ReadDelivery {
  readonly action: string | null;
  readonly installation_id: number | null;
  readonly repository_id: number | null;
  readonly subject: DeliverySubject;
  readonly payload: KeptPayload | null;
}

/** Longest stored text of one field, in UTF-16 units. Collecting reads the whole text from GitHub. */
const keptLength = 4096;

function storable(value: string | null | undefined): string {
  return storableText((value ?? '').slice(0, keptLength));
}

function headShas(payload: Envelope): string[] {
  const found = [payload.pull_request?.head?.sha, payload.pull_request ? payload.before : null];
  return [...new Set(found.filter((value): value is string => typeof value === 'string'))];
}

function keptPayload(payload: Envelope): KeptPayload | null {
  const { issue, pull_request: pull } = payload;
  const comment = payload.comment?.body ?? payload.review?.body;
  if (!issue && !pull && !comment) return null;
  return {
    ...(issue ? { issue: { title: storable(issue.title), body: storable(issue.body) } } : {}),
    ...(pull
      ? {
          pull_request: {
            title: storable(pull.title),
            body: storable(pull.body),
            head: storable(pull.head?.ref),
            base: storable(pull.base?.ref),
          },
        }
      : {}),
    ...(comment ? { comment: storable(comment) } : {}),
  };
}

function subjectOf(payload: Envelope, ownLogin: string | null): DeliverySubject {
  const { issue, pull_request: pull } = payload;
  return {
    is_pull: Boolean(pull ?? issue?.pull_request),
    number: pull?.number ?? issue?.number ?? null,
    merged: pull?.merged === true,
    head_shas: headShas(payload),
    removed_repositories: (payload.repositories_removed ?? []).map((removed) => removed.id),
    own: ownLogin !== null && payload.sender?.login === ownLogin,
  };
}

/**
 * Reads a payload of any event; null when its known fields have the wrong types.
 * `ownLogin` is the login of our bot (`slug[bot]`), whose own events are ignored.
 */
export function readDelivery(payload: unknown, ownLogin: string | null): ReadDelivery | null {
  const parsed = envelope.safeParse(payload);
  if (!parsed.success) return null;
  const { data } = parsed;
  return {
    action: data.action?.slice(0, 64) ?? null,
    installation_id: data.installation?.id ?? null,
    repository_id: data.repository?.id ?? null,
    subject: subjectOf(data, ownLogin),
    payload: keptPayload(data),
  };
}
