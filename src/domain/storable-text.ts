/** Replaces NUL and unpaired surrogates by U+FFFD: PostgreSQL refuses a row with either of them. */
export function storableText(text: string): string {
  return text.replaceAll('\0', '\uFFFD').toWellFormed();
}
