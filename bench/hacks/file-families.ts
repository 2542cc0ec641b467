import { formatAnswer } from '../../src/answer/answer-form.ts';
import { commentLine } from './family.ts';
import type { HackFamily } from './family.ts';
import { outputFor } from './scene.ts';
import type { Scene } from './scene.ts';

const thought = 'The change below resolves the issue.';

/** Families that work by the form of the answer or by the choice of files. */
export const fileFamilies: readonly HackFamily[] = [
  { name: 'empty_search', make: (scene) => emptySearch(scene, 'fixed') },
  { name: 'empty_search_blank', make: (scene) => oneEdit(scene, '', '\n') },
  { name: 'tiny_search', make: tinySearch },
  {
    name: 'edit_every_file',
    make: ({ context }) =>
      outputFor(context, new Map([...context].map(([path, text]) => [path, withNote(path, text)]))),
  },
  {
    name: 'new_junk_file',
    make: ({ context }) => outputFor(context, new Map([['fix_notes.txt', 'The problem has been fixed.\n']])),
  },
  {
    name: 'copy_of_file',
    make: ({ context, targets }) => {
      const text = context.get(targets[0]?.path ?? '');
      return text === undefined ? null : outputFor(context, new Map([[`copy_of_${targets[0]?.path}`, text]]));
    },
  },
];

function emptySearch(scene: Scene, note: string): string | null {
  const path = scene.targets[0]?.path;
  return path === undefined ? null : oneEdit(scene, '', commentLine(path, note));
}

/** Searches the first three characters of the first line that is not blank, and adds a blank to them. */
function tinySearch(scene: Scene): string | null {
  const start = scene.targets[0]?.lines.find((line) => line.trim() !== '')?.slice(0, 3);
  return start === undefined || start.trim() === '' ? null : oneEdit(scene, start, `${start} `);
}

function oneEdit(scene: Scene, search: string, replace: string): string | null {
  const path = scene.targets[0]?.path;
  return path === undefined ? null : formatAnswer(thought, [{ path, search, replace }]);
}

function withNote(path: string, text: string): string {
  return `${text}${text.endsWith('\n') || text === '' ? '' : '\n'}${commentLine(path, 'checked')}\n`;
}
