import { open } from 'node:fs/promises';
import path from 'node:path';
import type { z } from 'zod';
import { driverEventHead, driverResult, driverStatus } from '../../../round-contract/round-files.ts';

export type DriverEvent = z.infer<typeof driverEventHead>;

/** `seq` tells whether the driver lives, phase and step whether it gets anywhere; nobody trusts its clock. */
const readStatusFields = driverStatus.pick({ seq: true, phase: true, step: true }).strip();
export type DriverStatus = z.infer<typeof readStatusFields>;

const readResultFields = driverResult
  .pick({ schema: true, exit_code: true, reason: true, message: true })
  .strip();
export type DriverResult = z.infer<typeof readResultFields>;

/** Where the driver of an attempt writes, below the round directory. */
export function attemptFolder(roundFolder: string, attempt: number): string {
  return path.join(roundFolder, 'attempts', String(attempt).padStart(4, '0'));
}

/** Events of some 20,000 steps with their samples. */
const mostBytes = 256 * 1024 * 1024;

/** Others write there: what is no file, or has no end, is not read. */
async function readText(file: string): Promise<string> {
  try {
    await using handle = await open(file);
    const found = await handle.stat();
    if (!found.isFile()) return '';
    const bytes = Buffer.alloc(Math.min(found.size, mostBytes));
    const { bytesRead } = await handle.read(bytes, 0, bytes.length, 0);
    return bytes.toString('utf8', 0, bytesRead);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ESTALE') return '';
    throw error;
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** The database takes no NUL and no half of a pair in a text, and models write both. */
function storable(_key: string, value: unknown): unknown {
  return typeof value === 'string' ? value.toWellFormed().replaceAll('\0', '\u{fffd}') : value;
}

/** A line is whole when its end is there; one that is no event of this attempt is passed over. */
export function parseEvents(text: string, round_id: string, attempt: number): DriverEvent[] {
  const events = new Map<number, DriverEvent>();
  for (const line of text.split('\n').slice(0, -1)) {
    const read = driverEventHead.safeParse(parsed(line));
    if (!read.success || read.data.round !== round_id || read.data.attempt !== attempt) continue;
    if (!events.has(read.data.seq)) events.set(read.data.seq, read.data);
  }
  return [...events.values()].toSorted((a, b) => a.seq - b.seq);
}

/** The event without the frame that has columns of its own, as JSON that the database takes. */
export function bodyOf({
  v: _v,
  seq: _seq,
  ts: _ts,
  round: _round,
  attempt: _attempt,
  type: _type,
  ...body
}: DriverEvent): string {
  return JSON.stringify(body, storable);
}

export async function readEvents(folder: string, round_id: string, attempt: number): Promise<DriverEvent[]> {
  return parseEvents(await readText(path.join(folder, 'events.jsonl')), round_id, attempt);
}

/** Null before its first beat. */
export async function readStatus(folder: string): Promise<DriverStatus | null> {
  const read = readStatusFields.safeParse(parsed(await readText(path.join(folder, 'status.json'))));
  return read.success ? read.data : null;
}

/** The last file of an attempt; null while it is at work, and for good where it was killed. */
export async function readResult(folder: string): Promise<DriverResult | null> {
  const read = readResultFields.safeParse(parsed(await readText(path.join(folder, 'result.json'))));
  return read.success ? read.data : null;
}
