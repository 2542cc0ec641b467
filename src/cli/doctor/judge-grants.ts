import type { AppManifest } from '../../config/app-manifest.ts';
import type { AppFacts, InstallationFacts } from '../../domain/ports/github-app.ts';
import { fail, type Finding, ok, warn } from './finding.ts';

type Granted = Pick<AppFacts, 'permissions' | 'events'>;

const levels = ['none', 'read', 'write', 'admin'];

function level(permissions: Granted['permissions'], name: string): number {
  return levels.indexOf(permissions[name] ?? 'none');
}

/** Permissions that Mendloop needs and GitHub did not grant, such as `issues: read`. */
export function missingPermissions(
  needed: Granted['permissions'],
  granted: Granted['permissions'],
): string[] {
  const missing = Object.keys(needed).filter((name) => level(granted, name) < level(needed, name));
  return missing.map((name) => `${name}: ${needed[name]}`);
}

/** Permissions that GitHub granted and Mendloop does not need. */
export function excessPermissions(needed: Granted['permissions'], granted: Granted['permissions']): string[] {
  const excess = Object.keys(granted).filter((name) => level(granted, name) > level(needed, name));
  return excess.map((name) => `${name}: ${granted[name]}`);
}

export interface GrantedAccess {
  readonly app: Granted;
  readonly installations: readonly (Granted & Pick<InstallationFacts, 'account_login' | 'suspended'>)[];
}

interface Holder extends Granted {
  readonly who: string;
}

function holders({ app, installations }: GrantedAccess): Holder[] {
  const active = installations.filter((installation) => !installation.suspended);
  return [{ ...app, who: 'the App' }, ...active.map((one) => ({ ...one, who: one.account_login }))];
}

function describe(grants: GrantedAccess, pick: (holder: Holder) => string[]): string | null {
  const parts = holders(grants).flatMap((holder) => {
    const found = pick(holder);
    return found.length === 0 ? [] : [`${holder.who} (${found.join(', ')})`];
  });
  return parts.length === 0 ? null : parts.join('; ');
}

export function judgePermissions(manifest: AppManifest, grants: GrantedAccess): Finding {
  const needed = manifest.default_permissions;
  const missing = describe(grants, ({ permissions }) => missingPermissions(needed, permissions));
  const raise = 'Grant them in the settings of the App; each owner then has to accept.';
  if (missing !== null) return fail('permissions', `missing: ${missing}`, raise);
  const excess = describe(grants, ({ permissions }) => excessPermissions(needed, permissions));
  if (excess !== null)
    return warn('permissions', `more than needed: ${excess}`, 'Take them away from the App.');
  const { length } = grants.installations;
  if (length === 0)
    return warn('permissions', 'the App is not installed anywhere', 'Install it on a repository.');
  return ok(
    'permissions',
    `as app.yml asks, in ${length} ${length === 1 ? 'installation' : 'installations'}`,
  );
}

export function judgeEvents(manifest: AppManifest, grants: GrantedAccess): Finding {
  const missing = describe(grants, ({ events }) =>
    manifest.default_events.filter((name) => !events.includes(name)),
  );
  if (missing === null) return ok('events', `${manifest.default_events.length} events are subscribed to`);
  return fail('events', `missing: ${missing}`, 'Subscribe to them in the settings of the App.');
}
