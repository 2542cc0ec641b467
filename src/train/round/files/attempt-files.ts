import type { z } from 'zod';
import type { RoundFiles } from '../../../domain/round-files.ts';
import { driverEventHead, driverResult, driverStatus } from '../../../round-contract/round-files.ts';

export type DriverEvent = z.infer<typeof driverEventHead>;

/** `seq` shows whether the driver is alive, phase and step whether it makes progress; its clock is not used. */
const readStatusFields = driverStatus.pick({ seq: true, phase: true, step: true }).strip();
export type DriverStatus = z.infer<typeof readStatusFields>;

const readResultFields = driverResult
  .pick({ schema: true, exit_code: true, reason: true, message: true })
  .strip();
export type DriverResult = z.infer<typeof readResultFields>;

/** Where the driver of an attempt writes, below the folder of round directories. */
export function attemptFolder(round_id: string, attempt: number): string {
  return `${round_id}/attempts/${String(attempt).padStart(4, '0')}`;
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

export async function readEvents(
  files: RoundFiles,
  round_id: string,
  attempt: number,
): Promise<DriverEvent[]> {
  const text = await files.read(`${attemptFolder(round_id, attempt)}/events.jsonl`);
  return parseEvents(text ?? '', round_id, attempt);
}

/** Null before the driver's first beat. */
export async function readStatus(
  files: RoundFiles,
  round_id: string,
  attempt: number,
): Promise<DriverStatus | null> {
  const text = await files.read(`${attemptFolder(round_id, attempt)}/status.json`);
  const read = readStatusFields.safeParse(parsed(text ?? ''));
  return read.success ? read.data : null;
}

/** The last file of an attempt; null while its driver is at work, and always where the driver was killed. */
export async function readResult(
  files: RoundFiles,
  round_id: string,
  attempt: number,
): Promise<DriverResult | null> {
  const text = await files.read(`${attemptFolder(round_id, attempt)}/result.json`);
  const read = readResultFields.safeParse(parsed(text ?? ''));
  return read.success ? read.data : null;
}
