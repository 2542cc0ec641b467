import { randomUUID } from 'node:crypto';
import { sign } from '../../demo/github/webhooks/delivery.ts';
import type { Thread } from '../support/thread.ts';

/** Sends one delivery of one's own making, signed as GitHub would. Returns the status of the answer. */
export async function deliver(thread: Thread, event: string, payload: object): Promise<number> {
  const body = JSON.stringify(payload);
  const answer = await fetch(`${thread.url}/api/github/webhooks`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'x-github-event': event,
      'x-github-delivery': randomUUID(),
      'x-hub-signature-256': sign(thread.webhookSecret, body),
    },
    body,
  });
  await answer.arrayBuffer();
  return answer.status;
}

export interface MergedPull {
  readonly installationId: number;
  readonly repositoryId: number;
  readonly repo: string;
  readonly number: number;
  readonly head: string;
  readonly base: string;
}

/** The least of a `pull_request` payload that tells of a merge. */
export function mergedPayload({
  installationId,
  repositoryId,
  repo,
  number,
  head,
  base,
}: MergedPull): object {
  return {
    action: 'closed',
    installation: { id: installationId },
    repository: { id: repositoryId, full_name: repo, private: false, default_branch: 'main' },
    pull_request: {
      number,
      title: 'Fix',
      body: '',
      merged: true,
      head: { sha: head, ref: 'fix' },
      base: { sha: base, ref: 'main' },
    },
    sender: { login: 'octo-dev', type: 'User' },
  };
}
