/** PostgreSQL keeps neither NUL nor half of a surrogate pair: each becomes U+FFFD, so that one such title stops nothing. */
export function storableText(text: string): string {
  return text.replaceAll('\0', '\uFFFD').toWellFormed();
}
