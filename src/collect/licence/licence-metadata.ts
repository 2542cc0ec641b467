const known = new Set(
  'MIT MIT-0 Apache-2.0 BSD-2-Clause BSD-3-Clause BSD-4-Clause 0BSD ISC MPL-2.0 Unlicense CC0-1.0 Zlib BSL-1.0 EPL-2.0 GPL-2.0 GPL-3.0 LGPL-2.0 LGPL-2.1 LGPL-3.0 AGPL-3.0'
    .split(' ')
    .flatMap((id) => (/GPL/.test(id) ? [id, `${id}-only`, `${id}-or-later`] : [id])),
);
const byLowerCase = new Map([...known].map((id) => [id.toLowerCase(), id]));

/** How people write them in manifests, in lower case without `the`, `license` and punctuation. */
const names: readonly (readonly [RegExp, string])[] = [
  [/^(mit|expat)$/, 'MIT'],
  [/^(apache|asl|al) ?(software )?(version |v)?2(\.0)?$/, 'Apache-2.0'],
  [/^(bsd 2 clause|(simplified|freebsd) bsd|bsd 2)$/, 'BSD-2-Clause'],
  [/^((new|modified|revised) bsd|bsd 3 clause|bsd 3|3 clause bsd)$/, 'BSD-3-Clause'],
  [/^isc( iscl)?$/, 'ISC'],
  [/^(mozilla public|mpl) ?(version |v)?2(\.0)?( mpl 2\.0)?$/, 'MPL-2.0'],
  [/^(gnu )?(affero general public|agpl) ?(version |v)?3(\.0)?$/, 'AGPL-3.0'],
  [/^(gnu )?(lesser general public|lgpl) ?(version |v)?3(\.0)?$/, 'LGPL-3.0'],
  [/^(gnu )?(lesser general public|lgpl) ?(version |v)?2\.1$/, 'LGPL-2.1'],
  [/^(gnu )?(general public|gpl) ?(version |v)?3(\.0)?$/, 'GPL-3.0'],
  [/^(gnu )?(general public|gpl) ?(version |v)?2(\.0)?$/, 'GPL-2.0'],
  [/^unlicense$/, 'Unlicense'],
];

/** What the manifest of a package says in one place; the first that can be read counts. */
const claims: Readonly<Record<string, readonly RegExp[]>> = {
  'pyproject.toml': [
    /^license\s*=\s*["']([^"'\n]{1,100})["']/m,
    /^license\s*=\s*\{\s*text\s*=\s*["']([^"'\n]{1,100})["']/m,
    /License :: OSI Approved :: ([^"'\n]{1,100})/,
  ],
  'setup.cfg': [/^license\s*=\s*([^\n]{1,100})$/m, /License :: OSI Approved :: ([^"'\n]{1,100})/],
  'setup.py': [/\blicense\s*=\s*["']([^"'\n]{1,100})["']/, /License :: OSI Approved :: ([^"'\n]{1,100})/],
  'cargo.toml': [/^license\s*=\s*"([^"\n]{1,100})"/m],
  'pom.xml': [/<license>\s*<name>([^<\n]{1,100})<\/name>/],
  gemspec: [/\.licenses?\s*=\s*\[?\s*["']([^"'\n]{1,100})["']\s*\]?\s*$/m],
};

/** The SPDX expression that a manifest at the root claims; null for what is not understood. */
export function licenceOfMetadata(path: string, text: string): string | null {
  const name = path.toLowerCase();
  if (name === 'package.json' || name === 'composer.json') return ofJson(text);
  const rules = claims[name.endsWith('.gemspec') ? 'gemspec' : name] ?? [];
  for (const rule of rules) {
    const licence = normalised(rule.exec(text)?.[1] ?? '');
    if (licence !== null) return licence;
  }
  return null;
}

function ofJson(text: string): string | null {
  const field = jsonField(text, 'license');
  if (typeof field === 'string') return normalised(field);
  if (typeof field !== 'object' || field === null) return null;
  const type = 'type' in field ? field.type : null;
  return typeof type === 'string' ? normalised(type) : null;
}

/** A manifest that is no JSON makes no claim. */
function jsonField(text: string, field: string): unknown {
  let manifest: unknown;
  try {
    manifest = JSON.parse(text);
  } catch {
    return null;
  }
  if (typeof manifest !== 'object' || manifest === null) return null;
  return (manifest as Readonly<Record<string, unknown>>)[field] ?? null;
}

function normalised(claim: string): string | null {
  const parts = claim
    .trim()
    .replace(/^\((.*)\)$/, '$1')
    .split(/ (OR|AND) |\//i);
  const licences = parts.filter((part) => part !== undefined && !/^(or|and)$/i.test(part)).map(identified);
  if (licences.some((licence) => licence === null)) return null;
  const operator = / and /i.test(claim) ? ' AND ' : ' OR ';
  return [...new Set(licences)].sort().join(operator) || null;
}

function identified(name: string): string | null {
  const exact = byLowerCase.get(name.trim().toLowerCase());
  if (exact !== undefined) return exact;
  const plain = name
    .toLowerCase()
    .replaceAll(/\b(the|licen[cs]e)\b|[(),"]/g, ' ')
    .replaceAll(/[\s-]+/g, ' ')
    .trim();
  return names.find(([rule]) => rule.test(plain))?.[1] ?? null;
}
