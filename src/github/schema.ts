import { z } from 'zod';
import { storableText } from '../domain/storable-text.ts';

/** The fields that are read of GitHub's answers; everything else is ignored. */
const user = z.object({ login: z.string(), type: z.string().optional() }).nullish();
/** What people wrote. */
const text = z.string().transform(storableText);
const body = text.nullish();
const time = z.string();

export const pullSchema = z.object({
  number: z.number(),
  title: text,
  body,
  user,
  state: z.enum(['open', 'closed']),
  merged: z.boolean().optional(),
  merged_at: time.nullable(),
  created_at: time,
  closed_at: time.nullable(),
  merge_commit_sha: z.string().nullish(),
  base: z.object({ ref: z.string(), sha: z.string() }),
  head: z.object({ sha: z.string(), repo: z.object({ full_name: z.string() }).nullish() }),
});

export const issueSchema = z.object({
  number: z.number(),
  title: text,
  body,
  user,
  state: z.enum(['open', 'closed']),
  labels: z.array(z.union([text, z.object({ name: body })])),
  created_at: time,
  updated_at: time,
  pull_request: z.unknown().optional(),
  repository_url: z.string().optional(),
});

export const commentSchema = z.object({ user, body, created_at: time, updated_at: time });

export const reviewSchema = z.object({ user, body, submitted_at: time.nullish() });

export const repositorySchema = z.object({
  id: z.number(),
  full_name: z.string(),
  default_branch: z.string().nullish(),
  private: z.boolean(),
  fork: z.boolean().optional(),
  parent: z.object({ full_name: z.string() }).nullish(),
  source: z.object({ full_name: z.string() }).nullish(),
});

export const timelineEventSchema = z.object({
  event: z.string().optional(),
  commit_id: z.string().nullish(),
  source: z
    .object({
      issue: z
        .object({
          number: z.number(),
          pull_request: z.unknown().optional(),
          repository: z.object({ full_name: z.string() }).nullish(),
        })
        .nullish(),
    })
    .nullish(),
});

export const closingIssuesSchema = z.object({
  repository: z
    .object({
      pullRequest: z
        .object({
          closingIssuesReferences: z.object({
            nodes: z
              .array(
                z
                  .object({ number: z.number(), repository: z.object({ nameWithOwner: z.string() }) })
                  .nullable(),
              )
              .nullable(),
          }),
        })
        .nullable(),
    })
    .nullable(),
});

export const installationSchema = z.object({
  id: z.number(),
  account: z.object({ login: z.string(), type: z.string().optional() }).nullish(),
  permissions: z.record(z.string(), z.string()),
  events: z.array(z.string()),
  suspended_at: time.nullish(),
});

export const deliveryItemSchema = z.object({
  id: z.number(),
  guid: z.string(),
  delivered_at: time,
  redelivery: z.boolean(),
  status_code: z.number(),
  event: z.string(),
});

export const appSchema = z.object({
  id: z.number(),
  slug: z.string().optional(),
  permissions: z.record(z.string(), z.string()),
  events: z.array(z.string()),
});
