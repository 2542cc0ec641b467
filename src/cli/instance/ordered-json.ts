import { type Json, withSortedKeys } from '../../domain/canonical-json.ts';

/**
 * One line of JSON that depends on the data alone: the keys of the row as they stand, those below sorted. A column of
 * type jsonb gives its keys in an order of its own.
 */
export function orderedJson(row: object): string {
  const entries = Object.entries(row).map(([key, value]) => [key, withSortedKeys(value as Json)]);
  return JSON.stringify(Object.fromEntries(entries));
}
