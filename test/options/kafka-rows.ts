/** `tavro/producer` and `tavro/consumer`. */
import { createServer as createHttpServer } from 'node:http';
import { createServer } from 'node:net';
import { text } from 'node:stream/consumers';
import * as api from '@opentelemetry/api';
import {
  ConsumerError,
  type ConsumerErrorFields,
  type ConsumerTelemetry,
  createHandler,
  type DeadLetterBucketOptions,
  type DeadLetterQueueOptions,
  type DynamoDbStoreOptions,
  deadLetterBucket,
  deadLetterQueue,
  deadLetterTo,
  dynamoDbAttempts,
  type EmbeddedMetricsOptions,
  type EnvironmentOptions,
  embeddedMetrics,
  type FailureOptions,
  type HandlerOptions,
  type IdempotencyStore,
  type IdempotentOptions,
  type InvocationContext,
  idempotent,
  type JsonLoggerOptions,
  jsonLogger,
  type MemoryAttemptsOptions,
  type MemoryIdempotencyOptions,
  memoryAttempts,
  memoryIdempotency,
  type OpenTelemetryConsumerOptions,
  on,
  openTelemetryConsumer,
  powertoolsIdempotency,
  registryFromEnvironment,
  type S3Object,
  type SqsMessage,
  type TelemetryOptions,
} from '../../consumer/index.js';
import { fixedRegistry } from '../../local/fixed-registry.js';
import { makeCertificate } from '../../local/kafka/certificate.js';
import { MemoryBroker, memoryTransport } from '../../local/memory/index.js';
import { mskEvent } from '../../local/msk-event.js';
import { topicRecord } from '../../local/topic-record.js';
import { librdkafkaSettings } from '../../producer/confluent/settings.js';
import type { ProducerErrorFields } from '../../producer/errors.js';
import {
  type AnyTopic,
  type ClientCredentialsOptions,
  type CloseOnSignals,
  type ConfluentTransportOptions,
  clientCredentialsToken,
  createProducer,
  type EnvironmentProducerOptions,
  type KafkaConnection,
  type KafkajsTransportOptions,
  type KafkaTls,
  kafkajsTransport,
  type MskIam,
  type OutgoingMessage,
  ProducerError,
  type ProducerOptions,
  type ProducerTelemetry,
  platformaticTransport,
  producerFromEnvironment,
  type SecretsManagerOptions,
  type SendFromOptions,
  type SendOptions,
  type StandardHeaders,
  secretsManagerCredentials,
  type Transport,
} from '../../producer/index.js';
import { mskIamToken } from '../../producer/login/msk-iam.js';
import { type Registry, schemaIdBytes } from '../../runtime/index.js';
import {
  CLICK_SCHEMA,
  clicks as consumed,
  framed,
  SECRET,
  testLogger,
} from '../consumer/clicks.js';
import { customers } from '../consumer/customers.js';
import { FakeDynamoDb } from '../consumer/fake-dynamodb.js';
import {
  click,
  clicks,
  keyless,
  newClicks,
  partitions,
  ScriptedTransport,
  scriptedRegistry,
} from '../producer/clicks.js';
import { ManualClock } from '../producer/manual-clock.js';
import { errorText, type Row, row } from './same.js';

const GUID = '4e4edcd2-844e-c10a-537b-f96ef9241304';

/** A client that was told to connect. */
interface Client {
  /** Fulfilled when it has given up. */
  readonly over: Promise<unknown>;
  end(): unknown;
}

/** What a client says first to a broker. */
export async function firstWords(connect: (address: string) => Client): Promise<string> {
  let client: Client | undefined;
  const server = createServer();
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  try {
    return await new Promise<string>((resolve) => {
      server.on('connection', (socket) => {
        socket.on('error', () => undefined);
        // A TLS hello is random but for its kind; Kafka's holds a count, then names.
        socket.once('data', (bytes) => {
          resolve(bytes[0] === TLS_HANDSHAKE ? 'TLS' : bytes.subarray(12).toString('latin1'));
          socket.destroy();
        });
      });
      client = connect(`127.0.0.1:${port}`);
      void client.over.then(() => resolve('nothing'));
    });
  } finally {
    await client?.end();
    await new Promise((done) => server.close(done));
  }
}

