import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { Socket } from 'node:net';

export interface Connections extends Disposable {
  /** `address:port` of every connection that this process has opened since. */
  readonly opened: ReadonlySet<string>;
}

/** Watches every TCP connection of this process that goes through `net.connect`: fetch, http and https. */
export function watchConnections(): Connections {
  const opened = new Set<string>();
  const note = (message: unknown): void => {
    const { socket } = message as { readonly socket: Socket };
    socket.once('connect', () => opened.add(`${socket.remoteAddress}:${socket.remotePort}`));
    socket.once('error', () => opened.add('a connection that failed'));
  };
  subscribe('net.client.socket', note);
  return { opened, [Symbol.dispose]: () => void unsubscribe('net.client.socket', note) };
}
