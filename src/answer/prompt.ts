export interface Message {
  readonly role: 'system' | 'user' | 'assistant';
  readonly content: string;
}

/** How an answer has to look, for a model that reads whole files (docs/contracts/reward.md#answer-form). */
const wholeForm = `You are given an issue of a software project and the files that its fix may touch. Think first, then change the files.

Write your thoughts between <think> and </think>, and your edits between <solution> and </solution>. Each edit is a block of its own:

\`\`\`
### path/of/the/file
<<<<<<< SEARCH
lines of the file as they stand
=======
lines that replace them
>>>>>>> REPLACE
\`\`\`

SEARCH has to repeat lines of the file exactly, blanks included. A new file has an empty SEARCH. Change no more than the issue asks for.`;

/** The same in a few tokens, for a small model that sees one fragment. */
const shortForm = `Fix the code. Answer:
<think>
why
</think>
<solution>
\`\`\`
### path
<<<<<<< SEARCH
old lines
=======
new lines
>>>>>>> REPLACE
\`\`\`
</solution>`;

const issueCharacters = 300;

export function wholePrompt(problem: string, files: ReadonlyMap<string, string>): Message[] {
  const shown = [...files].map(([path, text]) => `### ${path}\n\`\`\`\n${text}\n\`\`\``).join('\n\n');
  return [
    { role: 'system', content: wholeForm },
    { role: 'user', content: `Issue:\n${problem}\n\nFiles:\n\n${shown}` },
  ];
}

export function fragmentPrompt(problem: string, path: string, fragment: string): Message[] {
  // A cut through the two halves of a character would leave text that no tokenizer takes.
  const issue = problem
    .slice(0, issueCharacters)
    .replace(/[\uD800-\uDBFF]$/, '')
    .trim();
  return [
    { role: 'system', content: shortForm },
    { role: 'user', content: `${issue}\n\n### ${path}\n${fragment}` },
  ];
}