const TLS_HANDSHAKE = 0x16;

const message: OutgoingMessage = { key: null, value: Buffer.of(1), headers: [], timestampMs: 0 };
const LOGIN = { broker: 'b:9096', refused: false };

/** Sends until it is heard. */
const words = (
  options: Partial<KafkajsTransportOptions>,
  open: (options: KafkajsTransportOptions) => Transport = kafkajsTransport,
) =>
  firstWords((address) => {
    const transport = open({ ...options, brokers: [address] });
    const over = transport.send({ topic: 't', partition: 0 }, [message], { timeoutMs: 5_000 });
    return { over, end: () => transport.disconnect() };
  });

const { certificate, privateKey } = await makeCertificate();
export const tls = { ca: certificate, cert: certificate, key: privateKey, passphrase: 'p' };

const producerOptions = {
  register: 'allowed',
  framing: 'header-guid',
  replaceLoneSurrogates: true,
  strictFields: true,
  lingerMs: 0,
  maxBatchMessages: 1,
  maxBatchBytes: 1,
  maxBufferedMessages: 1,
  maxBufferedBytes: 1,
  maxBlockMs: 0,
  deliveryTimeoutMs: 20_000,
  transactionalId: 'mine',
  transactionTimeoutMs: 5_000,
  standardHeaders: { contentType: 'c' },
  telemetry: { onSend: () => ({ headers: { h: 'v' } }) },
  closeOnSignals: true,
  clock: new ManualClock(),
} as const;

/** Transactions of a broker in memory; what they are asked for is noted. */
function transactions(asked: unknown[]): Pick<Transport, 'transactional'> {
  const { transactional } = memoryTransport(new MemoryBroker());
  if (transactional === undefined) throw new Error('no transactions');
  return {
    transactional: (own) => {
      asked.push(own);
      return transactional(own);
    },
  };
}

export const connection = {
  clientId: 'mine',
  connectTimeoutMs: 4_000,
  log: () => undefined,
  requestTimeoutMs: 4_500,
  sasl: { mechanism: 'plain', username: 'u', password: 'p' },
  ssl: true,
  tunnel: {},
} as const;

/** One message through a producer whose clock stands still; all that is seen of it from outside. */
async function produce(options: Partial<ProducerOptions>): Promise<unknown> {
  const clock = new ManualClock();
  const transport = new ScriptedTransport();
  const { registry, asked } = scriptedRegistry((path) =>
    path.endsWith('/versions')
      ? [200, { id: 5 }]
      : [404, { error_code: 40403, message: 'Schema not found' }],
  );
  const claims: unknown[] = [];
  Object.assign(transport, transactions(claims));
  const producer = createProducer({ transport, registry, ...options });
  const sending = [
    producer.transaction(() => 'done'),
    producer.send(newClicks, { key: 'k', value: click(1) }),
    producer.sendAll(newClicks, [{ key: 'a', value: { ...click(2), url: '\ud800' } }]),
  ].map((one) => one.catch((error: unknown) => error));
  await producer.flush();
  const answers = (await Promise.all(sending)).map((one) =>
    one instanceof ProducerError ? [one.code, one.message, one.retriable] : one,
  );
  await producer.close();
  const sent = transport.sent.map(({ topic, messages }) => [
    topic,
    messages.map(({ headers }) => headers.map(([header]) => header)),
  ]);
  return [answers, asked, claims, sent, clock.now()].map((one) => untimed(one));
}

