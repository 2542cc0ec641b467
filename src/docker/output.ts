const headBytes = 8;

/** The text of an engine's log, of which each part has a head of 8 bytes: its stream, and its length at byte 4. */
export function outputOf(content: Buffer): string {
  const parts: Buffer[] = [];
  for (let at = 0; at + headBytes <= content.length;) {
    const end = at + headBytes + content.readUInt32BE(at + 4);
    parts.push(content.subarray(at + headBytes, end));
    at = end;
  }
  return Buffer.concat(parts).toString('utf8');
}
