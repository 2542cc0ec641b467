/** `"\r\n"` counts as one break; the others are the single characters at which Python's `str.splitlines` breaks. */
function isLineBreak(code: number): boolean {
  return (code >= 0x0a && code <= 0x0d) || (code >= 0x1c && code <= 0x1e) || isWideLineBreak(code);
}

function isWideLineBreak(code: number): boolean {
  return code === 0x85 || code === 0x2028 || code === 0x2029;
}

/** Lines without their ends, by the rules of Python's `str.splitlines()`: a final line break opens no further line. */
export function splitLines(text: string): string[] {
  const lines: string[] = [];
  let start = 0;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (!isLineBreak(code)) continue;
    lines.push(text.slice(start, at));
    if (code === 0x0d && text.charCodeAt(at + 1) === 0x0a) at += 1;
    start = at + 1;
  }
  if (start < text.length) lines.push(text.slice(start));
  return lines;
}
