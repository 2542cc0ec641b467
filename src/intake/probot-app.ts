import type { EmitterWebhookEvent } from '@octokit/webhooks';
import { createNodeMiddleware, Probot } from 'probot';
import { isMendloopError } from '../domain/errors.ts';
import { errorFields, type Log } from '../telemetry/log.ts';
import type { Inbox } from './inbox.ts';
import { readDelivery } from './subject.ts';

/** An error whose message holds no content; Probot answers GitHub with its status and message. */
class IntakeError extends Error {
  readonly status: number;
  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

export interface IntakeOptions {
  readonly path: string;
  readonly secret: string;
  readonly inbox: Inbox;
  /** Login of our own bot once it is known, else null. */
  readonly ownLogin: () => string | null;
  readonly log: Log;
}

/** Makes one delivery durable. Resolves, and so lets Probot answer 200, only after that. */
export async function receive(options: IntakeOptions, event: EmitterWebhookEvent): Promise<void> {
  const read = readDelivery(event.payload, options.ownLogin());
  if (!read) throw new IntakeError(422, 'the payload has fields of the wrong type');
  try {
    await options.inbox.add({ ...read, delivery_id: event.id.toLowerCase(), event: event.name });
  } catch (error) {
    options.log.error({ delivery_id: event.id, ...errorFields(error) }, 'delivery not durable');
    throw new IntakeError(503, isMendloopError(error) ? error.code : 'not durable');
  }
}

const silent = {
  level: 'silent',
  child: () => silent,
  trace: () => undefined,
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
  fatal: () => undefined,
};

/**
 * Uses Probot as a webhook receiver alone. Probot holds no App key: `githubToken` is a placeholder that is never sent,
 * since no handler uses `context.octokit`. Jobs talk to GitHub, each with a token of its own.
 */
export async function createIntakeMiddleware(options: IntakeOptions) {
  const probot = new Probot({
    githubToken: 'unused',
    secret: options.secret,
    // Probot logs whole payloads of failed deliveries; ours logs ids.
    log: silent as never,
  });
  return createNodeMiddleware(
    (app) => {
      app.onAny(async (event) => receive(options, event));
    },
    { probot, webhooksPath: options.path },
  );
}