/** The same by a registry and a broker that refuse; all that the registry is asked. */
async function produceByEnvironment(options: EnvironmentProducerOptions): Promise<unknown> {
  const asked = new Set<string>();
  const server = createHttpServer(({ method, url }, response) => {
    asked.add(`${method} ${url}`);
    response.writeHead(404).end('{"error_code":40403,"message":"Schema not found"}');
  });
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  const address = server.address();
  const host = `127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`;
  const before = { ...process.env };
  Object.assign(process.env, {
    KAFKA_BOOTSTRAP_SERVERS: host,
    // What speaks no TLS is refused for good.
    KAFKA_SECURITY_PROTOCOL: 'SSL',
    SCHEMA_REGISTRY_URL: `http://${host}`,
    SCHEMA_REGISTRY_AUTO_REGISTER: 'true',
  });
  try {
    const producer = await producerFromEnvironment(options);
    const sending = producer.send(newClicks, { key: 'k', value: click(1) });
    const error = await sending.catch((reason: unknown) => reason);
    await producer.close();
    return [error instanceof ProducerError ? error.code : error, [...asked].sort()];
  } finally {
    process.env = before;
    await new Promise((done) => server.close(done));
  }
}

/** Without what only the hour says. */
function untimed(value: unknown): unknown {
  return JSON.parse(
    JSON.stringify(value, (key, one) =>
      key === 'timestampMs' || key === 'timestamp' ? 0 : typeof one === 'bigint' ? `${one}` : one,
    ),
  );
}

const besides = { headers: { h: 'v' }, partition: 2, timestamp: new Date(5) };

/** What is sent of a message, and its report. */
async function send(topic: AnyTopic, options: object): Promise<unknown> {
  const { registry } = scriptedRegistry(() => [500, {}]);
  const transport = new ScriptedTransport();
  // One with a leader, so that a message without a key has no choice.
  transport.onPartitions = async () => partitions(3, [0, 2]);
  const clock = new ManualClock();
  const producer = createProducer({ transport, registry, clock, lingerMs: 0 });
  const sent = producer.send(topic, { ...options, value: click(1) } as never);
  await producer.flush();
  return [await sent.catch(errorText), transport.sent];
}

/** What a producer is given that others are not. */
export const besidesSending = {
  CloseOnSignals: row<CloseOnSignals>({ signals: ['SIGHUP'], timeoutMs: 50 }, async (options) => {
    const { registry } = scriptedRegistry(() => [200, { id: 5 }]);
    const before = counts();
    const transport = new ScriptedTransport();
    const producer = createProducer({ transport, registry, closeOnSignals: options });
    const during = counts();
    await producer.close();
    return [before, during, counts()];
  }),
  ProducerTelemetry: row<ProducerTelemetry>(
    {
      onSend: () => ({ headers: { h: 'v' } }),
      onBatch: () => undefined,
      onOpen: () => undefined,
    },
    (telemetry) => headersSent({ telemetry }),
  ),
  StandardHeaders: row<StandardHeaders>(
    {
      contentType: 'c',
      eventId: () => 'e',
      traceContext: () => ({ traceparent: 't', tracestate: 's' }),
    },
    (standardHeaders) => headersSent({ standardHeaders }),
  ),
};

function counts(): readonly number[] {
  return ['SIGHUP', 'SIGINT', 'SIGTERM'].map((signal) => process.listenerCount(signal));
}

async function headersSent(options: Partial<ProducerOptions>): Promise<unknown> {
  const { registry } = scriptedRegistry(() => [200, { id: 5 }]);
  const transport = new ScriptedTransport();
  const producer = createProducer({ transport, registry, ...options });
  await producer.send(clicks, { key: 'k', value: click(1) });
  await producer.close();
  return transport.sent[0]?.messages[0]?.headers;
}

