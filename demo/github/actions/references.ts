export interface Reference {
  /** `owner/name` in small letters, or `null` for the text's own repository. */
  readonly repository: string | null;
  readonly number: number;
  /** One of GitHub's nine closing keywords stands right before it. */
  readonly closes: boolean;
}

const keyword = String.raw`(?:\b(close[sd]?|fix(?:e[sd])?|resolve[sd]?)\b:?\s+)?`;
const name = String.raw`[A-Za-z0-9][A-Za-z0-9-]*\/[A-Za-z0-9._-]+`;
const short = String.raw`(?<![\w/#&])(${name})?#(\d{1,9})\b`;
const gh = String.raw`\bGH-(\d{1,9})\b`;

/** References to issues in a title, body, comment or commit message, in order; code and hidden comments hold none. */
export function findReferences(text: string, web: string): Reference[] {
  const link = String.raw`${escapeRegExp(web)}\/(${name})\/(?:issues|pull)\/(\d{1,9})\b`;
  const pattern = new RegExp(`${keyword}(?:${link}|${short}|${gh})`, 'gi');
  const references: Reference[] = [];
  for (const match of withoutCode(text).matchAll(pattern)) {
    const [, closing, linked, linkedNumber, owner, number, ghNumber] = match;
    references.push({
      repository: (linked ?? owner)?.toLowerCase() ?? null,
      number: Number(linkedNumber ?? number ?? ghNumber),
      closes: closing !== undefined,
    });
  }
  return references;
}

function withoutCode(text: string): string {
  return text
    .replaceAll(/<!--[\s\S]*?(?:-->|$)/g, ' ')
    .replaceAll(/^ {0,3}(```+|~~~+)[\s\S]*?(?:^ {0,3}\1[`~]*[ \t]*$|(?![\s\S]))/gm, ' ')
    .replaceAll(/(`+)[^`][\s\S]*?\1/g, ' ');
}

function escapeRegExp(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\/]/g, String.raw`\$&`);
}
