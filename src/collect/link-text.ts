import { visibleText } from './visible-text.ts';

export interface IssueReference {
  readonly owner: string;
  readonly name: string;
  readonly number: number;
  /** Whether a closing keyword stands before it, and is not denied. */
  readonly closing: boolean;
}

export interface ReferenceContext {
  /** `owner/name` of the repository that the text belongs to. */
  readonly repo: string;
  /** Host of issue URLs that count, such as `github.com`. */
  readonly host: string;
}

const keyword = String.raw`(?:close[sd]?|closing|fix(?:e[sd]|ing)?|resolve[sd]?|resolving)`;
const separator = String.raw`(?:\s*,?\s*(?:and|or)\s+|\s*[,&/+]\s*)`;
const lead = String.raw`(?:(?:issues?|bugs?|tickets?)\s+)?`;
/** The words before a keyword that turn it round, with at most three others between. */
const denial =
  /(?:\b(?:not|never|no|without|cannot|isn'?t|unable|fails?|failed|instead\s+of|rather\s+than)\b|n['’]t\b)(?:[\s,]+(?!but\b|and\b|then\b)[\w'’-]+){0,3}[\s:]*$/i;

/**
 * The issues that a text names, each once, in the order of appearance; a closing mention outweighs a plain one. Code,
 * quotations and HTML comments do not count. Keywords are GitHub's nine and their -ing forms, with or without a colon.
 */
export function issueReferences(text: string, context: ReferenceContext): IssueReference[] {
  const visible = visibleText(text);
  const reference = referencePattern(context.host);
  const found = new Map<string, IssueReference>();
  for (const match of visible.matchAll(reference)) {
    const parsed = parse(match, context.repo);
    if (parsed !== null) keep(found, { ...parsed, closing: false });
  }
  for (const list of visible.matchAll(closingPattern(context.host))) {
    if (denial.test(clauseBefore(visible, list.index))) continue;
    for (const match of list[0].matchAll(reference)) {
      const parsed = parse(match, context.repo);
      if (parsed !== null) keep(found, { ...parsed, closing: true });
    }
  }
  return [...found.values()];
}

function keep(found: Map<string, IssueReference>, reference: IssueReference): void {
  const key = `${reference.owner}/${reference.name}#${reference.number}`.toLowerCase();
  const earlier = found.get(key);
  if (earlier === undefined || reference.closing) found.set(key, { ...(earlier ?? reference), closing: reference.closing });
}

function referenceSource(host: string): string {
  const repository = String.raw`[A-Za-z0-9](?:[A-Za-z0-9-]{0,38})\/[\w.-]{1,100}`;
  const url = String.raw`https?:\/\/(?:www\.)?${escaped(host)}\/(${repository})\/(?:issues|pull)\/(\d{1,9})(?![\w-])(?:[#?][\w=&-]*)?\/?`;
  const short = String.raw`(?<![\w/#&.-])(?:(${repository})#|#|gh-)(\d{1,9})(?![\w]|\.\d)`;
  return `(?:<?${url}>?|${short})`;
}

function referencePattern(host: string): RegExp {
  return new RegExp(referenceSource(host), 'gi');
}

function closingPattern(host: string): RegExp {
  const item = String.raw`${lead}[[(*_]*${uncaptured(referenceSource(host))}[\])*_]*(?:\([^()\s]*\))?`;
  return new RegExp(String.raw`(?<![\w-])${keyword}[*_]*\s*:?[*_]*\s*${item}(?:${separator}${item})*`, 'gi');
}

function uncaptured(source: string): string {
  return source.replaceAll(/\((?=[^?])/g, (bracket, at: number) => (source[at - 1] === '\\' ? bracket : '(?:'));
}

function clauseBefore(text: string, at: number): string {
  return text.slice(Math.max(0, at - 80), at).split(/[.;!?\n]/).at(-1) ?? '';
}

function parse(match: RegExpMatchArray, ownRepo: string): Omit<IssueReference, 'closing'> | null {
  const [owner = '', name = ''] = (match[1] ?? match[3] ?? ownRepo).split('/');
  const number = Number(match[2] ?? match[4]);
  return number === 0 ? null : { owner, name, number };
}

function escaped(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
}
