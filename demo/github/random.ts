import { createHash, randomBytes } from 'node:crypto';

/** Source of ids and secrets. */
export interface Random {
  readonly bytes: (length: number) => Buffer;
  readonly uuid: () => string;
  /** Letters and digits only. */
  readonly token: (length: number) => string;
}

/** With a seed every id and token is the same in every run; without one they come from the system's generator. */
export function createRandom(seed?: number): Random {
  const bytes = seed === undefined ? randomBytes : seededBytes(seed);
  return { bytes, uuid: () => uuidOf(bytes(16)), token: (length) => alphanumeric(bytes, length) };
}

function seededBytes(seed: number): (length: number) => Buffer {
  let block = 0;
  return (length) => {
    const chunks: Buffer[] = [];
    for (let have = 0; have < length; have += 32) {
      chunks.push(createHash('sha256').update(`${seed}:${block++}`).digest());
    }
    return Buffer.concat(chunks).subarray(0, length);
  };
}

function uuidOf(bytes: Buffer): string {
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = bytes.toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}

function alphanumeric(bytes: (length: number) => Buffer, length: number): string {
  let text = '';
  while (text.length < length)
    text += bytes(length * 2)
      .toString('base64')
      .replaceAll(/[^A-Za-z0-9]/g, '');
  return text.slice(0, length);
}
