import { type Json, withSortedKeys } from '../../domain/canonical-json.ts';

/**
 * One line of JSON that depends on the data alone: the row's keys in their order, nested keys sorted. A column of
 * type jsonb returns its keys in another order.
 */
export function orderedJson(row: object): string {
  const entries = Object.entries(row).map(([key, value]) => [key, withSortedKeys(value as Json)]);
  return JSON.stringify(Object.fromEntries(entries));
}
