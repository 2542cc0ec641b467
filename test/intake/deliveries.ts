import { createHmac, randomUUID } from 'node:crypto';
import http from 'node:http';
import type { Kysely } from 'kysely';
import type { Database } from '../../src/db/tables.ts';
import type { ConsentScope } from '../../src/domain/consent.ts';
import type { ArrivedDelivery } from '../../src/intake/inbox.ts';
import { currentSecret, type ServerProcess } from './server-process.ts';

export const installation_id = 77;

/** An installed repository with the consent that the test needs. */
export async function addRepository(
  db: Kysely<Database>,
  repository_id: number,
  consent: ConsentScope = 'collect',
): Promise<void> {
  await db
    .insertInto('installation')
    .values({
      installation_id,
      account_login: 'octo-org',
      account_type: 'Organization',
      status: 'active',
      permissions: '{}',
      events: '[]',
    })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
  const full_name = `octo-org/repository-${repository_id}`;
  await db
    .insertInto('repository')
    .values({
      repository_id,
      installation_id,
      full_name,
      private: false,
      default_branch: 'main',
      status: 'active',
      consent,
    })
    .execute();
}

/** An opened issue as GitHub describes it, reduced to the fields that are used. */
export function issuePayload(repository_id: number, number = 1, title = 'It fails', body = 'Steps: none') {
  return {
    action: 'opened',
    installation: { id: installation_id },
    repository: { id: repository_id, full_name: `octo-org/repository-${repository_id}`, private: false },
    sender: { login: 'octo-dev', type: 'User' },
    issue: { number, title, body },
  };
}

/** An opened issue as intake hands it to the inbox. */
export function arrived(change: Partial<ArrivedDelivery> = {}): ArrivedDelivery {
  return {
    delivery_id: randomUUID(),
    event: 'issues',
    action: 'opened',
    installation_id,
    repository_id: 1,
    subject: {
      is_pull: false,
      number: 1,
      merged: false,
      head_shas: [],
      removed_repositories: [],
      own: false,
    },
    payload: { issue: { title: 'It fails', body: 'Steps: none' } },
    ...change,
  };
}

export function signature(body: Buffer | string, secret = currentSecret): string {
  return `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`;
}

export interface Sent {
  readonly body?: Buffer | string | object;
  readonly event?: string;
  readonly id?: string;
  readonly method?: string;
  readonly path?: string;
  /** Replace headers of a good delivery; null leaves one out. */
  readonly headers?: Readonly<Record<string, string | null>>;
  readonly secret?: string;
}

export interface Answered {
  readonly status: number;
  readonly text: string;
}

function bytesOf(body: Sent['body']): Buffer {
  if (Buffer.isBuffer(body)) return body;
  return Buffer.from(typeof body === 'string' ? body : JSON.stringify(body ?? issuePayload(1)));
}

/** Sends one delivery on a connection of its own: a good one, but for what the caller replaces. */
export function send(server: Pick<ServerProcess, 'port'>, sent: Sent = {}): Promise<Answered> {
  const body = bytesOf(sent.body);
  const headers: Record<string, string | null> = {
    'content-type': 'application/json',
    'content-length': String(body.length),
    'x-github-event': sent.event ?? 'issues',
    'x-github-delivery': sent.id ?? randomUUID(),
    'x-hub-signature-256': signature(body, sent.secret),
    ...sent.headers,
  };
  const present = Object.entries(headers).filter((entry): entry is [string, string] => entry[1] !== null);
  const request = http.request({
    host: '127.0.0.1',
    port: server.port,
    method: sent.method ?? 'POST',
    path: sent.path ?? '/api/github/webhooks',
    headers: Object.fromEntries(present),
    agent: false,
  });
  const answered = answerTo(request);
  request.end(body);
  return answered;
}

export function answerTo(request: http.ClientRequest): Promise<Answered> {
  return new Promise((resolve, reject) => {
    request.once('error', reject);
    request.once('response', (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => (text += chunk));
      response.once('end', () => resolve({ status: response.statusCode ?? 0, text }));
      response.once('error', reject);
    });
  });
}
