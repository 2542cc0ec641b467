import { licenceOfMetadata } from './licence-metadata.ts';
import { licenceOfText } from './licence-text.ts';

export interface RootFile {
  /** Name of a file at the root of the repository. */
  readonly path: string;
  readonly text: string;
}

const licenceFile = /^(un)?licen[cs]e|^copying/i;
const metadataFile =
  /^(package\.json|composer\.json|pyproject\.toml|setup\.(py|cfg)|cargo\.toml|pom\.xml)$|\.gemspec$/i;

/** Which files of a repository tell its licence; only those at its root. */
export function licencePaths(paths: readonly string[]): string[] {
  return paths.filter((path) => !path.includes('/') && (licenceFile.test(path) || metadataFile.test(path)));
}

/**
 * The SPDX identifier of a repository's licence; null where none is known. A licence text outweighs what a manifest
 * claims, unless there are several texts: then the manifest says how they belong together.
 */
export function licenceOf(files: readonly RootFile[]): string | null {
  const texts = files.filter(({ path }) => licenceFile.test(path)).map(({ text }) => licenceOfText(text));
  const found = [...new Set(texts.filter((licence) => licence !== null))].sort();
  if (found.length === 1) return found[0] ?? null;
  const claimed = files
    .map(({ path, text }) => licenceOfMetadata(path, text))
    .find((licence) => licence !== null);
  return claimed ?? together(found);
}

/** Two usual pairs: the choice of the Rust world, and a lesser licence beside the general one that it builds on. */
function together(licences: readonly string[]): string | null {
  if (licences.length === 2 && licences.includes('Apache-2.0') && licences.includes('MIT'))
    return 'Apache-2.0 OR MIT';
  const lesser = licences.filter((licence) => licence.startsWith('LGPL'));
  const onlyGnu = licences.every((licence) => /^L?GPL/.test(licence));
  return onlyGnu && lesser.length === 1 ? (lesser[0] ?? null) : null;
}
