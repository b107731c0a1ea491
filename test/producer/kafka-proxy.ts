import { connect, createServer, type Server, type Socket } from 'node:net';

/** Kafka's number for Produce requests. https://kafka.apache.org/protocol.html#protocol_api_keys */
const PRODUCE = 0;

/** What happens to the broker's answer to a Produce request. */
export type AnswerFate = 'pass' | 'swallow' | 'hang up';

export interface KafkaProxy {
  /** `host:port` */
  readonly address: string;
  /** Produce requests seen. */
  produces(): number;
  close(): Promise<void>;
}

/**
 * A TCP proxy to one broker's PLAINTEXT listener. The broker gets and obeys every request; `fate`
 * decides, by its number, whether the answer to a Produce request gets back.
 */
export async function startKafkaProxy(
  broker: string,
  fate: (produce: number) => AnswerFate,
  listenOn = 0,
): Promise<KafkaProxy> {
  const [host = '', port = ''] = broker.split(':');
  const open = new Set<Socket>();
  let produces = 0;
  const server: Server = createServer((client) => {
    const upstream = connect(Number(port), host);
    const fates = new Map<number, AnswerFate>();
    for (const socket of [client, upstream]) {
      open.add(socket);
      socket.on('error', () => {});
      socket.on('close', () => {
        open.delete(socket);
        client.destroy();
        upstream.destroy();
      });
    }
    onFrames(client, (frame) => {
      // Size, API key, API version, correlation id.
      if (frame.readInt16BE(4) === PRODUCE) fates.set(frame.readInt32BE(8), fate(produces++));
      upstream.write(frame);
    });
    onFrames(upstream, (frame) => {
      const answer = fates.get(frame.readInt32BE(4)) ?? 'pass';
      if (answer === 'hang up') client.destroy();
      if (answer === 'pass') client.write(frame);
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
    close: () =>
      new Promise((resolve) => {
        for (const socket of open) socket.destroy();
        server.close(() => resolve());
      }),
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
