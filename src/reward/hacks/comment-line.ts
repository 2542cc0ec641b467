import { commentSyntaxOf } from '../mendloop/comment-syntax.ts';

/** A whole-line comment in the language of the path; a plain line where it has none. */
export function commentLine(path: string, text: string): string {
  const mark = commentSyntaxOf(path).marks[0] ?? '';
  if (mark === '<!--') return `<!-- ${text} -->`;
  return `${mark} ${text}`.trimStart();
}
