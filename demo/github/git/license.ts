import type { License } from '../state/types.ts';
import { entriesUnder, readBlob, type TreeEntry } from './trees.ts';

interface LicenseMark {
  readonly license: License;
  readonly says: RegExp;
}

const fileName = /^(licen[cs]e|copying|unlicense)(\.(md|txt|rst))?$/i;

/** Ordered: a text that says more is looked for before one that says less. */
const marks: readonly LicenseMark[] = [
  {
    license: { key: 'apache-2.0', name: 'Apache License 2.0', spdxId: 'Apache-2.0' },
    says: /Apache License\s+Version 2\.0/,
  },
  {
    license: { key: 'gpl-3.0', name: 'GNU General Public License v3.0', spdxId: 'GPL-3.0' },
    says: /GNU GENERAL PUBLIC LICENSE\s+Version 3/,
  },
  {
    license: { key: 'gpl-2.0', name: 'GNU General Public License v2.0', spdxId: 'GPL-2.0' },
    says: /GNU GENERAL PUBLIC LICENSE\s+Version 2/,
  },
  {
    license: { key: 'mpl-2.0', name: 'Mozilla Public License 2.0', spdxId: 'MPL-2.0' },
    says: /Mozilla Public License Version 2\.0/,
  },
  {
    license: { key: 'mit', name: 'MIT License', spdxId: 'MIT' },
    says: /Permission is hereby granted, free of charge, to any person/,
  },
  {
    license: { key: 'isc', name: 'ISC License', spdxId: 'ISC' },
    says: /Permission to use, copy, modify, and\/or distribute this software/,
  },
  {
    license: { key: 'bsd-3-clause', name: 'BSD 3-Clause "New" or "Revised" License', spdxId: 'BSD-3-Clause' },
    says: /Redistribution and use in source[\s\S]*Neither the name/,
  },
  {
    license: { key: 'bsd-2-clause', name: 'BSD 2-Clause "Simplified" License', spdxId: 'BSD-2-Clause' },
    says: /Redistribution and use in source/,
  },
  {
    license: { key: 'unlicense', name: 'The Unlicense', spdxId: 'Unlicense' },
    says: /free and unencumbered software released into the public domain/,
  },
];

const other: License = { key: 'other', name: 'Other', spdxId: 'NOASSERTION' };

export interface LicenseFile {
  readonly license: License;
  readonly entry: TreeEntry;
  readonly content: Buffer;
}

/** The licence file in the root of a commit, or `null`. A text that is not recognised is `NOASSERTION`. */
export async function licenseAt(dir: string, commit: string): Promise<LicenseFile | null> {
  const entries = await entriesUnder(dir, commit, '');
  const entry = entries.find((candidate) => candidate.type === 'blob' && fileName.test(candidate.path));
  if (entry === undefined) return null;
  const content = await readBlob(dir, entry.sha);
  return { license: recognise(content.toString('utf8')), entry, content };
}

function recognise(text: string): License {
  const words = text.replaceAll(/\s+/g, ' ');
  return marks.find((mark) => mark.says.test(words))?.license ?? other;
}
