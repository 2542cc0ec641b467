export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };
export type JsonObject = { readonly [key: string]: Json };

/** GitHub's times: UTC, whole seconds. */
export function iso(date: Date): string {
  return `${date.toISOString().slice(0, 19)}Z`;
}

export function isoOrNull(date: Date | null): string | null {
  return date === null ? null : iso(date);
}

export function nodeId(kind: string, id: number | string): string {
  return Buffer.from(`0:${kind}${id}`).toString('base64');
}