/** What a call of a producer takes. */
const calls: Readonly<Record<string, Row>> = {
  'producer SendOptions': row<SendOptions>(
    { timeoutMs: 20, signal: AbortSignal.abort('enough') },
    async (options) => {
      const clock = new ManualClock();
      const transport = new ScriptedTransport();
      transport.reply = () => new Promise(() => {});
      const { registry } = scriptedRegistry(() => [200, { id: 5 }]);
      const producer = createProducer({ transport, registry, clock, deliveryTimeoutMs: 100 });
      const sending = producer
        .send(clicks, { key: 'k', value: click(1) }, options)
        .catch(errorText);
      await clock.advance(2_000);
      return [await sending];
    },
  ),
  'producer SendFromOptions': row<SendFromOptions<unknown>>(
    { signal: AbortSignal.abort('enough'), onDelivered: () => {}, onFailed: () => {} },
    async (options) => {
      const transport = new ScriptedTransport();
      transport.reply = (messages) =>
        messages.map(() => ({ error: new ProducerError('REJECTED', 'no') }));
      const { registry } = scriptedRegistry(() => [200, { id: 5 }]);
      const producer = createProducer({ transport, registry });
      const source = [{ key: 'k', value: click(1) }];
      const answer = await producer.sendFrom(clicks, source, options).catch(errorText);
      return [answer, transport.sent.length];
    },
  ),
  'producer CancelSignal': row<{ readonly reason?: unknown }>(
    { reason: 'enough' },
    async (options) => {
      const transport = new ScriptedTransport();
      const { registry } = scriptedRegistry(() => [200, { id: 5 }]);
      const producer = createProducer({ transport, registry });
      const signal = {
        ...options,
        ...{ aborted: true, addEventListener: () => {}, removeEventListener: () => {} },
      };
      const error = await producer
        .send(clicks, { key: 'k', value: click(1) }, { signal })
        .catch((reason: unknown) => reason);
      return error instanceof ProducerError && [error.code, error.cause];
    },
  ),
};

/** Of a connection, which `testing` has, too. */
export const mskIam: Row = row<MskIam>(
  { profile: 'p', roleArn: 'arn:r', roleSessionName: 's' },
  async (iam) => {
    const calls: unknown[] = [];
    const sign = (name: string) => async (options: object) => {
      calls.push(name, options);
      return { token: 't', expiryTime: 1 };
    };
    const signer = {
      generateAuthToken: sign('default'),
      generateAuthTokenFromProfile: sign('profile'),
      generateAuthTokenFromRole: sign('role'),
    };
    await mskIamToken({ ...iam, region: 'r' }, { importSigner: async () => signer })(LOGIN);
    return calls;
  },
);

