/**
 * Phrases that occur in one licence's text only, in lower case with single spaces. Where several occur, the first one
 * in the text wins: what follows are usually the licences of parts.
 */
const phrases: readonly (readonly [string, RegExp])[] = [
  ['Apache-2.0', /apache license,? version 2\.0/],
  ['MPL-2.0', /mozilla public license,? (version|v\.?) ?2\.0/],
  ['AGPL-3.0', /gnu affero general public license,? version 3/],
  ['LGPL-3.0', /gnu lesser general public license,? version 3/],
  ['LGPL-2.1', /gnu lesser general public license,? version 2\.1/],
  ['LGPL-2.0', /gnu library general public license,? version 2/],
  ['GPL-3.0', /gnu general public license,? version 3/],
  ['GPL-2.0', /gnu general public license,? version 2/],
  ['MIT', /permission is hereby granted, free of charge, to any person obtaining a copy/],
  ['BSL-1.0', /permission is hereby granted, free of charge, to any person or organization/],
  ['ISC', /permission to use, copy, modify, (and or|and) distribute this software/],
  ['BSD', /redistribution and use (of this software )?in source and binary forms/],
  ['Unlicense', /free and unencumbered software released into the public domain/],
  ['CC0-1.0', /cc0 1\.0 universal/],
  ['Zlib', /altered source versions must be plainly marked as such/],
  ['EPL-2.0', /eclipse public license ?-? ?v ?2\.0/],
];
const identifier = /spdx-license-identifier: ([a-z0-9.+-]+(?: (?:or|and|with) [a-z0-9.+-]+)*)/i;
/** The longest licence of those above has 35,000 characters; what follows belongs to parts. */
const readCharacters = 100_000;

/** The licence of a licence file's text; null where it is none of those known. */
export function licenceOfText(text: string): string | null {
  const tagged = identifier.exec(text.slice(0, readCharacters))?.[1];
  if (tagged !== undefined) return tagged;
  // Punctuation between a title and its version differs from copy to copy.
  const plain = text
    .slice(0, readCharacters)
    .toLowerCase()
    .replaceAll(/[\s#*/]+/g, ' ');
  let first: { at: number; licence: string } | null = null;
  for (const [licence, phrase] of phrases) {
    const at = plain.search(phrase);
    if (at !== -1 && (first === null || at < first.at)) first = { at, licence };
  }
  return first === null ? null : variant(first.licence, plain);
}

/** Licences that share their first sentence. */
function variant(licence: string, plain: string): string {
  if (licence === 'MIT') return plain.includes('shall be included in all copies') ? 'MIT' : 'MIT-0';
  if (licence === 'ISC') return plain.includes('provided that the above copyright notice') ? 'ISC' : '0BSD';
  if (licence !== 'BSD') return licence;
  if (plain.includes('all advertising materials')) return 'BSD-4-Clause';
  return /used to endorse or promote/.test(plain) ? 'BSD-3-Clause' : 'BSD-2-Clause';
}
