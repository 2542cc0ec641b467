const reference = String.raw`\[?\x60?(?:GH-|#)\d+\x60?\]?|\[?\x60?\b(?=[a-f]*\d)[0-9a-f]{7,40}\b\x60?\]?`;
const target = String.raw`(?:\([^)\s]*\))?`;
const references = new RegExp(`(?:${reference})${target}`, 'g');
const bracketed = new RegExp(
  String.raw`\((?:(?:closes|fixes|see|by)?[\s,;]*(?:${reference})${target})+[\s,;]*\)`,
  'gi',
);
const entities = { lt: '<', gt: '>', '#39': "'", quot: '"', amp: '&' } as const satisfies Record<
  string,
  string
>;

/**
 * One line of a changelog without links, emphasis, commit hashes and numbers of issues and pull requests. The numbers
 * go because `#12` in an issue or a pull request of another repository would name something else.
 */
export function plainText(markdown: string): string {
  return markdown
    .replace(bracketed, '')
    .replace(references, '')
    .replace(/\[\]$/, '')
    .replace(/\[([^\]]+)\]\([^)\s]*\)/g, '$1')
    .replaceAll('**', '')
    .replace(/\\([_*])/g, '$1')
    .replace(/&(lt|gt|#39|quot|amp);/g, (_, name: keyof typeof entities) => entities[name])
    .replace(/\s+/g, ' ')
    .replace(/ (?=[.,;])/g, '')
    .replace(/[\s,;]+$/, '')
    .trim();
}
