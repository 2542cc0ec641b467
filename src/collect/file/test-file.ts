import { type Language, languageOf } from './languages.ts';
import { words } from './words.ts';

/** Whole names of folders that hold tests and what tests read, in lower case. */
const testFolders = new Set(
  words(`
  test tests __tests__ __test__ __mocks__ __snapshots__ __fixtures__ testdata test-data test_data
  unittest unittests unit-tests unit_tests integration-tests integration_tests integrationtests
  functional-tests functional_tests acceptance-tests acceptance_tests regression-tests systemtests e2e
  e2e-tests e2e_tests cypress androidtest integrationtest testfixtures test-fixtures test_fixtures
  commontest jvmtest jstest nativetest iostest test-support test_support spec-support
`),
);
/** Folders that hold tests only where a repository begins. */
const outerTestFolders = new Set(['testing', 'fixtures', 'features', 't', 'specs']);
/** `spec` is RSpec's and Jasmine's folder; elsewhere it may be a specification. */
const specLanguages = new Set<Language>([
  'Ruby',
  'JavaScript',
  'TypeScript',
  'CoffeeScript',
  'PHP',
  'Crystal',
  'Lua',
]);
/** A command named `test` is no test of anything: src/commands/test/run.ts. */
const commandFolders = new Set(['commands', 'command', 'cmd', 'cmds']);

const pattern = {
  python: /^(test_.*|.*_tests?|tests|conftest)\.pyi?$/,
  script:
    /^(.+[.\-_](test|tests|spec|specs|e2e|cy|test-d|unit|bench)|test-.+|test_.+|(jest|vitest|mocha|karma)[.-]setup|setup-?tests?)\.([cm]?[jt]sx?|vue|svelte|coffee)$/i,
  go: /_test\.go$/,
  jvm: /^(Test[A-Z0-9_].*|.*[a-z0-9_](Tests?|TestCase|TestBase|TestUtils?|ITCase|IT|Spec|Specs|Suite)|Tests?)\.(java|kts?|groovy|scala)$/,
  rust: /^(tests|test_.*|.*_tests?)\.rs$/,
  ruby: /^(.*_(spec|test)|test_.*|(spec|test|rails)_helper)\.rb$/,
  c: /^(test[_-].*|.*[_-](unit)?tests?|.*[a-z0-9](Unit)?Tests?|Test[A-Z].*)\.(c|cc|cpp|cxx|c\+\+|h|hh|hpp|hxx|cu|mm?)$/,
  php: /^(.*[a-z0-9_](Test|TestCase|Cest)|.*Spec)\.php$|\.phpt$/,
  dotnet: /^(.*[a-z0-9_](Tests?|Specs?|Fixture)|Tests?)\.(cs|vb|fs)$/,
  swift: /^.*[a-z0-9](Tests?|TestCase|Spec)\.swift$/,
  others:
    /(_test\.(dart|exs|lua|clj|cljs|cljc|erl|zig|sh|jl)|_spec\.(lua|cr)|_SUITE\.erl|\.bats|\.snap|\.feature|Spec\.hs|\.t)$/,
};
const patterns = Object.values(pattern);

/** Whether a file is a test or belongs to tests (fixtures, snapshots, helpers), by the path alone. */
export function isTestFile(path: string): boolean {
  const folders = path.split('/');
  const name = folders.pop() ?? '';
  if (/^(read_?me|contributing|licen[cs]e)\b/i.test(name)) return isFixture(folders);
  return patterns.some((rule) => rule.test(name)) || isRootTest(folders, name) || inTestFolder(folders, path);
}

/** `test.js` beside a package's manifest is its test; deeper down it may be anything. */
function isRootTest(folders: readonly string[], name: string): boolean {
  return folders.length === 0 && /^tests?\.([cm]?[jt]sx?|py|rb|php|lua|sh|c|cc|cpp)$/.test(name);
}

function inTestFolder(folders: readonly string[], path: string): boolean {
  const lower = folders.map((folder) => folder.toLowerCase());
  if (outerTestFolders.has(lower[0] ?? '')) return true;
  if (lower.some((folder, at) => isTestFolder(folder) && !commandFolders.has(lower[at - 1] ?? '')))
    return true;
  return inSpecFolder(lower, path);
}

function isTestFolder(folder: string): boolean {
  // .NET names a project of tests after the project: Tool.Core.Tests, Tool.UnitTests.
  return testFolders.has(folder) || /[.](unit|integration|functional)?tests?$/.test(folder);
}

/** A code file in `spec/` of a repository or of its package, or anything that lies deeper in it: spec/fixtures/a.yml. */
function inSpecFolder(folders: readonly string[], path: string): boolean {
  const at = folders.indexOf('spec');
  if (at === -1 || folders.slice(0, at).some((folder) => ['src', 'lib', 'app', 'pkg'].includes(folder)))
    return false;
  const language = languageOf(path);
  return language === null ? folders.length > at + 1 : specLanguages.has(language);
}

function isFixture(folders: readonly string[]): boolean {
  return (
    folders.some((folder) =>
      /^(__)?(fixtures?|testdata|test[-_]data|snapshots|resources)(__)?$/i.test(folder),
    ) && inTestFolder(folders, 'x')
  );
}