export const producerRows: Readonly<Record<string, Row>> = {
  'producer ProducerErrorFields': row<ProducerErrorFields>(
    {
      topic: 't',
      partition: 1,
      host: 'h',
      subject: 's',
      delivered: 'no',
      retriable: true,
      problems: [],
      outcomes: [],
      cause: 'why',
    },
    (options) => {
      throw new ProducerError('BROKER', 'no', options);
    },
  ),
  'producer KafkaConnection': row<KafkaConnection>(
    connection,
    (options) => words(options, platformaticTransport),
    3,
  ),
  // What the package is given, which is not here to connect.
  'producer ConfluentTransportOptions': row<ConfluentTransportOptions>(
    { ...connection, compression: 'lz4' },
    (options) => librdkafkaSettings({ ...options, brokers: ['127.0.0.1:1'] }),
  ),
  'producer KafkajsTransportOptions': row<KafkajsTransportOptions>(
    { ...connection, compression: 'gzip', idempotent: false },
    words,
    // Each waits for its connection to end.
    3,
  ),
  'producer EnvironmentProducerOptions': row<EnvironmentProducerOptions>(
    {
      ...producerOptions,
      env: { KAFKA_BOOTSTRAP_SERVERS: 'elsewhere:1' },
      readSecret: async () => '{"username":"u","password":"p"}',
      // The environment allows it.
      register: 'never',
    },
    produceByEnvironment,
    6,
  ),
  'producer KafkaTls': row<KafkaTls>(tls, (ssl) => words({ ssl })),
  'producer MskIam': mskIam,
  'producer SecretsManagerOptions': row<SecretsManagerOptions>(
    { maxAgeMs: 0, readSecret: async () => '{"username":"u","password":"p"}' },
    async (options) => {
      let reads = 0;
      const { readSecret } = options;
      const counted = (arn: string) => readSecret?.(arn + reads++) ?? Promise.resolve('{}');
      const replaced = readSecret === undefined ? options : { ...options, readSecret: counted };
      const ask = secretsManagerCredentials('arn:none', replaced);
      const answers = [await ask(LOGIN).catch(errorText), await ask(LOGIN).catch(errorText)];
      return [answers, reads];
    },
    // Without a reader each loads the SDK.
    3,
  ),
  'producer ClientCredentialsOptions': row<ClientCredentialsOptions>(
    { extensions: { pool: 'p' }, scope: 's', timeoutMs: 5_000 },
    async (options) => {
      const asked: string[] = [];
      const server = createHttpServer(async (request, response) => {
        asked.push(await text(request));
        response.end('{"access_token":"t"}');
      });
      await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
      const address = server.address();
      const port = typeof address === 'object' && address !== null ? address.port : 0;
      const client = { clientId: 'c', clientSecret: 's' };
      const tokenEndpointUrl = `http://127.0.0.1:${port}/`;
      try {
        const token = clientCredentialsToken({ ...options, ...client, tokenEndpointUrl });
        return [await token(LOGIN), asked];
      } finally {
        server.closeAllConnections();
        await new Promise((done) => server.close(done));
      }
    },
  ),
  'producer ProducerOptions': row<ProducerOptions>(producerOptions, produce),
  'producer Registry': row<Partial<Registry>>(
    { schemaByGuid: async () => ({ schema: '"int"', references: [] }), guid: async () => GUID },
    async (options) => {
      const { registry: whole } = scriptedRegistry(() => [200, { id: 5 }]);
      const { schemaByGuid: _, guid: __, ...registry } = whole;
      const transport = new ScriptedTransport();
      const producer = createProducer({
        ...{ transport, clock: new ManualClock(), framing: 'header-guid' },
        registry: { ...registry, ...options },
      });
      const sending = producer.send(newClicks, { key: 'k', value: click(1) }).catch(errorText);
      await producer.flush();
      return [await sending, transport.sent.length].map(untimed);
    },
  ),
  'producer KeyedMessage': row(besides, (options) => send(clicks, { ...options, key: 'k' })),
  'producer KeylessMessage': row({ ...besides, key: null }, (options) => send(keyless, options)),
  ...calls,
  'producer CloseOnSignals': besidesSending.CloseOnSignals,
  'producer ProducerTelemetry': besidesSending.ProducerTelemetry,
  'producer StandardHeaders': besidesSending.StandardHeaders,
  'producer Transport': row<Pick<Transport, 'maxInFlight' | 'transactional'>>(
    { maxInFlight: 2, ...transactions([]) },
    async (options) => {
      const clock = new ManualClock();
      const transport = Object.assign(new ScriptedTransport(), options);
      const { registry } = scriptedRegistry(() => [200, { id: 5 }]);
      const producer = createProducer({ transport, registry, clock, maxBatchMessages: 1 });
      await Promise.all([producer.send(clicks, { key: 'k', value: click(1) }), clock.advance(5)]);
      transport.reply = () => new Promise(() => {});
      void producer.sendAll(
        clicks,
        [2, 3, 4].map((n) => ({ key: 'k', value: click(n) })),
      );
      await clock.advance(5);
      const open = async () => createProducer({ transport, registry, transactionalId: 'mine' });
      return [transport.sent.length, await open().then(() => 'opened', errorText)];
    },
  ),
};

const event = mskEvent([
  { topic: 'clicks', offset: 0, timestamp: new Date(0), value: Buffer.from(SECRET) },
  { topic: 'clicks', timestamp: new Date(0), value: framed('ann', 7) },
  { topic: 'clicks', partition: 1, timestamp: new Date(0), value: framed('boom', 7) },
]);

async function handle(options: Partial<HandlerOptions>, context?: InvocationContext) {
  const lines: unknown[] = [];
  const { write } = process.stdout;
  // The default logger writes to standard output: its lines are part of what is seen.
  process.stdout.write = (line: unknown) => lines.push(line) > 0;
  try {
    const handled: string[] = [];
    const handler = createHandler({
      routes: [
        on(consumed, (value, { id }) => {
          if (value.user_id === 'boom') throw new Error('boom');
          handled.push(id);
        }),
      ],
      ...options,
    });
    const answer = await handler(event, context).catch((error: unknown) => `${error}`);
    const seen = lines.map((line) => {
      const { level, message, code, policy } = JSON.parse(`${line}`);
      return [level, message, code, policy];
    });
    return { answer, handled, seen };
  } finally {
    process.stdout.write = write;
  }
}

