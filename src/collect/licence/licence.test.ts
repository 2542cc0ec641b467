import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { licenceOf, licencePaths } from './licence.ts';

const mit =
  'Permission is hereby granted, free of charge, to any person\nobtaining a copy … shall be included in all copies';
const bsd = 'Redistribution and use in source and\n * binary forms …';

function ofText(text: string): string | null {
  return licenceOf([{ path: 'LICENSE', text }]);
}

describe('a licence text', () => {
  it.each([
    ['MIT', mit],
    [
      'MIT-0',
      'Permission is hereby granted, free of charge, to any person obtaining a copy. No attribution.',
    ],
    ['Apache-2.0', '   Apache License\n   Version 2.0, January 2004'],
    ['BSD-2-Clause', bsd],
    ['BSD-3-Clause', `${bsd} may be used to endorse or promote products`],
    ['BSD-4-Clause', `${bsd} All advertising materials … used to endorse or promote`],
    [
      'ISC',
      'Permission to use, copy, modify, and/or distribute this software … provided that the above copyright notice',
    ],
    ['0BSD', 'Permission to use, copy, modify, and/or distribute this software for any purpose'],
    ['MPL-2.0', 'Mozilla Public License Version 2.0\n===='],
    ['GPL-2.0', 'GNU GENERAL PUBLIC LICENSE\n  Version 2, June 1991 … GNU Lesser General Public License'],
    ['GPL-3.0', 'GNU GENERAL PUBLIC LICENSE\n  Version 3 … GNU Affero General Public License, version 3'],
    ['LGPL-2.1', 'GNU LESSER GENERAL PUBLIC LICENSE\n Version 2.1'],
    ['LGPL-3.0', 'GNU LESSER GENERAL PUBLIC LICENSE\n Version 3 … the GNU General Public License, version 3'],
    ['AGPL-3.0', 'GNU AFFERO GENERAL PUBLIC LICENSE\n Version 3'],
    ['Unlicense', 'This is free and unencumbered software released into the public domain.'],
    ['GPL-3.0-or-later', 'SPDX-License-Identifier: GPL-3.0-or-later'],
  ])('is known as %s', (licence, text) => {
    expect(ofText(text)).toBe(licence);
  });

  it('is the first one of several in a file', () => {
    expect(ofText(`${mit}\n\nThe bundled parser: Apache License Version 2.0`)).toBe('MIT');
  });

  it('is null where it is unknown', () => {
    expect(ofText('All rights reserved.')).toBeNull();
    expect(licenceOf([])).toBeNull();
  });
});

describe('a manifest', () => {
  it.each([
    ['MIT', 'package.json', '{"license":"MIT"}'],
    ['ISC', 'package.json', '{"license":{"type":"ISC","url":"x"}}'],
    ['Apache-2.0 OR MIT', 'package.json', '{"license":"(MIT OR Apache-2.0)"}'],
    ['Apache-2.0 OR MIT', 'Cargo.toml', '[package]\nlicense = "MIT/Apache-2.0"'],
    ['BSD-3-Clause', 'pyproject.toml', '[project]\nlicense = "BSD-3-Clause"'],
    ['MIT', 'pyproject.toml', '[project]\nlicense = {text = "MIT License"}'],
    [
      'Apache-2.0',
      'pyproject.toml',
      'classifiers = ["License :: OSI Approved :: Apache Software License 2.0"]',
    ],
    ['MIT', 'setup.py', "setup(\n    license='The MIT License',\n)"],
    ['GPL-3.0', 'setup.cfg', '[metadata]\nlicense = GPLv3'],
    ['MIT', 'tool.gemspec', "  spec.license = 'MIT'"],
    ['Apache-2.0', 'pom.xml', '<license>\n <name>The Apache License, Version 2.0</name>'],
    ['LGPL-2.1-or-later', 'composer.json', '{"license":"lgpl-2.1-or-later"}'],
    ['null', 'package.json', '{"license":"SEE LICENSE IN x"}'],
    ['null', 'package.json', '{"license":42}'],
    ['null', 'package.json', 'no json'],
    ['null', 'setup.py', "license='BSD'"],
    ['null', 'package.json', '{"license":"MIT OR Proprietary"}'],
  ])('claims %s: %s', (licence, path, text) => {
    expect(String(licenceOf([{ path, text }]))).toBe(licence);
  });

  it('is outweighed by one text, and joins several', () => {
    const texts = [
      { path: 'LICENSE-MIT', text: mit },
      { path: 'LICENSE-APACHE', text: 'Apache License Version 2.0' },
    ];
    const manifest = { path: 'Cargo.toml', text: 'license = "MIT AND Apache-2.0"' };

    expect(
      licenceOf([texts[0] as (typeof texts)[number], { path: 'package.json', text: '{"license":"ISC"}' }]),
    ).toBe('MIT');
    expect(licenceOf(texts)).toBe('Apache-2.0 OR MIT');
    expect(licenceOf([...texts, manifest])).toBe('Apache-2.0 AND MIT');
  });

  it('is not needed for a lesser licence beside the general one', () => {
    const files = [
      { path: 'COPYING', text: 'GNU General Public License Version 3' },
      { path: 'COPYING.LESSER', text: 'GNU Lesser General Public License Version 3' },
    ];

    expect(licenceOf(files)).toBe('LGPL-3.0');
  });
});

it('is looked for at the root only', () => {
  const paths = [
    'LICENSE',
    'licence.txt',
    'COPYING.LESSER',
    'UNLICENSE',
    'package.json',
    'a.gemspec',
    'src/LICENSE',
    'setup.pyc',
  ];

  expect(licencePaths(paths)).toEqual(paths.slice(0, 6));
});

it('agrees with what the packages that Mendloop uses claim', () => {
  const folder = join(import.meta.dirname, '../../../node_modules');
  const disagreements: string[] = [];
  let compared = 0;
  for (const name of readdirSync(folder).filter((name) => existsSync(join(folder, name, 'package.json')))) {
    const text = readFileSync(join(folder, name, 'package.json'), 'utf8');
    const claimed = licenceOf([{ path: 'package.json', text }]);
    const file = readdirSync(join(folder, name)).find((path) => /^licen[cs]e(\.md|\.txt)?$/i.test(path));
    if (file === undefined || claimed === null) continue;
    compared += 1;
    const found = ofText(readFileSync(join(folder, name, file), 'utf8'));
    if (found !== claimed) disagreements.push(`${name}: ${found} is not ${claimed}`);
  }

  expect(compared).toBeGreaterThan(50);
  // A package of two licences may join the tree one day: its manifest says more than its file.
  expect(disagreements.slice(Math.floor(compared / 50))).toEqual([]);
});
