import { readFile } from 'node:fs/promises';
import net from 'node:net';

export const mebibyte = 1024 * 1024;
export const huge = 200 * mebibyte;

/**
 * Sends a head and then `huge` bytes, whatever is answered, until all is sent or the server hangs up; resolves with the
 * status of the answer.
 */
export async function sendHuge(
  port: number,
  head: string,
  frame: (chunk: Buffer) => Buffer,
): Promise<number> {
  const socket = net.connect(port, '127.0.0.1');
  const said: string[] = [];
  socket.on('data', (data: Buffer) => said.push(data.toString('utf8')));
  // The server hangs up on a sender that it has refused.
  socket.on('error', () => undefined);
  const closed = new Promise((resolve) => socket.once('close', resolve));
  socket.write(head);
  const chunk = frame(Buffer.alloc(mebibyte, 'x'));
  for (let sent = 0; sent < huge && socket.writable; sent += mebibyte) {
    const drained = new Promise((resolve) => socket.once('drain', resolve));
    if (!socket.write(chunk)) await Promise.race([drained, closed]);
  }
  socket.end(frame(Buffer.alloc(0)));
  await closed;
  return Number(/^HTTP\/1\.1 (\d+) /.exec(said.join(''))?.[1]);
}

/** One chunk of `transfer-encoding: chunked`; an empty one ends the body. */
export function framed(chunk: Buffer): Buffer {
  return Buffer.concat([Buffer.from(`${chunk.length.toString(16)}\r\n`), chunk, Buffer.from('\r\n')]);
}

/** The most memory that the process has had so far, in bytes. */
export async function peakMemory(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  return Number(/^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1]) * 1024;
}
