/** Words (letters, digits, `_`, `$`) and single other characters; white space separates. */
export function tokensOf(text: string): string[] {
  return text.match(/[\p{L}\p{N}\p{M}_$]+|[^\s\p{L}\p{N}\p{M}_$]/gu) ?? [];
}
