import { formatAnswer } from '../../src/answer/answer-form.ts';
import type { Edit } from '../../src/answer/answer-form.ts';
import { pick } from '../../src/domain/random.test-support.ts';
import type { Random } from '../../src/domain/random.ts';
import { damaged, oddPaths, piece, pieceOrTag, soup } from './pieces.ts';

/** Files by path, of which an answer edits some. */
export type Files = Readonly<Record<string, string>>;

type MakeOutput = (random: Random, context: Files) => string;

/** Families of malformed and well-formed answers. */
export const outputFamilies: Readonly<Record<string, MakeOutput>> = {
  well_formed: (random, context) => answer(random, someEdits(random, context)),
  soup: (random) => soup(random, 40, pieceOrTag),
  tagged_soup: (random) => inTags(soup(random, 40)),
  damaged: (random, context) => damaged(random, answer(random, someEdits(random, context))),
  truncated: (random, context) => {
    const whole = answer(random, someEdits(random, context));
    const cut = whole.slice(0, random(whole.length + 1));
    return random(2) === 0 ? cut : `${cut}</solution>`;
  },
  quoted_tags: (random, context) => {
    const tag = pick(random, ['<think>', '</think>', '<solution>', '</solution>', '&lt;think&gt;']);
    return formatAnswer(`I close ${tag} first`, someEdits(random, context));
  },
  swapped_tags: (random, context) => {
    const tags = ['<think>', '</think>', '<solution>', '</solution>'];
    const text = answer(random, someEdits(random, context));
    return text.replaceAll(/<\/?(?:think|solution)>/g, () => pick(random, tags));
  },
  nested_fences: (random, context) => {
    const edits = someEdits(random, context);
    const nested = edits.map((edit) => ({ ...edit, replace: `${edit.search}\n${blocks(edits)}\n\`\`\`\`` }));
    return answer(random, [...nested, ...edits]);
  },
  odd_paths: (random, context) => {
    const edits = someEdits(random, context).map((edit) => ({ ...edit, path: pick(random, oddPaths) }));
    return answer(random, random(2) === 0 ? edits : edits.map((edit) => ({ ...edit, search: '' })));
  },
  empty_search: (random, context) =>
    answer(
      random,
      someEdits(random, context).map((edit) => ({ ...edit, search: pick(random, ['', '\n', ' ']) })),
    ),
  replacement_patterns: (random, context) =>
    answer(
      random,
      someEdits(random, context).map((edit) => ({ ...edit, replace: "$& $1 $$ $` $' $<x>" })),
    ),
  same_texts: (random, context) =>
    answer(
      random,
      someEdits(random, context).map((edit) => ({ ...edit, replace: edit.search })),
    ),
  many_edits: (random, context) => {
    const edits = Array.from({ length: 1 + random(60) }, () => someEdits(random, context));
    const longer = edits.flat().map((edit) => ({ ...edit, replace: `${edit.search}${piece(random)} ` }));
    return answer(random, longer);
  },
  chained_edits: (random, context) => {
    const [first] = someEdits(random, context);
    const { path, search } = first as Edit;
    const step = (at: number): string => (at === 0 ? search : `${search}${at}`);
    return answer(
      random,
      Array.from({ length: 1 + random(30) }, (_, at) => ({ path, search: step(at), replace: step(at + 1) })),
    );
  },
  doubling: (random, context) => {
    const { path, search } = someEdits(random, context)[0] as Edit;
    const edit = { path, search, replace: `${search}${pick(random, ['\n', 'x\n', ''])}${search}\n${search}` };
    return answer(
      random,
      Array.from({ length: random(100) === 0 ? 60 : 1 + random(5) }, () => edit),
    );
  },
  line_ends: (random, context) => {
    const end = pick(random, ['\r\n', '\r', '\u2028', '\n\n', '\v']);
    if (random(3) === 0) return answer(random, someEdits(random, context)).replaceAll('\n', end);
    const edits = someEdits(random, context);
    return answer(
      random,
      edits.map((edit) => ({ ...edit, replace: edit.replace.replaceAll(/\n|$/g, end) })),
    );
  },
  white_space: (random) => pick(random, ['', ' ', '\n', '\0', '\u00a0', '\r\n\t']).repeat(random(50)),
  repeated_piece: (random) => inTags(piece(random).repeat(1 + random(random(50) === 0 ? 5000 : 50))),
  repeated_openings: (random) => {
    const opening = pick(random, [
      '```\n### a.py\n<<<<<<< SEARCH\n',
      '```\n',
      '```\n### ',
      '\n=======',
      '`````` ',
    ]);
    return inTags(opening.repeat(random(random(50) === 0 ? 5000 : 40)) + soup(random, 4));
  },
  long_line: (random, context) => {
    const filler = piece(random).repeat(random(random(20) === 0 ? 2000 : 100));
    return answer(
      random,
      someEdits(random, context).map((edit) => ({ ...edit, replace: filler })),
    );
  },
};

function inTags(answer: string): string {
  return `<think>t</think><solution>${answer}</solution>`;
}

/** Edits without the tags around them. */
function blocks(edits: readonly Edit[]): string {
  return formatAnswer('', edits).split('<solution>\n')[1]?.split('\n</solution>')[0] ?? '';
}

function answer(random: Random, edits: readonly Edit[]): string {
  return formatAnswer(random(30) === 0 ? soup(random, 3) : 'It is off by one.', edits);
}

/** One to three edits; most search for lines that are there. */
function someEdits(random: Random, context: Files): Edit[] {
  const paths = Object.keys(context);
  return Array.from({ length: 1 + random(3) }, () => {
    const path = pick(random, paths);
    const lines = (context[path] ?? '').split('\n');
    const start = random(lines.length);
    const search = lines.slice(start, start + 1 + random(3)).join('\n');
    const replace =
      random(3) === 0
        ? soup(random, 5)
        : `${search}${pick(random, ['x', '\n', '  # note', '\n    y = 2', ' '])}`;
    return { path, search: random(12) === 0 ? soup(random, 3) : search, replace };
  });
}
