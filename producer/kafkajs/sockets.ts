import { connect as connectTcp, isIP, type Socket } from 'node:net';
import { type ConnectionOptions, connect as connectTls } from 'node:tls';
import type { KafkaTls } from '../kafka-connection.js';

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
  /**
   * Holds the process while something is under way; the answer ends that. Connections that nobody waits
   * for do not keep a process from its end, nor a Lambda from its answer.
   */
  hold(): () => void;
  /**
   * Cuts those to one broker, as `host:port`, and says why; the next request opens another. After
   * {@link NO_ANSWER} that takes a moment: what waits to be sent there fails, and kafkajs asks another
   * broker who leads now. Else it would send each of them to a broker that stands still.
   */
  drop(broker: string, why: string): void;
  /** Cuts all, so that requests under way fail and nothing stays behind; opens no more. */
  cut(): void;
}

/** Why a request over a cut socket failed. */
export const GIVEN_UP = 'this connection was given up';

/** Why a connection was dropped that may be dead without a sign. */
export const NO_ANSWER = 'no answer came in time over a connection to this broker';

/** Why a connection was dropped over which a login failed. */
export const NOT_LOGGED_IN = 'the login over this connection failed';

/** For how long no connection to such a broker is opened: two attempts of a batch, in milliseconds. */
const HOLD_OFF_MS = 250;

/** First probe of an idle connection, in milliseconds. */
export const KEEP_ALIVE_MS = 60_000;

/** `tunnel` maps a broker's `host:port` to where it is reached instead. */
export function createSockets(tunnel: Readonly<Record<string, string>>): Sockets {
  /** By the broker that kafkajs asked for. */
  const open = new Map<Socket, string>();
  const heldOff = new Set<string>();
  let ended = false;
  let holds = 0;
  const follow = (socket: Socket) => {
    // Node would keep it in mind until one that is destroyed connects.
    if (socket.destroyed) return;
    if (holds > 0) socket.ref();
    else socket.unref();
  };
  return {
    open({ host, port, ssl, onConnect }) {
      if (ended) throw new Error(GIVEN_UP);
      if (heldOff.has(`${host}:${port}`)) throw new Error(NO_ANSWER);
      const target = targetOf(tunnel[`${host}:${port}`], { host, port });
      // kafkajs gives `ssl` only where it was asked for; certificates are for the broker's own name.
      const servername = isIP(host) === 0 ? { servername: host } : {};
      const socket = ssl
        ? connectTls({ ...servername, ...ssl, ...target }, onConnect)
        : connectTcp(target, onConnect);
      socket.setKeepAlive(true, KEEP_ALIVE_MS);
      socket.once('close', () => open.delete(socket));
      open.set(socket, `${host}:${port}`);
      follow(socket);
      return socket;
    },
    hold() {
      if (holds++ === 0) for (const socket of open.keys()) follow(socket);
      return () => {
        if (--holds === 0) for (const socket of open.keys()) follow(socket);
      };
    },
    drop(broker, why) {
      for (const [socket, to] of open) if (to === broker) socket.destroy(new Error(why));
      if (why !== NO_ANSWER) return;
      heldOff.add(broker);
      setTimeout(() => heldOff.delete(broker), HOLD_OFF_MS).unref();
    },
    cut() {
      ended = true;
      // With an error, since kafkajs takes no notice of a socket that only closes.
      for (const socket of open.keys()) socket.destroy(new Error(GIVEN_UP));
    },
  };
}

/** Does what the process is to wait for. */
export async function holding<T>(sockets: Sockets, work: () => Promise<T>): Promise<T> {
  const release = sockets.hold();
  try {
    return await work();
  } finally {
    release();
  }
}

/** Where a broker is reached. */
export interface Target {
  readonly host: string;
  readonly port: number;
}

/** Where it is reached instead, if it is. */
export function targetOf(address: string | undefined, own: Target): Target {
  if (address === undefined) return own;
  const colon = address.lastIndexOf(':');
  return { host: address.slice(0, colon), port: Number(address.slice(colon + 1)) };
}

/** As Node and its clients take it. */
export function tlsOptions(ssl: boolean | KafkaTls | undefined): boolean | ConnectionOptions {
  if (ssl === undefined || typeof ssl === 'boolean') return ssl ?? false;
  const { ca, ...rest } = ssl;
  return { ...rest, ...(ca !== undefined && { ca: typeof ca === 'string' ? ca : [...ca] }) };
}
