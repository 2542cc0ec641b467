/** What a thread of the pool runs when nothing is bundled; the package holds it compiled. */
export function threadModule(): URL {
  const isSource = import.meta.url.endsWith('.ts');
  return new URL(isSource ? './run-thread.ts' : './run-thread.js', import.meta.url);
}
