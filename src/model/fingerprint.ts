/** For each fixed prompt, the likeliest next tokens of a model with their log-probabilities. */
export type Fingerprint = readonly Readonly<Record<string, number>>[];

/** Prompts of several kinds, without text of any repository. */
export const fingerprintPrompts = [
  'def add(a, b):\n    return',
  'The test fails because the list is',
  '### src/parse.js\n<<<<<<< SEARCH\n',
] as const;

function likeliest(tokens: Readonly<Record<string, number>>): string | null {
  const entries = Object.entries(tokens);
  if (entries.length === 0) return null;
  return entries.reduce((best, entry) => (entry[1] > best[1] ? entry : best))[0];
}

function tokenDistance(a: Readonly<Record<string, number>>, b: Readonly<Record<string, number>>): number {
  for (const [one, other] of [
    [a, b],
    [b, a],
  ] as const) {
    const top = likeliest(one);
    if (top === null || !Object.hasOwn(other, top)) return Number.POSITIVE_INFINITY;
  }
  const shared = Object.keys(a).filter((token) => Object.hasOwn(b, token));
  return Math.max(...shared.map((token) => Math.abs((a[token] ?? 0) - (b[token] ?? 0))));
}

/** The largest difference in nats over all prompts; infinite when the likeliest token of either is not among the tokens of the other. */
export function distance(a: Fingerprint, b: Fingerprint): number {
  if (a.length !== b.length) return Number.POSITIVE_INFINITY;
  return Math.max(...a.map((tokens, at) => tokenDistance(tokens, b[at] ?? {})));
}
