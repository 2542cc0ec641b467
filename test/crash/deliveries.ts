import type { DeliveryRecord } from '../../demo/github/webhooks/delivery.ts';
import type { JobKind } from '../../src/jobs/job.ts';

/** A signed delivery as GitHub recorded it, and what has to follow from it. */
export interface CrashDelivery {
  readonly id: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
  /** The one job that it has to cause; null where it has to be ignored. */
  readonly job: JobKind | null;
}

/** Said here once more, from GitHub's side, so that the product's router is not measured against itself. */
function jobOf(event: string, body: string): JobKind | null {
  switch (event) {
    case 'installation':
      return 'installation.sync';
    case 'pull_request':
      return 'collect.pull';
    case 'issues':
      return 'collect.issue';
    case 'issue_comment': {
      const { issue } = JSON.parse(body) as { issue: { pull_request?: unknown } };
      return issue.pull_request === undefined ? 'collect.issue' : 'collect.pull';
    }
    default:
      return null;
  }
}

export function crashDelivery(record: DeliveryRecord): CrashDelivery {
  const { guid, event, body, requestHeaders } = record;
  return { id: guid, headers: requestHeaders, body: Buffer.from(body), job: jobOf(event, body) };
}
