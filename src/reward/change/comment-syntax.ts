/** How a language marks comments. */
export interface CommentSyntax {
  /** Marks that start a comment at the start of a line or after white space. */
  readonly marks: readonly string[];
  /** A line that starts with one of these marks is a comment as a whole. */
  readonly blockLines: readonly string[];
  /** A line that is one string between these quotes is a docstring. */
  readonly docstrings: readonly string[];
}

function syntax(marks: readonly string[], blockLines: readonly string[] = []): CommentSyntax {
  return { marks, blockLines, docstrings: [] };
}

const none = syntax([]);
const hash = syntax(['#']);
const python: CommentSyntax = { ...hash, docstrings: ['"""', "'''"] };
const slashes = syntax(['//', '/*'], ['* ', '*/', '/*']);
const dashes = syntax(['--']);
const markup = syntax(['<!--']);
const semicolon = syntax([';']);
const percent = syntax(['%']);

const languages: readonly (readonly [CommentSyntax, string])[] = [
  [python, 'py pyi pyx'],
  [hash, 'rb sh bash zsh pl pm r yml yaml toml cfg ini conf ex exs jl nix tcl cmake mk tf'],
  [slashes, 'js jsx mjs cjs ts tsx mts cts java kt kts scala go rs c h cc cpp cxx hpp hh cs swift dart php'],
  [slashes, 'm mm groovy gradle css scss less proto sol zig v vue svelte'],
  [dashes, 'sql lua hs elm adb ads vhd'],
  [markup, 'html htm xml svg xhtml'],
  [semicolon, 'lisp el clj cljs scm rkt asm s'],
  [percent, 'tex sty erl hrl'],
];

const byExtension = new Map<string, CommentSyntax>();
for (const [syntax, extensions] of languages) {
  for (const extension of extensions.split(' ')) byExtension.set(extension, syntax);
}

/** Finds the syntax by the extension of the path; an unknown extension has no comments. */
export function commentSyntaxOf(path: string): CommentSyntax {
  const extension = path.slice(path.lastIndexOf('.') + 1).toLowerCase();
  return byExtension.get(extension) ?? none;
}
