declare const brand: unique symbol;
type Branded<T, Name extends string> = T & { readonly [brand]: Name };

/** The `X-GitHub-Delivery` UUID of one webhook POST. */
export type DeliveryId = Branded<string, 'DeliveryId'>;
/** `owner__name-PR`, as SWE-bench writes it. */
export type InstanceId = Branded<string, 'InstanceId'>;
/** A full 40-digit commit hash. */
export type Sha = Branded<string, 'Sha'>;

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const sha = /^[0-9a-f]{40}$/;

export function isDeliveryId(text: string): text is DeliveryId {
  return uuid.test(text);
}

export function isSha(text: string): text is Sha {
  return sha.test(text);
}

/** `("owner/name", 12)` → `owner__name-12`. */
export function instanceId(repo: string, pull: number): InstanceId {
  return `${repo.replace('/', '__')}-${pull}` as InstanceId;
}
