import { statfs } from 'node:fs/promises';

/** With less than this nothing of a mirror can be written. */
const leastBytes = 1024 * 1024;

/** Whether the disk of a folder has no room or no inodes left. git does not always say so when it could not write. */
export async function isDiskFull(folder: string): Promise<boolean> {
  // A folder that is gone has no disk to ask: whatever went wrong with it is told by git's own words.
  const disk = await statfs(folder).catch(() => null);
  if (disk === null) return false;
  return disk.bavail * disk.bsize < leastBytes || (disk.files > 0 && disk.ffree === 0);
}
