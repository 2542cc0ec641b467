/** The words of a list that is written as text, to keep long tables of names readable. */
export function words(text: string): string[] {
  return text.split(/\s+/).filter((word) => word !== '');
}
