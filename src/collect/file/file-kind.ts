import { languageOf } from './languages.ts';
import { words } from './words.ts';

/** Files that nobody writes to fix a fault; null for all others. */
export type FileKind = 'lock_file' | 'generated' | 'packaging' | 'documentation';

const lockFiles = new Set(
  words(`
  package-lock.json npm-shrinkwrap.json yarn.lock pnpm-lock.yaml bun.lock bun.lockb deno.lock poetry.lock
  pdm.lock uv.lock pipfile.lock conda-lock.yml pixi.lock go.sum go.work.sum cargo.lock gemfile.lock
  gems.locked composer.lock podfile.lock package.resolved packages.lock.json pubspec.lock mix.lock
  rebar.lock gradle.lockfile flake.lock buildscript-gradle.lockfile paket.lock project.assets.json
  cartfile.resolved stack.yaml.lock
`),
);

const packagingFiles = new Set(
  words(`
  package.json bower.json lerna.json nx.json turbo.json pnpm-workspace.yaml deno.json jsr.json setup.py
  setup.cfg pyproject.toml manifest.in pipfile tox.ini noxfile.py environment.yml pytest.ini mypy.ini
  ruff.toml meta.yaml  go.mod go.work cargo.toml  rust-toolchain rust-toolchain.toml
  rustfmt.toml clippy.toml pom.xml gradlew gradlew.bat gradle.properties mvnw mvnw.cmd build.sbt gemfile
  rakefile composer.json podfile cartfile package.swift pubspec.yaml mix.exs nuget.config global.json
  directory.build.props directory.packages.props directory.build.targets cmakelists.txt meson.build
  meson_options.txt conanfile.py conanfile.txt vcpkg.json configure.ac makefile gnumakefile makefile.am
  build.bazel build workspace module.bazel justfile taskfile.yml dockerfile containerfile jenkinsfile
  procfile vagrantfile codeowners appveyor.yml azure-pipelines.yml cloudbuild.yaml codecov.yml
  bitbucket-pipelines.yml netlify.toml vercel.json mkdocs.yml gulpfile.js gruntfile.js makefile.pl
`),
);

const packagingPatterns = [
  /^(requirements|constraints)([-_.].*)?\.(txt|in)$/,
  /\.(gemspec|podspec|nuspec|cabal|rockspec|csproj|vbproj|fsproj|sln|slnx|gradle|gradle\.kts|cmake|mk|bzl|spec)$/,
  /^(docker-)?compose([-.].*)?\.ya?ml$/,
  /^dockerfile\..+|\.dockerfile$/,
  /^(ts|js)config([-.].*)?\.json$/,
  /^[\w.-]+\.(config|conf)\.([cm]?[jt]s|json)$/,
  /^settings\.gradle(\.kts)?$/,
];

const documentationNames =
  /^(readme|changelog|changes|history|news|releases?|release[-_]notes|authors|contributors|contributing|maintainers|code_of_conduct|security|support|licen[cs]e|copying|copyright|notice|patents|todo|thanks|credits|upgrading|migration)([-_.].*)?$/;
const documentationExtensions =
  /\.(md|mdx|markdown|rst|adoc|asciidoc|txt|tex|texi|texinfo|pod|rdoc|org|[1-9]|man|pdf|ipynb)$/;
const documentationFolders = new Set([
  'docs',
  'doc',
  'documentation',
  'examples',
  'example',
  'samples',
  'sample',
  'demos',
]);
const websiteFolders = new Set([
  'website',
  'demo',
  'tutorials',
  'changelog.d',
  'newsfragments',
  '.changeset',
]);

const generatedFolders = new Set(
  words(`
  vendor node_modules bower_components jspm_packages third_party third-party thirdparty dist _vendor
  vendored _vendored site-packages __pycache__ godeps __generated__ generated
`),
);
const generatedNames = [
  /[.-]min\.(js|css|mjs|cjs|html)$/,
  /\.(bundle|chunk)\.(js|css)$/,
  /\.map$/,
  /(_pb2(_grpc)?\.pyi?|\.pb\.(go|cc|h|rb|swift|dart)|_pb\.(js|ts|d\.ts|rb)|_grpc_web_pb\.js|\.pb\.gw\.go)$/,
  /(\.generated\.\w+|_generated\.\w+|\.gen\.\w+|_gen\.go|\.g\.(dart|cs|kt)|\.freezed\.dart|\.designer\.(cs|vb))$/,
  /^(zz_generated.*\.go|bindata\.go|parsetab\.py|lextab\.py|schema\.rb\.lock)$/,
];

/** Folders in dots hold settings of tools: CI, editors, hooks. */
const toolFolder = /^\.[a-z]/;

/** By the path alone. A file in a test folder has a kind too: whether it is a test is asked first elsewhere. */
export function fileKindOf(path: string): FileKind | null {
  const folders = path.toLowerCase().split('/');
  const name = folders.pop() ?? '';
  if (lockFiles.has(name)) return 'lock_file';
  if (folders.some((folder) => generatedFolders.has(folder)) || matches(generatedNames, name))
    return 'generated';
  if (folders.some((folder) => folder !== '.changeset' && toolFolder.test(folder))) return 'packaging';
  if (isDocumentation(folders, name)) return 'documentation';
  if (name.startsWith('.') || packagingFiles.has(name) || matches(packagingPatterns, name))
    return 'packaging';
  return null;
}

function isDocumentation(folders: readonly string[], name: string): boolean {
  const code = languageOf(name) !== null;
  // `src/history.ts` and `lib/security.py` are code; `requirements.txt` and `CMakeLists.txt` are no prose.
  if (!code && documentationNames.test(name)) return true;
  if (documentationExtensions.test(name))
    return !packagingFiles.has(name) && !matches(packagingPatterns, name);
  const [first = '', , third = ''] = folders;
  if (documentationFolders.has(first) || websiteFolders.has(first)) return true;
  // In a monorepo the third folder is what the first one is elsewhere: packages/name/docs.
  if (['packages', 'crates', 'modules', 'libs', 'apps'].includes(first) && documentationFolders.has(third))
    return true;
  return !code && folders.some((folder) => folder === 'docs' || folder === 'doc');
}

function matches(patterns: readonly RegExp[], name: string): boolean {
  return patterns.some((pattern) => pattern.test(name));
}
