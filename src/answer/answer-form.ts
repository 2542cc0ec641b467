import type { Edit } from './parse-answer.ts';

/** A line that ends the SEARCH part wherever it stands, save as the part's first line. */
export const dividerLine = '=======';

const divider = `\n${dividerLine}\n`;
const terminator = '\n>>>>>>> REPLACE\n```';

/** Edits as a raw model output in the form that `parseOutput` reads. */
export function formatOutput(thought: string, edits: readonly Edit[]): string {
  return `<think>\n${thought}\n</think>\n<solution>\n${edits.map(formatEdit).join('\n')}\n</solution>`;
}

function formatEdit({ path, search, replace }: Edit): string {
  return `\`\`\`\n### ${path}\n<<<<<<< SEARCH\n${search}${divider}${replace}${terminator}`;
}

/** Whether the block of an edit ends where it should: its texts hold no mark that would end a part earlier. */
export function isReadable({ search, replace }: Edit): boolean {
  return (search + divider).indexOf(divider) === search.length && !replace.includes(terminator);
}
