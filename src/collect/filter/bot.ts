/** The keywords of the paper (SWE-RL, appendix A), and GitHub's own account type. */
export const botKeywords = ['[bot]', 'dependabot', 'renovate', 'bump', 'automerge', 'account_type'] as const;
export type BotKeyword = (typeof botKeywords)[number];

export interface BotHit {
  readonly keyword: BotKeyword;
  readonly field: 'title' | 'body' | 'login' | 'account_type';
}

export interface AuthoredPull {
  readonly title: string;
  readonly body: string;
  /** Null for an account that was deleted. */
  readonly login: string | null;
  /** As GitHub writes it: `User`, `Bot`, `Organization`, `Mannequin`. */
  readonly accountType: string;
}

const word = (text: string): RegExp => new RegExp(`(?<![a-z0-9])${text}(?![a-z0-9])`, 'i');
const anywhere: readonly (readonly [BotKeyword, RegExp])[] = [
  ['[bot]', /\[bot\]/i],
  ['dependabot', word('dependabot')],
  ['renovate', word('renovate(?:bot)?')],
  ['automerge', word('auto-?merged?')],
];
/** A version, or what only an update of versions is said of, in the same line: a bump map is none. */
const bumpOfVersion =
  /(?<![a-z0-9])bump(?:s|ed|ing)?(?![a-z0-9-])(?! map)(?=[^\n]{0,200}?(?:\bfrom\b[^\n]{1,100}\bto\b|\bv?\d+\.\d+|\bversions?\b|\bdep(?:s|endenc(?:y|ies))\b|\brelease\b|\bto v?\d+\s*$))/i;
/** In a description only as the machine writes it: a sentence of its own, from one version to another. */
const bumpReport = /^bump(?:s|ed)? [^\n]{1,300}\bfrom\b[^\n]{1,200}\bto\b/im;

/** Each keyword that names a pull request an automatic one, once for each field; none for a person's work. */
export function botHits(pull: AuthoredPull): BotHit[] {
  const hits: BotHit[] = [];
  const fields = [
    ['title', pull.title],
    ['body', pull.body],
    ['login', pull.login ?? ''],
  ] as const;
  for (const [field, text] of fields) {
    for (const [keyword, rule] of anywhere) if (rule.test(text)) hits.push({ keyword, field });
  }
  if (bumpOfVersion.test(pull.title)) hits.push({ keyword: 'bump', field: 'title' });
  if (bumpReport.test(pull.body)) hits.push({ keyword: 'bump', field: 'body' });
  if (pull.accountType === 'Bot') hits.push({ keyword: 'account_type', field: 'account_type' });
  return hits;
}
