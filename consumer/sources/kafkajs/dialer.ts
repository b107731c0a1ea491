import type { Buffer } from 'node:buffer';
import type { KafkaConnection } from '../../../producer/kafka-connection.js';
import { createKafka, importKafkajs } from '../../../producer/kafkajs/client.js';
import { classifyKafkajs } from '../../../producer/kafkajs/failure.js';
import { createCluster } from '../../../producer/kafkajs/insides.js';
import { findSignal, RefusedOnce } from '../../../producer/kafkajs/signals.js';
import { createSockets, type Sockets } from '../../../producer/kafkajs/sockets.js';
import { ConsumerError } from '../../errors.js';
import type { Dialer, Link, LinkOptions } from '../dialer.js';
import { AnswerReader, RequestWriter } from '../protocol/encoding.js';
import type { Codec } from '../protocol/record-batches.js';
import type { Request } from '../protocol/request.js';

/** As much of kafkajs as connects, logs in and asks; its types do not show it. */
interface Cluster {
  readonly rootLogger: object;
  readonly connectionPoolBuilder: {
    build(address: { readonly host: string; readonly port: number }): Promise<ConnectionPool>;
  };
  readonly brokerPool: {
    createBroker(options: {
      readonly logger: object;
      readonly connectionPool: ConnectionPool;
    }): Broker;
  };
}

interface ConnectionPool {
  getConnection(): Promise<Connection>;
}

interface Broker {
  /** Opens a connection, asks which versions there are, logs in. */
  connect(): Promise<void>;
}

interface Connection {
  isConnected(): boolean;
  send(request: object): Promise<unknown>;
}

/** Connects through kafkajs: its connections and logins, none of its consumer. */
export function kafkajsDialer(connection: KafkaConnection): Dialer {
  return {
    open: (broker, options) => open(connection, broker, options),
    classify: classifyKafkajs,
    decompress: decompressByKafkajs,
  };
}

async function open(
  connection: KafkaConnection,
  broker: string,
  { requestTimeoutMs }: LinkOptions,
): Promise<Link> {
  while (true) {
    // Of each connection's own: kafkajs cannot cut one.
    const sockets = createSockets(connection.tunnel ?? {});
    const { watched, closed } = watch(sockets);
    try {
      return await Promise.race([
        connect({ ...connection, requestTimeoutMs }, broker, watched),
        closed,
      ]);
    } catch (error) {
      sockets.cut();
      if (findSignal(error, RefusedOnce) === undefined) throw error;
    }
  }
}

/** How long kafkajs has to say why a connection closed, in milliseconds. */
const CLOSED_GRACE_MS = 1_000;

/** kafkajs waits for ever for a connection that the other side closes before it is there. */
function watch(sockets: Sockets): { readonly watched: Sockets; readonly closed: Promise<never> } {
  let tell: (error: Error) => void = () => {};
  const closed = new Promise<never>((_, reject) => {
    tell = reject;
  });
  // Of no interest once there is a connection.
  closed.catch(() => undefined);
  const watched: Sockets = {
    ...sockets,
    open(request) {
      const socket = sockets.open(request);
      const host = `${request.host}:${request.port}`;
      socket.once('close', () => {
        setTimeout(() => tell(new ClosedEarly(host)), CLOSED_GRACE_MS).unref();
      });
      return socket;
    },
  };
  return { watched, closed };
}

/** By this name it is what kafkajs has for connections that closed. */
class ClosedEarly extends Error {
  override readonly name = 'KafkaJSConnectionClosedError';
  readonly broker: string;

  constructor(broker: string) {
    super('the connection was closed before it was there');
    this.broker = broker;
  }
}

async function connect(
  connection: KafkaConnection,
  address: string,
  sockets: Sockets,
): Promise<Link> {
  const kafka = await createKafka(connection, sockets);
  const encoder = await importEncoder();
  const {
    rootLogger: logger,
    connectionPoolBuilder,
    brokerPool,
  } = createCluster<Cluster>(kafka, null);
  const colon = address.lastIndexOf(':');
  const host = address.slice(0, colon);
  const port = Number(address.slice(colon + 1));
  const connectionPool = await connectionPoolBuilder.build({ host, port });
  sockets.hold();
  await brokerPool.createBroker({ logger, connectionPool }).connect();
  const opened = await connectionPool.getConnection();
  return {
    get isOpen() {
      return opened.isConnected();
    },
    call: (request) => call(opened, request, encoder),
    close: () => sockets.cut(),
  };
}

type EncoderClass = new (size?: number) => { writeBufferInternal(bytes: Buffer): void };

async function importEncoder(): Promise<EncoderClass> {
  // @ts-expect-error Not in kafkajs's types.
  const { default: Encoder } = await import('kafkajs/src/protocol/encoder.js');
  return Encoder;
}

/** Its own error, in place of what kafkajs makes of it. */
async function call<T>(
  connection: Connection,
  { apiKey, apiVersion, apiName, write, read }: Request<T>,
  Encoder: EncoderClass,
): Promise<T> {
  let ended: { readonly value: T } | { readonly error: unknown } | undefined;
  await connection.send({
    request: {
      apiKey,
      apiVersion,
      apiName,
      encode: async () => {
        const to = new RequestWriter();
        write(to);
        const encoder = new Encoder();
        encoder.writeBufferInternal(to.done());
        return encoder;
      },
    },
    response: {
      decode: async (bytes: Buffer) => {
        try {
          ended = { value: read(new AnswerReader(bytes)) };
        } catch (error) {
          ended = { error };
        }
        return {};
      },
      parse: async () => undefined,
    },
  });
  if (ended === undefined) throw new Error(`${apiName} was not answered`);
  if ('error' in ended) throw ended.error;
  return ended.value;
}

/** As `CompressionTypes` of kafkajs has them. */
const TYPES = { gzip: 1, snappy: 2, lz4: 3, zstd: 4 } as const;
const NAMES = { gzip: 'GZIP', snappy: 'Snappy', lz4: 'LZ4', zstd: 'ZSTD' } as const;

interface KafkajsCodec {
  decompress(bytes: Buffer): Promise<Buffer>;
}

/** By what the application gave to kafkajs. */
async function decompressByKafkajs(codec: Codec, bytes: Buffer): Promise<Buffer> {
  const { CompressionCodecs } = await importKafkajs();
  // Of kafkajs's `any`.
  const codecs: Partial<Record<number, () => KafkajsCodec>> = CompressionCodecs;
  try {
    return (await codecs[TYPES[codec]]?.().decompress(bytes)) ?? noCodec(codec, undefined);
  } catch (cause) {
    if (Object(cause).name !== 'KafkaJSNotImplemented') throw cause;
    return noCodec(codec, cause);
  }
}

function noCodec(codec: Codec, cause: unknown): never {
  const name = NAMES[codec];
  throw new ConsumerError(
    'CONFIG',
    `The records are compressed with ${name}, which kafkajs and this Node have no codec for: set ` +
      `\`CompressionCodecs[CompressionTypes.${name}]\` of kafkajs, or read through @platformatic/kafka.`,
    { cause },
  );
}
