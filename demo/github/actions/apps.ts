import { generateKeyPair } from 'node:crypto';
import { promisify } from 'node:util';
import type { Core } from '../core.ts';
import { accountShape } from '../shapes/account.ts';
import { appShape } from '../shapes/installation.ts';
import { iso } from '../shapes/json.ts';
import { accountOf } from '../state/store.ts';
import type { GitHubApp, Permissions } from '../state/types.ts';
import { send } from '../webhooks/emit.ts';
import { actorAccount, timeOf, type Actor, type Timed } from './actors.ts';

export interface RegisterApp extends Timed {
  readonly permissions: Permissions;
  readonly events: readonly string[];
  /** `null` registers an app without webhooks. */
  readonly webhookUrl: string | null;
  readonly webhookSecret: string;
  /** Where the OAuth page sends people back to; any address when left out. */
  readonly callbackUrl?: string;
  readonly name?: string;
  readonly owner?: Actor;
}

export interface RegisteredApp {
  readonly appId: number;
  readonly slug: string;
  readonly privateKeyPem: string;
  readonly clientId: string;
  readonly clientSecret: string;
}

const newKeyPair = promisify(generateKeyPair);

/** Registers an app and pings its webhook. An event that its permissions do not allow is never sent. */
export async function registerApp(core: Core, input: RegisterApp): Promise<RegisteredApp> {
  const at = timeOf(core, input);
  const keys = await newKeyPair('rsa', { modulusLength: 2048 });
  const name = input.name ?? 'Mendloop';
  const slug = name.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-');
  const app: GitHubApp = {
    id: core.store.nextId(),
    slug,
    name,
    owner: actorAccount(core, input.owner ?? 'octo-owner', at),
    bot: accountOf(core.store, `${slug}[bot]`, 'Bot', at),
    publicKey: keys.publicKey,
    clientId: `Iv23${core.random.token(16)}`,
    clientSecret: core.random.token(40),
    callbackUrl: input.callbackUrl ?? null,
    permissions: { metadata: 'read', ...input.permissions },
    events: input.events,
    createdAt: at,
    hookId: core.store.nextId(),
    hook: { url: input.webhookUrl, secret: input.webhookSecret },
  };
  core.store.apps.set(app.id, app);
  ping(core, app);
  const privateKeyPem = keys.privateKey.export({ type: 'pkcs1', format: 'pem' }).toString();
  return { appId: app.id, slug, privateKeyPem, clientId: app.clientId, clientSecret: app.clientSecret };
}

/** Points the app's webhook elsewhere, or nowhere with `null`. */
export function configureWebhook(
  core: Core,
  input: { readonly appId: number; readonly url?: string | null; readonly secret?: string },
): void {
  const app = core.store.apps.get(input.appId);
  if (app === undefined) return;
  if (input.url !== undefined) app.hook.url = input.url;
  if (input.secret !== undefined) app.hook.secret = input.secret;
}

function ping(core: Core, app: GitHubApp): void {
  const config = { content_type: 'json', insecure_ssl: '0', secret: '********', url: app.hook.url };
  send(
    core,
    app,
    null,
    null,
    { event: 'ping', action: null, sender: app.owner },
    {
      zen: 'Keep it logically awesome.',
      hook_id: app.hookId,
      hook: {
        type: 'App',
        id: app.hookId,
        name: 'web',
        active: true,
        events: [...app.events],
        config,
        updated_at: iso(app.createdAt),
        created_at: iso(app.createdAt),
        app_id: app.id,
        deliveries_url: `${core.urls.api}/app/hook/deliveries`,
      },
      app: appShape(core.urls, app, 0),
      sender: accountShape(core.urls, app.owner),
    },
  );
}
