/**
 * A folder that the driver of a round and Mendloop share, such as the folder of round directories of a cluster. Paths are
 * relative to it, with `/` between their parts; the empty path is the folder itself. A write that finds no room is
 * `storage_full`, a path that leads out of the folder `input_invalid`.
 */
export interface RoundFiles {
  /**
   * The text of a file, its first `maxBytes` at most. Null where there is no plain file: a driver writes there, and what it
   * leaves is not trusted.
   */
  read(path: string, maxBytes?: number): Promise<string | null>;
  /** The last bytes of a file, as text; empty where there is no file. */
  tail(path: string, bytes: number): Promise<string>;
  /** Whether a file or folder is there. */
  has(path: string): Promise<boolean>;
  /** Names of what lies in a folder; none where there is no folder. */
  list(path: string): Promise<readonly string[]>;
  /** Makes a folder and those above it. */
  makeFolder(path: string): Promise<void>;
  /** Writes a whole file, and the folders above it: a reader sees the file of before or this one, never a part. */
  putWhole(path: string, text: string): Promise<void>;
  /** Writes a stream into a new file and returns the SHA-256 of what was written, in hexadecimal. */
  copyIn(path: string, content: AsyncIterable<Uint8Array>): Promise<string>;
  /** Gives a file or folder another path, in one step that a reader sees whole or not at all. */
  move(from: string, to: string): Promise<void>;
  /**
   * The hash of all files of a folder but its `manifest.json` (docs/contracts/round.md#tree-hash): SHA-256 over
   * `path NUL bytes NUL sha256 LF` of each file, sorted by the bytes of its path. Throws `round_invalid` for a folder that cannot
   * be read or holds anything but files and folders.
   */
  hashTree(path: string): Promise<string>;
  /** Removes a file or folder with all in it, also while a driver adds files; success where there is none. */
  remove(path: string): Promise<void>;
}