const known = fixedRegistry({ 7: CLICK_SCHEMA });
const deadLetter = deadLetterTo(() => undefined);
const noRecords = { requestId: 'r', group: 'g', topic: 't', count: 0, records: () => [] };

/** What a telemetry writes of an event that was handled. */
async function toldOf({ telemetry }: TelemetryOptions) {
  const written: string[] = [];
  const { write } = process.stdout;
  process.stdout.write = (line: unknown) => written.push(`${line}`) > 0;
  try {
    const handler = createHandler({
      telemetry,
      registry: known,
      logger: testLogger(),
      routes: [on(consumed, () => undefined)],
    });
    const value = framed('ann', 7);
    const answer = await handler(mskEvent([{ topic: 'clicks', timestamp: new Date(-1), value }]));
    return { answer, written: written.map((line) => line.replace(/"DecodeTime":[\d.]+/, 'took')) };
  } finally {
    process.stdout.write = write;
  }
}

const NAMED = { id: 'a-0@1', topic: 'a', partition: 0, offset: 1 };
type Named = typeof NAMED;

/** Which keys are handled when they come again. */
async function handledOnce(store: IdempotencyStore): Promise<readonly string[]> {
  const handled: string[] = [];
  const handler = idempotent((value: string) => void handled.push(value), {
    ...{ store, logger: testLogger() },
    key: (value) => value,
  });
  for (const value of ['a', 'b', 'a', 'b']) await handler(value, NAMED);
  return handled;
}

/** As in a function called `f`. */
async function inLambda<Answer>(run: () => Promise<Answer>): Promise<Answer> {
  const before = { ...process.env };
  process.env.AWS_LAMBDA_FUNCTION_NAME = 'f';
  try {
    return await run();
  } finally {
    process.env = before;
  }
}

