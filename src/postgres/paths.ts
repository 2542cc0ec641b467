import { join } from 'node:path';

/** Files of the embedded server below MENDLOOP_HOME. */
export interface ServerPaths {
  readonly home: string;
  /** Holds data, password and port. Appears whole, by one rename, once `initdb` has succeeded. */
  readonly root: string;
  readonly data: string;
  readonly password: string;
  /** The port of the last start, chosen again when free so that pools of other processes find the server. */
  readonly port: string;
  readonly log: string;
}

export function serverPaths(home: string): ServerPaths {
  return { home, log: join(home, 'postgres.log'), ...pathsInside(join(home, 'postgres')) };
}

export function pathsInside(root: string): Pick<ServerPaths, 'root' | 'data' | 'password' | 'port'> {
  return { root, data: join(root, 'data'), password: join(root, 'password'), port: join(root, 'port') };
}
