/** The module that a thread of the pool runs outside of a bundle: TypeScript in a checkout, JavaScript in the package. */
export function threadModule(): URL {
  const isSource = import.meta.url.endsWith('.ts');
  return new URL(isSource ? './run-thread.ts' : './run-thread.js', import.meta.url);
}
