import { fileKindOf } from './file-kind.ts';
import { languageOf } from './languages.ts';
import { isTestFile } from './test-file.ts';

/** `other` is documentation, changelogs, lock files, packaging, generated and vendored files, media. */
export type FileClass = 'source' | 'test' | 'other';

/** Roots under which a data file is part of the program. */
const sourceRoots = new Set(['src', 'lib', 'app', 'pkg', 'internal', 'source', 'sources', 'resources']);
const dataFile = /\.(json|json5|ya?ml|toml|xml|properties|ini|xsd|xsl|xslt|resx|po)$/i;

/** Where a changed file belongs, by its path alone. A file is a test before it is anything else but vendored or CI. */
export function classifyFile(path: string): FileClass {
  const kind = fileKindOf(path);
  const folders = path.toLowerCase().split('/').slice(0, -1);
  if (isForeign(folders)) return 'other';
  if (isTestFile(path)) return 'test';
  if (kind !== null) return 'other';
  if (languageOf(path) !== null) return 'source';
  return dataFile.test(path) && folders.some((folder) => sourceRoots.has(folder)) ? 'source' : 'other';
}

/** Not written here, or read by tools only: a test in such a folder is not this repository's test. */
function isForeign(folders: readonly string[]): boolean {
  return folders.some((folder, at) => {
    if (/^(node_modules|bower_components|third[-_]?party|_?vendor(ed)?|site-packages|godeps)$/.test(folder)) {
      // What lies under a test's folder is a fixture: test/fixtures/node_modules.
      return !isTestFile(`${folders.slice(0, at).join('/')}/x`);
    }
    return at === 0 && /^\.(github|gitlab|circleci|vscode|idea|husky|devcontainer)$/.test(folder);
  });
}
