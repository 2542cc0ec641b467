import { visibleText } from './visible-text.ts';

export interface IssueReference {
  readonly owner: string;
  readonly name: string;
  readonly number: number;
  /** Whether a closing keyword stands before the reference and is not negated: true for `fixes #3`, false for `does not fix #3`. */
  readonly closing: boolean;
}

export interface ReferenceContext {
  /** `owner/name` of the repository that the text belongs to. */
  readonly repo: string;
  /** Host of issue URLs that count, such as `github.com`. */
  readonly host: string;
}

interface Patterns {
  readonly reference: RegExp;
  readonly closing: RegExp;
}

/** Words that negate a keyword, with at most three other words between. */
const denial =
  /(?:\b(?:not(?! only\b)|never|no|without|cannot|isn'?t|unable|fails?|failed|instead of|rather than)\b|n['’]t\b)(?:\s+(?!but\b|and\b|then\b)[\w'’-]+){0,3}[\s:]*$/i;

/**
 * The issues that a text names, each once, in the order of appearance; a closing mention outweighs a plain one. Code,
 * quotations and HTML comments do not count. Unlike GitHub's own parser it takes each member of a list as closed.
 */
export function issueReferences(text: string, context: ReferenceContext): IssueReference[] {
  const visible = visibleText(text);
  const patterns = patternsFor(context.host);
  const found = new Map<string, IssueReference>();
  for (const reference of referencesIn(visible, patterns, context.repo))
    found.set(keyOf(reference), reference);
  for (const list of visible.matchAll(patterns.closing)) {
    if (denial.test(clauseBefore(visible, list.index))) continue;
    for (const reference of referencesIn(list[0], patterns, context.repo)) {
      const first = found.get(keyOf(reference)) ?? reference;
      found.set(keyOf(reference), { ...first, closing: true });
    }
  }
  return [...found.values()];
}

function referencesIn(text: string, patterns: Patterns, ownRepo: string): IssueReference[] {
  const found = new Map<string, IssueReference>();
  for (const match of text.matchAll(patterns.reference)) {
    const [owner = '', name = ''] = (match[1] ?? match[3] ?? ownRepo).split('/');
    const reference = { owner, name, number: Number(match[2] ?? match[4]), closing: false };
    if (reference.number > 0 && !found.has(keyOf(reference))) found.set(keyOf(reference), reference);
  }
  return [...found.values()];
}

/** Compares two names as GitHub does, which ignores case. */
function keyOf(reference: IssueReference): string {
  return `${reference.owner}/${reference.name}#${reference.number}`.toLowerCase();
}

/** Every repetition is bounded, because anyone may write a long text. */
function patternsFor(host: string): Patterns {
  const repository = String.raw`[A-Za-z0-9](?:[A-Za-z0-9-]{0,38})\/[\w.-]{1,100}`;
  const page = String.raw`https?:\/\/(?:www\.)?${escaped(host)}\/(${repository})\/(?:issues|pull)\/(\d{1,9})(?![\w-])(?:[#?][\w=&-]{0,100})?`;
  const short = String.raw`(?<![A-Za-z0-9/#&.-])(?:(${repository})#|#|gh-)(\d{1,9})(?![A-Za-z0-9]|\.\d)`;
  const reference = `(?:${page}|${short})`;

  const keyword = String.raw`(?:close[sd]?|fix(?:e[sd])?|resolve[sd]?)`;
  const bullet = String.raw`[ \t]{0,8}\n\s{0,8}(?:[-*+]|\d{1,2}[.)])[ \t]{1,4}(?:\[[ x]\][ \t]{1,4})?`;
  const noun = String.raw`(?:(?:issues?|bugs?|tickets?)[ \t]{1,4})?`;
  const item = String.raw`${noun}[<[(*_]{0,4}${uncaptured(reference)}[>\])*_]{0,4}(?:\([^()\s]{0,300}\))?`;
  const between = String.raw`(?:,?\s{1,4}(?:and|or)\s{1,4}|\s{0,4}[,&+]\s{0,4}(?:and\s{1,4})?|${bullet}|[ \t]{1,4}(?=#\d))`;
  const after = String.raw`[*_]{0,3}(?::?[*_]{0,3}\s{1,4}|:[*_]{0,3}|:?[*_]{0,3}${bullet})`;
  return {
    reference: new RegExp(reference, 'gi'),
    closing: new RegExp(String.raw`(?<![A-Za-z0-9-])${keyword}${after}${item}(?:${between}${item})*`, 'gi'),
  };
}

function uncaptured(source: string): string {
  return source.replaceAll(/(?<!\\)\((?!\?)/g, '(?:');
}

function escaped(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
}

function clauseBefore(text: string, at: number): string {
  const before = text.slice(Math.max(0, at - 80), at);
  return before.split(/[.,;!?\n]/).at(-1) ?? '';
}
