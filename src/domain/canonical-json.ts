export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

/** Writes JSON that depends on the data alone: keys sorted by code unit, no spaces. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(withSortedKeys(value as Json));
}

/** Copies a value with the keys of every object sorted. */
export function withSortedKeys(value: Json): Json {
  if (Array.isArray(value)) return value.map((item: Json) => withSortedKeys(item));
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, item]) => [key, withSortedKeys(item)]));
}
