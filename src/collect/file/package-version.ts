interface RootText {
  readonly path: string;
  readonly text: string;
}

const manifests: readonly (readonly [path: string, version: RegExp])[] = [
  ['package.json', /^\s*"version"\s*:\s*"([^"]{1,64})"/m],
  ['pyproject.toml', /^version\s*=\s*["']([^"']{1,64})["']/m],
  ['setup.cfg', /^version\s*=\s*([\w.+-]{1,64})\s*$/m],
  ['Cargo.toml', /^version\s*=\s*"([^"]{1,64})"/m],
];

/** The files at the root that tell a package's version. */
export function versionPaths(paths: readonly string[]): string[] {
  return manifests.map(([path]) => path).filter((path) => paths.includes(path));
}

/** The version that the package declares of itself; empty where none does. */
export function packageVersion(files: readonly RootText[]): string {
  for (const [path, pattern] of manifests) {
    const found = files.find((file) => file.path === path)?.text.match(pattern)?.[1];
    if (found !== undefined) return found;
  }
  return '';
}