export const consumerRows: Readonly<Record<string, Row>> = {
  'consumer EnvironmentOptions': row<EnvironmentOptions>(
    {
      env: { SCHEMA_REGISTRY_URL: 'http://r', SCHEMA_REGISTRY_SECRET_ARN: 'arn' },
      fetch: async () => Response.json({ schema: '"int"' }),
      readSecret: async () => '{"username":"u","password":"p"}',
    },
    async (options) => {
      const real = globalThis.fetch;
      globalThis.fetch = async () => Response.json({ schema: '"long"' });
      try {
        const registry = registryFromEnvironment(options);
        const answer = await registry.schemaById(1).catch((error: unknown) => error);
        return [registry.url, answer];
      } finally {
        globalThis.fetch = real;
      }
    },
  ),
  'consumer ConsumerErrorFields': row<ConsumerErrorFields>(
    {
      topic: 't',
      partition: 1,
      offset: 2,
      part: 'key',
      schemaId: 3,
      type: 'a.B',
      writerVersion: 4,
      schemaGuid: GUID,
      path: 'a',
      avroCode: 'AVRO_LENGTH',
      cause: 'why',
    },
    (options) => {
      throw new ConsumerError('DECODE', 'no', options);
    },
  ),
  'consumer DeadLetterBucketOptions': row<Partial<DeadLetterBucketOptions>>(
    { client: { putObject: async () => undefined }, maxBytes: 300, prefix: 'p/' },
    async (options) => {
      const put: unknown[] = [];
      const given = 'client' in options && options.client !== undefined;
      const client = { putObject: async ({ Key }: S3Object) => put.push([given, Key]) };
      // Never the AWS SDK, as below.
      const { sink } = deadLetterBucket({ ...options, client, bucket: 'b' });
      const value = Buffer.alloc(200).toString('base64');
      const record = { topic: 't', partition: 0, offset: 1, timestamp: 5, value } as const;
      const letter = { ...record, timestampType: 'CREATE_TIME' } as const;
      const error = new ConsumerError('DECODE', 'no');
      const ended = await Promise.resolve(sink({ id: 't-0@1', record: letter, error })).catch(
        errorText,
      );
      return [put, ended];
    },
  ),
  'consumer DeadLetterQueueOptions': row<Partial<DeadLetterQueueOptions>>(
    { client: { sendMessage: async () => undefined }, maxBytes: 700, tooLarge: 'reference' },
    async (options) => {
      const sent: unknown[] = [];
      const given = 'client' in options && options.client !== undefined;
      const client = {
        sendMessage: async (message: SqsMessage) => sent.push([given, message.MessageBody]),
      };
      // Never the AWS SDK, which is what is meant without a client: it would look for credentials.
      const { sink } = deadLetterQueue({ ...options, client, queueUrl: 'http://q' });
      const value = Buffer.alloc(200).toString('base64');
      const record = { topic: 't', partition: 0, offset: 1, timestamp: 5, value } as const;
      const letter = { ...record, timestampType: 'CREATE_TIME' } as const;
      const error = new ConsumerError('DECODE', 'no');
      const ended = await Promise.resolve(sink({ id: 't-0@1', record: letter, error })).catch(
        errorText,
      );
      return [sent, ended];
    },
  ),
  'consumer MemoryAttemptsOptions': row<MemoryAttemptsOptions>(
    { maxRecords: 1, ttlMs: 5, now: () => 0 },
    async (options) => {
      const store = memoryAttempts(options);
      const counts: number[] = [];
      for (const id of ['a', 'b', 'a', 'a', 'b', 'b']) counts.push(await store.failed(id));
      return counts;
    },
  ),
  'consumer DynamoDbStoreOptions': row<Partial<DynamoDbStoreOptions>>(
    { client: new FakeDynamoDb(), keyPrefix: 'mine', ttlMs: 86_400_000_000 },
    async (options) => {
      const client = new FakeDynamoDb();
      const given = 'client' in options && options.client !== undefined;
      // Never the AWS SDK, which is what is meant without a client: it would look for credentials.
      await inLambda(() => dynamoDbAttempts({ ...options, client, table: 't' }).failed('a-0@1'));
      const [[id, item] = []] = client.items;
      return [given, id, Number(item?.expiration?.N) > Date.now() / 500];
    },
  ),
  'consumer MemoryIdempotencyOptions': row<MemoryIdempotencyOptions>(
    { maxKeys: 1, ttlMs: 5, now: () => 0 },
    (options) => handledOnce(memoryIdempotency(options)),
  ),
  'consumer IdempotentOptions': row<Partial<IdempotentOptions<string, Named>>>(
    { key: (value: string) => value, leaseMs: 5, logger: testLogger() },
    async (options) => {
      const asked: unknown[] = [];
      const begin: IdempotencyStore['begin'] = async (...key) => {
        asked.push(key);
        return 'done';
      };
      // Never the default, which writes where others see it.
      const given = options.logger === undefined ? 'default' : 'given';
      const logger = testLogger();
      await idempotent(() => {}, { ...options, logger, store: { begin } })('v', NAMED);
      return [given, asked, logger.lines];
    },
  ),
  'consumer PowertoolsIdempotencyOptions': row<{ readonly keyPrefix?: string }>(
    { keyPrefix: 'mine' },
    async (options) => {
      const told: unknown[] = [];
      const tell = async (...given: unknown[]) => void told.push(given);
      const persistenceStore = {
        ...{ configure: (settings: object) => void told.push(settings), saveInProgress: tell },
        ...{ saveSuccess: tell, deleteRecord: tell, getRecord: () => Promise.reject() },
      };
      await inLambda(async () => {
        const store = powertoolsIdempotency({ ...options, persistenceStore, config: {} });
        await store.begin('a', 5);
      });
      return told;
    },
  ),
  'consumer CaseHandlers': row<{ readonly tombstone: () => void }>(
    { tombstone: () => undefined },
    (options) => {
      const cases = { Created: () => {}, Deleted: () => {} };
      const gone = topicRecord(customers, { key: 'a', value: null, timestamp: new Date(0) });
      // Safe: a row may have left the option out.
      const routes = [on(customers, { cases, ...(options as object) })];
      const handler = createHandler({ registry: known, logger: testLogger(), routes });
      return handler(mskEvent([gone])).catch((error: unknown) => `${error}`);
    },
  ),
  'consumer Registry': row<Partial<Registry>>(
    { schemaByGuid: async () => ({ schema: '"int"', references: [] }), guid: async () => 'g' },
    async (options) => {
      const { schemaByGuid: _, guid: __, ...registry } = known;
      const handler = createHandler({
        registry: { ...registry, ...options },
        logger: testLogger(),
        routes: [on(consumed, () => undefined)],
      });
      const headers = [['__value_schema_id', schemaIdBytes(GUID)] as const];
      return handler(mskEvent([{ topic: 'clicks', value: framed('ann'), headers }])).catch(
        errorText,
      );
    },
  ),
  'consumer HandlerOptions': row<HandlerOptions>(
    {
      attempts: { max: 1, deadLetter },
      deadlineMarginMs: 100,
      keysAtOnce: 2,
      logger: testLogger(),
      onFailure: 'skip',
      partitionsAtOnce: 2,
      registry: known,
      telemetry: {},
    },
    (options) => handle(options),
  ),
  'consumer FailureOptions': row<FailureOptions>(
    { attempts: { max: 1, deadLetter }, onFailure: { decode: 'skip' } },
    (options) => handle({ ...options, registry: known }),
  ),
  'consumer HandlerOptions.onFailure': row<object>(
    { decode: 'skip', handler: 'skip', unknownType: 'skip' },
    (onFailure) => handle({ registry: known, onFailure: onFailure as FailureOptions['onFailure'] }),
  ),
  'consumer InvocationContext': row<InvocationContext>(
    { awsRequestId: 'id', getRemainingTimeInMillis: () => 3_000 },
    (context) =>
      handle({ registry: fixedRegistry({ 7: CLICK_SCHEMA }), onFailure: 'skip' }, context),
  ),
  'consumer TelemetryOptions': row<TelemetryOptions>({ telemetry: {} }, toldOf),
  'consumer ConsumerTelemetry': row<ConsumerTelemetry>(
    { onBatch: () => undefined, flush: () => undefined },
    (telemetry) => toldOf({ telemetry }),
  ),
  'consumer EmbeddedMetricsOptions': row<Partial<EmbeddedMetricsOptions>>(
    { dimensions: { Service: 'web' }, write: () => undefined, now: () => new Date(5) },
    async (options) => {
      const telemetry = embeddedMetrics({ ...options, namespace: 'Clicks' });
      const { written, ...told } = await toldOf({ telemetry });
      return { ...told, written: written.map((line) => line.replace(/"Timestamp":\d{6,}/, 'now')) };
    },
  ),
  'consumer OpenTelemetryConsumerOptions': row<OpenTelemetryConsumerOptions>(
    { spans: 'call', forceFlush: async () => undefined },
    async (options) => {
      const telemetry = await openTelemetryConsumer(api, options);
      const batch = telemetry.onBatch?.(noRecords);
      return [Object.keys(telemetry), Object.keys(batch ?? {})];
    },
  ),
  'consumer JsonLoggerOptions': row<JsonLoggerOptions>(
    { level: 'ERROR', write: () => undefined, now: () => new Date(5) },
    (options) => {
      const lines: string[] = [];
      const { write } = process.stdout;
      process.stdout.write = (line: unknown) =>
        lines.push(`${line}`.replace(/2\d{3}-[^"]*/, 'now')) > 0;
      try {
        const logger = jsonLogger(options);
        logger.debug('d');
        logger.info('i', { a: 1 });
        logger.error('e');
      } finally {
        process.stdout.write = write;
      }
      return lines;
    },
  ),
};
