/**
 * What a repository's owner allows: nothing, collecting, training for the own organisation, training for others too.
 */
export const consentScopes = ['none', 'collect', 'train', 'share'] as const;
export type ConsentScope = (typeof consentScopes)[number];

/** Who or what changed a repository's consent. */
export type ConsentSource =
  | 'default'
  | 'command'
  | 'configuration'
  | 'privatized'
  | 'transferred'
  | 'removed'
  | 'uninstalled';

export function isConsentScope(text: string): text is ConsentScope {
  return (consentScopes as readonly string[]).includes(text);
}

/** Returns whether a granted scope covers a needed one, in the order of {@link consentScopes}. */
export function permits(granted: ConsentScope, needed: ConsentScope): boolean {
  return consentScopes.indexOf(granted) >= consentScopes.indexOf(needed);
}

/** The scope that a repository starts with. Private repositories always start at `none`. */
export function initialConsent(isPrivate: boolean, publicDefault: ConsentScope): ConsentScope {
  return isPrivate ? 'none' : publicDefault;
}

/** Returns the lower of two scopes: no consent is granted above the organisation's cap. */
export function capped(requested: ConsentScope, cap: ConsentScope): ConsentScope {
  return permits(cap, requested) ? requested : cap;
}
