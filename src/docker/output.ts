const headBytes = 8;

/** The text of an engine's log. Each part begins with 8 bytes: the stream at byte 0, the length at byte 4. */
export function outputOf(content: Buffer): string {
  const parts: Buffer[] = [];
  for (let at = 0; at + headBytes <= content.length;) {
    const end = at + headBytes + content.readUInt32BE(at + 4);
    parts.push(content.subarray(at + headBytes, end));
    at = end;
  }
  return Buffer.concat(parts).toString('utf8');
}
