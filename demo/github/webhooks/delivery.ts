import { createHmac } from 'node:crypto';
import type { Urls } from '../shapes/urls.ts';
import type { GitHubApp } from '../state/types.ts';

/** What happened that an app should hear of. `body` is the exact text that is signed and sent. */
export interface Notice {
  readonly guid: string;
  readonly event: string;
  readonly action: string | null;
  readonly installationId: number | null;
  readonly repositoryId: number | null;
  readonly body: string;
}

/** One attempt to deliver a notice; a redelivery is a new record with the same guid. */
export interface DeliveryRecord extends Notice {
  readonly id: number;
  readonly appId: number;
  readonly redelivery: boolean;
  readonly deliveredAt: Date;
  readonly url: string;
  readonly requestHeaders: Readonly<Record<string, string>>;
  readonly answer: DeliveryAnswer;
}

export interface DeliveryAnswer {
  /** `OK`, or what went wrong. */
  readonly status: string;
  /** 502 when nothing could be reached, 504 after ten seconds of silence, as GitHub records it. */
  readonly statusCode: number;
  readonly durationSeconds: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export function succeeded(answer: DeliveryAnswer): boolean {
  return answer.statusCode >= 200 && answer.statusCode < 400;
}

export function sign(secret: string, body: string, algorithm: 'sha256' | 'sha1' = 'sha256'): string {
  return `${algorithm}=${createHmac(algorithm, secret).update(body).digest('hex')}`;
}

export function deliveryHeaders(app: GitHubApp, urls: Urls, notice: Notice): Record<string, string> {
  return {
    accept: '*/*',
    'content-type': 'application/json',
    'user-agent': 'GitHub-Hookshot/loopback',
    'x-github-delivery': notice.guid,
    'x-github-event': notice.event,
    'x-github-enterprise-host': new URL(urls.web).host,
    'x-github-hook-id': String(app.hookId),
    'x-github-hook-installation-target-id': String(app.id),
    'x-github-hook-installation-target-type': 'integration',
    'x-hub-signature': sign(app.hook.secret, notice.body, 'sha1'),
    'x-hub-signature-256': sign(app.hook.secret, notice.body),
  };
}
