/** Text as it is kept: one form of line ends, no NUL (PostgreSQL holds none), no half of a surrogate pair. */
export function keptText(text: string): string {
  return text.replaceAll(/\r\n?/g, '\n').replaceAll('\0', '').toWellFormed();
}

/** The beginning of a text, never half of a character. */
export function cutText(
  text: string,
  maximumCharacters: number,
): { readonly text: string; readonly cut: boolean } {
  if (text.length <= maximumCharacters) return { text, cut: false };
  const last = text.charCodeAt(maximumCharacters - 1);
  const half = last >= 0xd8_00 && last <= 0xdb_ff;
  return { text: text.slice(0, half ? maximumCharacters - 1 : maximumCharacters), cut: true };
}
