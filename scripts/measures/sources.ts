import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parseSync, Visitor, visitorKeys } from 'oxc-parser';

export interface NamedImport {
  /** Path from the root of the checkout. */
  readonly file: string;
  /** Imported names; `*` for the whole module. */
  readonly names: readonly string[];
}

export interface NamedFunction {
  readonly name: string;
  readonly lines: number;
}

/** One TypeScript file, as far as the measures need it. */
export interface Source {
  /** Path from the root of the checkout, with `/`. */
  readonly file: string;
  readonly lines: number;
  readonly commentLines: number;
  /** Relative imports, dynamic ones, and files named by `new URL('./x', import.meta.url)`. */
  readonly imports: readonly NamedImport[];
  readonly exports: readonly string[];
  readonly functions: readonly NamedFunction[];
}

type Parsed = ReturnType<typeof parseSync>;
interface Span {
  readonly start: number;
  readonly end: number;
}

/** `./b.ts` of `src/a/x.ts` is `src/a/b.ts`; packages are null. A `.js` names the `.ts` that it is built from. */
function target(from: string, specifier: string): string | null {
  if (!specifier.startsWith('.')) return null;
  const file = path.posix.join(path.posix.dirname(from), specifier);
  return file.replace(/\.js$/, '.ts');
}

function staticImports({ module }: Parsed, from: string): NamedImport[] {
  const imported = module.staticImports.map(({ moduleRequest, entries }) => ({
    specifier: moduleRequest.value,
    names: entries.map(({ importName }) => importName.name ?? '*'),
  }));
  const exported = module.staticExports
    .flatMap(({ entries }) => entries)
    .flatMap(({ moduleRequest, importName }) =>
      moduleRequest ? [{ specifier: moduleRequest.value, names: [importName.name ?? '*'] }] : [],
    );
  return [...imported, ...exported].flatMap(({ specifier, names }) => {
    const file = target(from, specifier);
    return file === null ? [] : [{ file, names }];
  });
}

/** `import('./x.ts')` and `new URL('./x.ts', import.meta.url)`: both reach the whole module. */
function lateImports(text: string, from: string): NamedImport[] {
  const named = text.matchAll(/(?:import\(\s*|new URL\(\s*)(['"])(\.{1,2}\/[^'"]+)\1/g);
  return [...named].flatMap(([, , specifier = '']) => {
    const file = target(from, specifier);
    return file === null ? [] : [{ file, names: ['*'] }];
  });
}

function exportedNames({ module }: Parsed): string[] {
  return module.staticExports
    .flatMap(({ entries }) => entries)
    .flatMap(({ exportName, moduleRequest }) =>
      exportName.name === null || moduleRequest ? [] : [exportName.name],
    );
}

/** Starts of all lines, for the number of the line of an offset. */
function lineStarts(text: string): number[] {
  const starts = [0];
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return starts;
}

function lineOf(starts: readonly number[], offset: number): number {
  let [low, high] = [0, starts.length];
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if ((starts[middle] as number) <= offset) low = middle;
    else high = middle;
  }
  return low + 1;
}

/** Lines that hold nothing but comment. */
function countCommentLines(text: string, comments: readonly Span[], starts: readonly number[]): number {
  const lines = new Set<number>();
  for (const { start, end } of comments) {
    const first = lineOf(starts, start);
    const before = text.slice(starts[first - 1], start).trim();
    for (let line = first; line <= lineOf(starts, end - 1); line += 1)
      if (line > first || before === '') lines.add(line);
  }
  return lines.size;
}

function namedFunctions({ program }: Parsed, starts: readonly number[]): NamedFunction[] {
  const functions: NamedFunction[] = [];
  const add = (name: string, { start, end }: Span): void => {
    functions.push({ name, lines: lineOf(starts, end - 1) - lineOf(starts, start) + 1 });
  };
  const isFunction = (type: string): boolean =>
    type === 'ArrowFunctionExpression' || type === 'FunctionExpression';
  new Visitor({
    FunctionDeclaration(node) {
      if (node.id) add(node.id.name, node);
    },
    VariableDeclarator(node) {
      if (node.init && isFunction(node.init.type) && node.id.type === 'Identifier') add(node.id.name, node);
    },
    MethodDefinition(node) {
      if (node.key.type === 'Identifier') add(node.key.name, node);
    },
    Property(node) {
      if (isFunction(node.value.type) && node.key.type === 'Identifier') add(node.key.name, node);
    },
  }).visit(program);
  return functions;
}

function parse(file: string, text: string): Source {
  const parsed = parseSync(file, text);
  const starts = lineStarts(text);
  const lines = text.endsWith('\n') ? starts.length - 1 : starts.length;
  return {
    file,
    lines,
    commentLines: countCommentLines(text, parsed.comments, starts),
    imports: [...staticImports(parsed, file), ...lateImports(text, file)],
    exports: exportedNames(parsed),
    functions: namedFunctions(parsed, starts),
  };
}

/** Every `.ts` file below the folders, in the order of their paths. Throws where a parser that knows no node types would measure nothing. */
export function readSources(root: string, folders: readonly string[]): Source[] {
  if (Object.keys(visitorKeys).length === 0) throw new Error('the parser has no node types');
  return globSync(
    folders.map((folder) => `${folder}/**/*.ts`),
    { cwd: root },
  )
    .map((file) => file.replaceAll(path.sep, '/'))
    .sort()
    .map((file) => parse(file, readFileSync(path.join(root, file), 'utf8')));
}

/** Tests and what only they need lie beside the code. */
export function isTest({ file }: Pick<Source, 'file'>): boolean {
  return /\.(test|test-support)\.ts$/.test(file);
}
