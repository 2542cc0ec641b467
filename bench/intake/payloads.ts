import { createHmac } from 'node:crypto';
import { createRequire } from 'node:module';

export interface SignedPayload {
  readonly name: string;
  readonly event: string;
  readonly body: Buffer;
  readonly signature: string;
}

interface Examples {
  readonly name: string;
  readonly examples: readonly Record<string, unknown>[];
}

export const benchRepositoryId = 4242;
export const benchInstallationId = 77;
export const benchSecret = 'bench-secret-of-at-least-32-characters';

/** GitHub's own example of an event, with an installation and our repository's id in it. */
function example(event: string, action: string): Record<string, unknown> {
  const all = createRequire(import.meta.url)('@octokit/webhooks-examples') as readonly Examples[];
  const found = all
    .find((entry) => entry.name === event)
    ?.examples.find((payload) => payload['action'] === action);
  if (!found) throw new Error(`no example of ${event}.${action}`);
  const repository = { ...(found['repository'] as object), id: benchRepositoryId };
  return { ...found, repository, installation: { id: benchInstallationId } };
}

function signed(name: string, event: string, payload: Record<string, unknown>): SignedPayload {
  const body = Buffer.from(JSON.stringify(payload));
  const signature = `sha256=${createHmac('sha256', benchSecret).update(body).digest('hex')}`;
  return { name, event, body, signature };
}

/** About 11 KiB and 23 KiB, as GitHub sends them. */
export function benchPayloads(): SignedPayload[] {
  return [
    signed('issues.opened', 'issues', example('issues', 'opened')),
    signed('pull_request.closed', 'pull_request', example('pull_request', 'closed')),
  ];
}
