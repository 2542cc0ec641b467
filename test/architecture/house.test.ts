import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Lists, measure, mostFilesOfRoom } from '../../scripts/measures/figures.ts';
import { readSources } from '../../scripts/measures/sources.ts';

const root = join(import.meta.dirname, '..', '..');

const longFile = `export const line = 1;\n${'// line\n'.repeat(300)}`;
const fullRoom = Object.fromEntries(
  Array.from({ length: mostFilesOfRoom + 1 }, (_, index) => [
    `src/full/file-${index}.ts`,
    `export const file${index} = ${index};\n`,
  ]),
);

/** A small house in which each rule is broken once. */
const planted: Readonly<Record<string, string>> = {
  'src/main/cli.ts': "import { a } from '../one/a.ts';\na();\n",
  'src/one/a.ts': "import { b } from '../two/b.ts';\nexport function a(): void {\n  b();\n}\n",
  'src/two/b.ts': "import { c } from '../three/c.ts';\nexport function b(): void {\n  c();\n}\n",
  'src/three/c.ts':
    "import type { a } from '../one/a.ts';\nexport function c(): typeof a | null {\n  return null;\n}\n",
  'src/three/same.ts': 'export const a = 1;\n',
  'src/long.ts': longFile,
  ...fullRoom,
};

describe('the house', () => {
  const { lists, figures } = measure(readSources(root, ['src']));

  it('was read', () => {
    expect(figures.files).toBeGreaterThan(300);
    expect(figures.function_p50).toBeGreaterThan(0);
  });

  it.each(['large_files', 'rooms', 'names', 'circles', 'unreached'] as const)('has no %s', (list) => {
    expect(lists[list]).toEqual([]);
  });
});

describe('a house with planted faults', () => {
  let folder: string;
  let lists: Lists;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'mendloop-house-'));
    for (const [file, text] of Object.entries(planted)) {
      await mkdir(dirname(join(folder, file)), { recursive: true });
      await writeFile(join(folder, file), text);
    }
    ({ lists } = measure(readSources(folder, ['src'])));
  });

  afterAll(() => rm(folder, { recursive: true, force: true }));

  it('shows a file above 300 lines', () => {
    expect(lists.large_files).toEqual(['src/long.ts: 301 lines']);
  });

  it('shows a room with too many files', () => {
    expect(lists.rooms).toEqual([`src/full: ${mostFilesOfRoom + 1} files`]);
  });

  it('shows a name that two files export', () => {
    expect(lists.names).toEqual(['a: src/one/a.ts, src/three/same.ts']);
  });

  it('shows a circle of folders, also of types alone', () => {
    expect(lists.circles).toEqual(['src/one, src/three, src/two']);
  });

  it('shows files that no program of the product reaches', () => {
    expect(lists.unreached).toContain('src/three/same.ts');
    expect(lists.unreached).not.toContain('src/three/c.ts');
  });
});
