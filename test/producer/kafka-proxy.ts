import { connect, createServer, type Server, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** Kafka's number for Produce requests. https://kafka.apache.org/protocol.html#protocol_api_keys */
const PRODUCE = 0;

/**
 * What happens to the broker's answer to a Produce request: swallowed by itself, or with all that
 * follows on its connection, as TCP would have it. With `hold` the request itself waits for
 * {@link KafkaProxy.release}, also when its sender has gone: as in a queue on the way. What is delayed
 * holds up what follows.
 */
export type AnswerFate =
  | 'pass'
  | 'swallow'
  | 'fall silent'
  | 'hang up'
  | 'hold'
  | { readonly delayMs: number };

export interface KafkaProxy {
  /** `host:port` */
  readonly address: string;
  /** Produce requests seen. */
  produces(): number;
  /** Breaks all connections that are open; others can be opened. */
  cut(how: Cut): void;
  /** Passes on the requests that were held, and waits for the broker's answers; answers how many. */
  release(): Promise<number>;
  /** Whether connections, also those that come, are taken and get nothing through. */
  swallowAll(isSo: boolean): void;
  /** Takes no more connections; those that are open stay. */
  leave(): void;
  /** Takes connections again, at the same address. */
  comeBack(): Promise<void>;
  close(): Promise<void>;
}

/**
 * How connections break: closed (FIN), torn (RST), or `silent`: nothing gets through any more and
 * neither end is told, as behind a gateway that forgot them.
 */
export const CUTS = ['close', 'tear', 'silent'] as const;
export type Cut = (typeof CUTS)[number];

export interface ProxyOptions {
  /** A port. @default any */
  readonly listenOn?: number;
  /** Whether to hang up in place of passing a request on, by its API key. */
  readonly refuse?: (apiKey: number) => boolean;
  /** What happens to the answers of other requests than Produce, by their API key. */
  readonly answers?: (apiKey: number) => AnswerFate;
}

/**
 * A TCP proxy to one broker's PLAINTEXT listener. The broker gets and obeys every request; `fate`
 * decides, by its number, whether the answer to a Produce request gets back.
 */
export async function startKafkaProxy(
  broker: string,
  fate: (produce: number) => AnswerFate,
  { listenOn = 0, refuse = () => false, answers = () => 'pass' }: ProxyOptions = {},
): Promise<KafkaProxy> {
  const [host = '', port = ''] = broker.split(':');
  const open = new Set<Socket>();
  const muted = new WeakSet<Socket>();
  const held: (() => Promise<void>)[] = [];
  let produces = 0;
  let swallowsAll = false;
  const server: Server = createServer((client) => {
    const upstream = connect(Number(port), host);
    const fates = new Map<number, AnswerFate>();
    const answered = new Map<number, () => void>();
    let holds = false;
    const pass = inOrder((frame) => client.write(frame));
    if (swallowsAll) muted.add(client);
    for (const socket of [client, upstream]) {
      open.add(socket);
      socket.on('error', () => {});
      socket.on('close', () => {
        open.delete(socket);
        client.destroy();
        if (!holds) upstream.destroy();
      });
    }
    onFrames(client, (frame) => {
      if (muted.has(client)) return;
      // Size, API key, API version, correlation id.
      const apiKey = frame.readInt16BE(4);
      const correlation = frame.readInt32BE(8);
      if (refuse(apiKey)) client.destroy();
      fates.set(correlation, apiKey === PRODUCE ? fate(produces++) : answers(apiKey));
      if (fates.get(correlation) !== 'hold') {
        upstream.write(frame);
        return;
      }
      holds = true;
      const copy = Buffer.from(frame);
      const answer = new Promise<void>((resolve) => {
        answered.set(correlation, resolve);
      });
      held.push(async () => {
        upstream.write(copy);
        await answer;
      });
    });
    onFrames(upstream, (frame) => {
      answered.get(frame.readInt32BE(4))?.();
      if (muted.has(client)) return;
      const answer = fates.get(frame.readInt32BE(4)) ?? 'pass';
      fates.delete(frame.readInt32BE(4));
      if (answer === 'hang up') client.destroy();
      if (answer === 'fall silent') muted.add(client);
      if (answer === 'pass') pass(frame, 0);
      if (typeof answer === 'object') pass(frame, answer.delayMs);
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(listenOn, '127.0.0.1', resolve);
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no address');
  return {
    address: `127.0.0.1:${address.port}`,
    produces: () => produces,
    cut(how) {
      for (const socket of open) {
        if (how === 'close') socket.destroy();
        if (how === 'tear') socket.resetAndDestroy();
        if (how === 'silent') muted.add(socket);
      }
    },
    async release() {
      const released = held.splice(0);
      await Promise.all(released.map((pass) => pass()));
      return released.length;
    },
    swallowAll(isSo) {
      swallowsAll = isSo;
      if (isSo) for (const socket of open) muted.add(socket);
    },
    leave: () => void server.close(),
    comeBack: () =>
      new Promise((resolve) => {
        server.listen(address.port, '127.0.0.1', resolve);
      }),
    close: () =>
      new Promise((resolve) => {
        for (const socket of open) socket.destroy();
        server.close(() => resolve());
      }),
  };
}

/** Passes frames on after a delay, none before those that came earlier. */
function inOrder(write: (frame: Buffer) => void): (frame: Buffer, delayMs: number) => void {
  let waiting = 0;
  let last = Promise.resolve();
  return (frame, delayMs) => {
    if (waiting === 0 && delayMs === 0) return write(frame);
    waiting++;
    last = last
      .then(() => sleep(delayMs))
      .then(() => {
        waiting--;
        write(frame);
      });
  };
}

/** Calls `each` with whole frames: a 4-byte size and what it counts. */
function onFrames(socket: Socket, each: (frame: Buffer) => void): void {
  let held = Buffer.alloc(0);
  socket.on('data', (chunk) => {
    held = Buffer.concat([held, chunk]);
    while (held.length >= 4 && held.length >= 4 + held.readInt32BE(0)) {
      const size = 4 + held.readInt32BE(0);
      each(held.subarray(0, size));
      held = held.subarray(size);
    }
  });
}
