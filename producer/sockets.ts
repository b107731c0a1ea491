import { connect as connectTcp, isIP, type Socket } from 'node:net';
import { type ConnectionOptions, connect as connectTls } from 'node:tls';

/** What kafkajs asks a socket factory for. */
export interface SocketRequest {
  readonly host: string;
  readonly port: number;
  readonly ssl: ConnectionOptions;
  onConnect(): void;
}

/** Sockets of one client, so that all of them can be cut at once: kafkajs itself cannot. */
export interface Sockets {
  open(request: SocketRequest): Socket;
  /** Cuts all, and opens no more. */
  destroy(): void;
}

/** First probe of an idle connection, in milliseconds. */
const KEEP_ALIVE_MS = 60_000;

/** `tunnel` maps a broker's `host:port` to where it is reached instead. */
export function createSockets(tunnel: Readonly<Record<string, string>>): Sockets {
  const open = new Set<Socket>();
  let destroyed = false;
  return {
    open({ host, port, ssl, onConnect }) {
      if (destroyed) throw new Error('this connection was given up');
      const target = targetOf(tunnel[`${host}:${port}`], { host, port });
      // kafkajs gives `ssl` only where it was asked for; certificates are for the broker's own name.
      const servername = isIP(host) === 0 ? { servername: host } : {};
      const socket = ssl
        ? connectTls({ ...servername, ...ssl, ...target }, onConnect)
        : connectTcp(target, onConnect);
      socket.setKeepAlive(true, KEEP_ALIVE_MS);
      socket.once('close', () => open.delete(socket));
      open.add(socket);
      return socket;
    },
    destroy() {
      destroyed = true;
      for (const socket of open) socket.destroy(new Error('this connection was given up'));
    },
  };
}

interface Target {
  readonly host: string;
  readonly port: number;
}

function targetOf(address: string | undefined, own: Target): Target {
  if (address === undefined) return own;
  const colon = address.lastIndexOf(':');
  return { host: address.slice(0, colon), port: Number(address.slice(colon + 1)) };
}
