/** Whether Python's `str.isspace` accepts the character: other than `trim`, it accepts FS to US and NEL, and not U+FEFF. */
export function isSpace(code: number): boolean {
  if (code < 0x80) return code === 0x20 || (code >= 0x09 && code <= 0x0d) || (code >= 0x1c && code <= 0x1f);
  return code === 0x85 || code === 0xfeff ? code === 0x85 : String.fromCharCode(code).trim() === '';
}

/** Python's `str.strip()`. */
export function strip(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && isSpace(text.charCodeAt(start))) start += 1;
  while (end > start && isSpace(text.charCodeAt(end - 1))) end -= 1;
  return text.slice(start, end);
}

/** Whether Python's `str.splitlines` breaks at the character. */
function isLineBreak(code: number): boolean {
  return (code >= 0x0a && code <= 0x0d) || (code >= 0x1c && code <= 0x1e) || isWideLineBreak(code);
}

function isWideLineBreak(code: number): boolean {
  return code === 0x85 || code === 0x2028 || code === 0x2029;
}

/** Python's `str.splitlines()`: lines without their ends; `\r\n` is one line break, and a final line break opens no further line. */
export function pythonLines(text: string): string[] {
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

/** Orders strings by code point, as Python and UTF-8 do; `<` on strings orders by UTF-16 unit and puts U+1F600 before U+FFFD. */
export function compareCodePoints(a: string, b: string): number {
  const end = Math.min(a.length, b.length);
  for (let at = 0; at < end; at += 1) {
    const left = a.charCodeAt(at);
    const right = b.charCodeAt(at);
    if (left !== right) return rank(left) - rank(right);
  }
  return a.length - b.length;
}

/** Surrogates encode code points above all others, so they rank above every other unit. */
function rank(unit: number): number {
  const isSurrogate = unit >= 0xd800 && unit <= 0xdfff;
  return isSurrogate ? unit + 0x10000 : unit;
}
