/** Names as GitHub shows them, by file extension. */
const languages = {
  Python: ['py', 'pyi', 'pyx', 'pxd'],
  JavaScript: ['js', 'mjs', 'cjs', 'jsx', 'es6'],
  TypeScript: ['ts', 'mts', 'cts', 'tsx'],
  Go: ['go'],
  Java: ['java'],
  Kotlin: ['kt', 'kts'],
  Groovy: ['groovy'],
  Scala: ['scala', 'sc'],
  Rust: ['rs'],
  Ruby: ['rb', 'rake', 'erb'],
  C: ['c', 'h'],
  'C++': ['cc', 'cpp', 'cxx', 'c++', 'hh', 'hpp', 'hxx', 'h++', 'inl', 'ipp', 'tpp', 'cu', 'cuh'],
  'Objective-C': ['m', 'mm'],
  PHP: ['php', 'phtml'],
  'C#': ['cs', 'cshtml', 'razor'],
  'F#': ['fs', 'fsi', 'fsx'],
  'Visual Basic': ['vb'],
  Swift: ['swift'],
  Dart: ['dart'],
  Elixir: ['ex', 'exs', 'eex', 'heex'],
  Erlang: ['erl', 'hrl'],
  Haskell: ['hs', 'lhs'],
  OCaml: ['ml', 'mli'],
  Clojure: ['clj', 'cljs', 'cljc'],
  Lua: ['lua'],
  Perl: ['pl', 'pm'],
  R: ['r'],
  Julia: ['jl'],
  Zig: ['zig'],
  Nim: ['nim'],
  Crystal: ['cr'],
  Solidity: ['sol'],
  CoffeeScript: ['coffee'],
  Shell: ['sh', 'bash', 'zsh', 'fish'],
  PowerShell: ['ps1', 'psm1'],
  SQL: ['sql'],
  HTML: [
    'html',
    'htm',
    'jinja',
    'jinja2',
    'j2',
    'hbs',
    'ejs',
    'mustache',
    'njk',
    'liquid',
    'twig',
    'haml',
    'slim',
    'pug',
  ],
  CSS: ['css', 'scss', 'sass', 'less', 'styl'],
  Vue: ['vue'],
  Svelte: ['svelte'],
  Astro: ['astro'],
  GraphQL: ['graphql', 'gql'],
  'Protocol Buffer': ['proto'],
  Thrift: ['thrift'],
  Assembly: ['asm', 's'],
  Vala: ['vala'],
  Verilog: ['v', 'sv'],
  WebAssembly: ['wat'],
} as const;

export type Language = keyof typeof languages;

const byExtension: ReadonlyMap<string, Language> = new Map(
  Object.entries(languages).flatMap(([language, extensions]) =>
    extensions.map((extension): [string, Language] => [extension, language as Language]),
  ),
);

/** The programming language that a file is written in; null for data, prose and what is not known. */
export function languageOf(path: string): Language | null {
  const name = path.slice(path.lastIndexOf('/') + 1).toLowerCase();
  const dot = name.lastIndexOf('.');
  return dot < 1 ? null : (byExtension.get(name.slice(dot + 1)) ?? null);
}

/** The languages of some files, each once, sorted by code unit. */
export function languagesOf(paths: readonly string[]): Language[] {
  const found = new Set(paths.map(languageOf).filter((language) => language !== null));
  return [...found].sort();
}
