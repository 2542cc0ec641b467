import { join } from 'node:path';

/** Where the embedded server keeps its things below MENDLOOP_HOME. */
export interface Place {
  readonly home: string;
  /** Appears whole, by one rename, once the cluster is initialised. */
  readonly root: string;
  readonly data: string;
  readonly password: string;
  /** The port of the last start, taken again when free so that pools of other processes find the server. */
  readonly port: string;
  readonly log: string;
}

export function placeIn(home: string): Place {
  const root = join(home, 'postgres');
  return { home, log: join(home, 'postgres.log'), ...insideRoot(root) };
}

export function insideRoot(root: string): Pick<Place, 'root' | 'data' | 'password' | 'port'> {
  return { root, data: join(root, 'data'), password: join(root, 'password'), port: join(root, 'port') };
}
