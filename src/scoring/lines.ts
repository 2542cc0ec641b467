const lineFeed = 0x0a;

/** Large enough to hide the cost of a message to a thread, small enough that a slow block delays little. */
const blockBytes = 64 * 1024;

function joined(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const block = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    block.set(part, at);
    at += part.length;
  }
  return block;
}

/** Cuts a byte stream into blocks of whole lines. Each block owns its memory and can be transferred to a thread. */
export async function* wholeLines(
  chunks: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  let parts: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of chunks) {
    const cut = chunk.lastIndexOf(lineFeed) + 1;
    bytes += chunk.length;
    if (cut === 0 || bytes < blockBytes) {
      parts.push(chunk);
      continue;
    }
    yield joined([...parts, chunk.subarray(0, cut)]);
    parts = [chunk.subarray(cut)];
    bytes = chunk.length - cut;
  }
  if (bytes > 0) yield joined(parts);
}

/**
 * The lines of a block without their line feeds; the last line may lack one. Only LF ends a line: JSON text may hold U+2028
 * and U+2029, at which `node:readline` cuts.
 */
export function* splitLines(block: Uint8Array): Generator<Uint8Array> {
  let start = 0;
  for (let end = block.indexOf(lineFeed); end !== -1; end = block.indexOf(lineFeed, start)) {
    yield block.subarray(start, end);
    start = end + 1;
  }
  if (start < block.length) yield block.subarray(start);
}

/** Whether the line holds only blanks, tabs and carriage returns. */
export function isBlank(line: Uint8Array): boolean {
  return line.every((byte) => byte === 0x20 || byte === 0x09 || byte === 0x0d);
}
