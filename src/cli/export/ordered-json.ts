type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

function sortKeys(value: Json): Json {
  if (Array.isArray(value)) return value.map((item: Json) => sortKeys(item));
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, item]) => [key, sortKeys(item)]));
}

/**
 * One line of JSON that depends on the data alone: the keys of the row as they stand, those below sorted. A column of
 * type jsonb gives its keys in an order of its own.
 */
export function orderedJson(row: object): string {
  const entries = Object.entries(row).map(([key, value]) => [key, sortKeys(value as Json)]);
  return JSON.stringify(Object.fromEntries(entries));
}
