/** Returns a text as it is stored: line ends are `\n`, without NUL (PostgreSQL stores none) and lone surrogates. */
export function keptText(text: string): string {
  return text.replaceAll(/\r\n?/g, '\n').replaceAll('\0', '').toWellFormed();
}

/** Returns the beginning of a text; a surrogate pair is not split. */
export function cutText(
  text: string,
  maximumCharacters: number,
): { readonly text: string; readonly cut: boolean } {
  if (text.length <= maximumCharacters) return { text, cut: false };
  const last = text.charCodeAt(maximumCharacters - 1);
  const half = last >= 0xd8_00 && last <= 0xdb_ff;
  return { text: text.slice(0, half ? maximumCharacters - 1 : maximumCharacters), cut: true };
}
