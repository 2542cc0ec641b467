import { type FileHandle, open, rename, stat } from 'node:fs/promises';

/** At each start a log above this is set aside as `….1`; with our settings a year of quiet running stays below it. */
const rotateAboveBytes = 5_000_000;

/** The server's log, for its owner only. The server gets the open file: its account need not reach the path. */
export async function openLog(path: string): Promise<FileHandle> {
  const size = await stat(path).then(
    (found) => found.size,
    () => 0,
  );
  if (size > rotateAboveBytes) await rename(path, `${path}.1`);
  return open(path, 'a', 0o600);
}
