import type { FileTexts } from '../diff/file-patches.ts';
import { formatAnswer, formatEdit, pathMark, solutionTags, thoughtTags } from './answer-form.ts';

export interface Message {
  readonly role: 'system' | 'user' | 'assistant';
  readonly content: string;
}

/** `files` shows whole files, as the paper does; `hunks` shows single fragments in few tokens, for a small model. */
export type PromptForm = 'files' | 'hunks';

/** Describes the form of an answer (docs/contracts/reward.md#answer-form). */
const systemOfFiles = `You are given an issue of a software project and the files that its fix may touch. Think first, then change the files.

Write your thoughts between ${thoughtTags.open} and ${thoughtTags.close}, and your edits between ${solutionTags.open} and ${solutionTags.close}. Each edit is a block of its own:

${formatEdit({ path: 'path/of/the/file', search: 'lines of the file as they stand', replace: 'lines that replace them' })}

SEARCH has to repeat lines of the file exactly, blanks included. A new file has an empty SEARCH. Change no more than the issue asks for.`;

const systemOfHunks = `Fix the code. Answer:
${formatAnswer('why', [{ path: 'path', search: 'old lines', replace: 'new lines' }])}`;

/** Characters of the issue that the prompt of a fragment holds. */
const issueCharacters = 300;

/**
 * The one prompt for training and for proposing: what a model is trained on is what it is asked. `shown` holds whole
 * files for `files` and fragments for `hunks`. The bytes of released prompts never change.
 */
export function promptOf(form: PromptForm, problem: string, shown: FileTexts): Message[] {
  return form === 'files' ? filesPrompt(problem, shown) : hunksPrompt(problem, shown);
}

function filesPrompt(problem: string, files: FileTexts): Message[] {
  const texts = [...files].map(([path, text]) => `${pathMark}${path}\n\`\`\`\n${text}\n\`\`\``);
  return [
    { role: 'system', content: systemOfFiles },
    { role: 'user', content: `Issue:\n${problem}\n\nFiles:\n\n${texts.join('\n\n')}` },
  ];
}

function hunksPrompt(problem: string, fragments: FileTexts): Message[] {
  // A cut between the two halves of a surrogate pair would leave text that no tokenizer takes.
  const issue = problem
    .slice(0, issueCharacters)
    .replace(/[\uD800-\uDBFF]$/, '')
    .trim();
  const texts = [...fragments].map(([path, text]) => `${pathMark}${path}\n${text}`);
  return [
    { role: 'system', content: systemOfHunks },
    { role: 'user', content: [issue, ...texts].join('\n\n') },
  ];
}
