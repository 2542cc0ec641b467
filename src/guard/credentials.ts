/** A kind of credential and the expression that finds it. Every expression takes time linear in the text. */
interface Kind {
  readonly name: string;
  readonly pattern: RegExp;
  /** Whether the expression's first group is a value and not a placeholder. */
  readonly isReal?: (value: string) => boolean;
}

/** An example, or a text that a program replaces. Short words count as whole words only: a random value may begin with `a`. */
const placeholder =
  /^(?:x+|\*+|\.+|<.*|\$[({].*|%.*|\{\{.*|(?:your|example|sample|dummy|fake|changeme|placeholder|password|secret|token)[\w.-]*|(?:my|some|the|an?|test|change|none|null|undefined|true|false)(?:[_.-][\w.-]*)?)$/i;

/** The address or file of a secret, which is no secret. */
const place = /:\/\/|\.[a-z]{1,4}$/i;

/** Names of secrets: `DB_PASSWORD`, `apiToken`, `SECRET_KEY_BASE`. */
const secretName =
  '(?:passw(?:or)?d|pwd|secret|token|credential|(?:api|access|private|account|signing)[_-]?key)[\\w-]{0,20}';

const kinds: readonly Kind[] = [
  { name: 'github_token', pattern: /\b(gh[pousr]_[A-Za-z0-9]{36,255})\b/g },
  { name: 'github_fine_grained_token', pattern: /\b(github_pat_[A-Za-z0-9_]{60,255})\b/g },
  { name: 'gitlab_token', pattern: /\b(glpat-[A-Za-z0-9_-]{20,255})/g, isReal: hasDigit },
  { name: 'aws_access_key', pattern: /\b((?:AKIA|ASIA)[A-Z2-7]{16})\b/g },
  { name: 'slack_token', pattern: /\b(xox[abeoprs]-[A-Za-z0-9-]{20,255})/g, isReal: hasDigit },
  {
    name: 'slack_webhook',
    pattern: /(hooks\.slack\.com\/services\/T\w{6,20}\/B\w{6,20}\/[A-Za-z0-9]{20,40})/g,
  },
  { name: 'stripe_key', pattern: /\b([rs]k_live_[A-Za-z0-9]{20,255})\b/g },
  { name: 'google_api_key', pattern: /\b(AIza[A-Za-z0-9_-]{35})(?![A-Za-z0-9_-])/g },
  { name: 'npm_token', pattern: /\b(npm_[A-Za-z0-9]{36})\b/g },
  { name: 'pypi_token', pattern: /\b(pypi-AgE[A-Za-z0-9_-]{50,255})/g },
  { name: 'sendgrid_key', pattern: /\b(SG\.[A-Za-z0-9_-]{22}\.[A-Za-z0-9_-]{43})(?![A-Za-z0-9_-])/g },
  { name: 'model_hub_token', pattern: /\b(hf_[A-Za-z0-9]{34})\b/g, isReal: isMixedCase },
  { name: 'model_api_key', pattern: /\b(sk-(?:[a-z]{2,10}-)?[A-Za-z0-9_-]{32,200})/g, isReal: isRandom },
  {
    // Including the beginning of its body: programs that read keys contain the header alone.
    name: 'private_key',
    pattern:
      /(-----BEGIN (?:[A-Z]{2,10} ){0,2}PRIVATE KEY(?: BLOCK)?-----[\s\S]{0,200}?(?<![A-Za-z0-9+/])[A-Za-z0-9+/]{32})/g,
  },
  {
    name: 'json_web_token',
    pattern: /\b(eyJ[A-Za-z0-9_-]{10,2000}\.eyJ[A-Za-z0-9_-]{10,4000}\.[A-Za-z0-9_-]{20,1000})/g,
  },
  {
    name: 'url_password',
    pattern: /\b[a-z][a-z0-9+.-]{1,20}:\/\/[^\s:/@'"`<>]{0,100}:([^\s:/@'"`<>]{3,200})@[a-z0-9[]/gi,
    isReal: (value) => !placeholder.test(value),
  },
  {
    name: 'assigned_secret',
    pattern: new RegExp(
      `${secretName}["']?\\s{0,5}(?:=>|[:=])\\s{0,5}["'\`]([^\\s"'\`]{16,200})["'\`]`,
      'gi',
    ),
    isReal: (value) => !placeholder.test(value) && !place.test(value) && isRandom(value),
  },
  {
    // Without quotes, as in a settings file. Bare words are mostly code, so the value must look random in more ways.
    name: 'assigned_secret',
    pattern: new RegExp(`${secretName}\\s{0,5}[:=]\\s{0,5}([A-Za-z0-9+/_-]{20,200}={0,2})(?=\\s|$)`, 'gi'),
    isReal: (value) => isRandom(value) && isMixedCase(value) && value.replace(/\D/g, '').length >= 4,
  },
];

/** Letters and digits with at least 3.2 bits of entropy per character. */
function isRandom(value: string): boolean {
  return hasDigit(value) && /[a-z]/i.test(value) && bitsPerCharacter(value) >= 3.2;
}

function hasDigit(value: string): boolean {
  return /\d/.test(value);
}

function isMixedCase(value: string): boolean {
  return /[a-z].*[a-z]/.test(value) && /[A-Z].*[A-Z]/.test(value);
}

function bitsPerCharacter(value: string): number {
  const counts = new Map<string, number>();
  for (const character of value) counts.set(character, (counts.get(character) ?? 0) + 1);
  let bits = 0;
  for (const count of counts.values()) bits -= (count / value.length) * Math.log2(count / value.length);
  return bits;
}

/** The kinds of credentials in a text, without duplicates. The credentials themselves are not returned. */
export function credentialsIn(text: string): readonly string[] {
  return [...new Set(kinds.filter((kind) => occurs(kind, text)).map(({ name }) => name))];
}

function occurs({ pattern, isReal }: Kind, text: string): boolean {
  for (const [, value = ''] of text.matchAll(pattern)) if (isReal === undefined || isReal(value)) return true;
  return false;
}
