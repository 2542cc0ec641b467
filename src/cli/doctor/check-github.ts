import { readAppManifest } from '../../config/app-manifest.ts';
import type { Config } from '../../config/config.ts';
import { isMendloopError } from '../../domain/errors.ts';
import type { AppPort } from '../../domain/ports/github-app.ts';
import type { DoctorPorts } from '../frame/doctor-ports.ts';
import { fail, failed, type Finding, ok, warn } from './finding.ts';
import { judgeEvents, judgePermissions } from './judge-grants.ts';
import { judgeClock } from './judge-machine.ts';

const off = 'off: the App has no credentials';
const setUp = 'Set APP_ID, PRIVATE_KEY and WEBHOOK_SECRET, see .env.example.';

async function checkApp(app: AppPort): Promise<Finding[]> {
  const self = await app.self().catch((error: unknown) => failed('app_key', error));
  if ('check' in self) {
    return [
      self,
      fail('permissions', 'not known: the key does not work'),
      fail('events', 'not known: the key does not work'),
    ];
  }
  const key = ok('app_key', `GitHub takes the key of ${self.slug ?? 'the App'}`);
  try {
    const [manifest, installations] = await Promise.all([readAppManifest(), app.installations()]);
    const grants = { app: self, installations };
    return [key, judgePermissions(manifest, grants), judgeEvents(manifest, grants)];
  } catch (error) {
    return [key, failed('permissions', error), failed('events', error)];
  }
}

/** Checks the App's key and the permissions that GitHub granted. */
export async function checkGrants(ports: DoctorPorts, config: Config): Promise<Finding[]> {
  await using app = ports.openApp(config);
  if (app) return await checkApp(app);
  return [warn('app_key', off, setUp), warn('permissions', off), warn('events', off)];
}

function ago(then: Date, now: Date): string {
  const minutes = Math.max(0, Math.round((now.getTime() - then.getTime()) / 60_000));
  if (minutes < 120) return `${minutes} min ago`;
  return minutes < 2880 ? `${Math.round(minutes / 60)} h ago` : `${Math.round(minutes / 1440)} days ago`;
}

/** Checks that the webhook address of GitHub is answered by this server, and when the last delivery arrived. */
export async function checkWebhook(
  ports: DoctorPorts,
  config: Config,
  lastDelivery: Date | null,
  now: Date,
): Promise<Finding> {
  const last = lastDelivery === null ? 'no delivery yet' : `last delivery ${ago(lastDelivery, now)}`;
  if (config.app === null) return warn('webhook', off);
  if (config.publicUrl === null) {
    return warn(
      'webhook',
      `PUBLIC_URL is not set, ${last}`,
      'Set it to the address that GitHub delivers to.',
    );
  }
  try {
    const { status } = await ports.probe(`${config.publicUrl}/readyz`);
    if (status === 200) return ok('webhook', `PUBLIC_URL answers, ${last}`);
    return fail(
      'webhook',
      `PUBLIC_URL answers ${status} for /readyz, ${last}`,
      'Does it lead to a server that is ready?',
    );
  } catch (error) {
    if (!isMendloopError(error)) throw error;
    return fail(
      'webhook',
      `PUBLIC_URL does not answer, ${last}`,
      'Start the server, and let PUBLIC_URL lead to it.',
    );
  }
}

/** GitHub refuses tokens of a wrong clock. Half of the round trip counts as the time to GitHub. */
export async function checkClock(ports: DoctorPorts, config: Config, now: () => number): Promise<Finding> {
  if (config.app === null) return warn('clock', off);
  try {
    const asked = now();
    const { date } = await ports.probe(config.githubApiUrl);
    const middle = (asked + now()) / 2;
    return date === null ? warn('clock', 'GitHub did not say its time') : judgeClock(middle - date.getTime());
  } catch (error) {
    return failed('clock', error);
  }
}
