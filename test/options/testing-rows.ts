/** `tavro/testing`. */
import { rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Subscription } from '../../consumer/index.js';
import {
  type ContractSubject,
  fixedRegistry,
  KafkaLaunchError,
  type KafkaRecordInput,
  type LaunchOptions,
  launchKafka,
  type MappingInput,
  type MappingRegistry,
  MemoryBroker,
  type MemoryBrokerOptions,
  type MemoryTopicOptions,
  memorySource,
  memoryTransport,
  mskEvent,
  type NextFailure,
  type PollerOptions,
  type ReadOptions,
  type RegistryServerOptions,
  RegistryStartError,
  type SourceSubject,
  sourceContract,
  startPoller,
  startRegistry,
  type TestProducerOptions,
  type TopicMessage,
  testProducer,
  topicRecord,
  transportContract,
} from '../../local/index.js';
import { systemClock } from '../../producer/index.js';
import type { Registry } from '../../runtime/index.js';
import { CLICK_SCHEMA, click, clicks, framed } from '../consumer/clicks.js';
import { subscription } from '../consumer/subscription.js';
import { besidesSending } from './kafka-rows.js';
import { errorText, type Row, row } from './same.js';

const GUID = '4e4edcd2-844e-c10a-537b-f96ef9241304';

const record = { timestampMs: 5, key: null, value: framed('ann'), headers: [] } as const;

/** The event of one message of a topic. */
function eventOf(topic: typeof clicks, options: object = {}): string {
  const message = topicRecord(topic, { ...options, value: click('ann') } as never);
  return JSON.stringify(mskEvent([message])).replace(/"timestamp":\d{13}/, 'now');
}

function fill(options: MemoryBrokerOptions, topic: MemoryTopicOptions = {}): unknown {
  const broker = new MemoryBroker(options);
  broker.createTopic('t', topic);
  const at = { topic: 't', partition: 0 };
  for (let i = 0; i < 3; i++) broker.append(at, record);
  const stored = broker.read(at, 0n, 10).map(({ offset, timestampMs, timestampType }) => {
    const isNow = timestampMs > 1e12;
    return [offset, isNow ? 'now' : timestampMs, timestampType];
  });
  return [broker.partitionCount('t'), stored];
}

function twoPartitions(): MemoryBroker {
  const broker = new MemoryBroker();
  broker.createTopic(clicks.name, { partitions: 2 });
  return broker;
}

const CLICKS = fixedRegistry({ 7: CLICK_SCHEMA });

/** Three records to a function that fails on one; all that the poller tells, without ids. */
async function poll(options: Partial<PollerOptions>): Promise<unknown> {
  const broker = new MemoryBroker();
  broker.createTopic('clicks');
  for (const user of ['ann', 'bob', 'cid']) {
    const written = { ...record, value: framed(user), timestampMs: Date.now() };
    broker.append({ topic: 'clicks', partition: 0 }, written);
  }
  const invoked: unknown[] = [];
  let isOver = (): void => undefined;
  const over = new Promise<void>((resolve) => {
    isOver = resolve;
  });
  const poller = startPoller({
    source: memorySource(broker)('g'),
    topics: ['clicks'],
    handler: async (event, context) => {
      const sizes = Object.values(event.records).map((list) => list.length);
      const source = 'eventSourceArn' in event ? event.eventSourceArn : event.bootstrapServers;
      const isLong = context.getRemainingTimeInMillis() > 30_000;
      invoked.push([sizes, source, context.functionName, isLong]);
      // Fails once, but not where the wait after it would be a real one.
      if (options.wait !== undefined && invoked.length === 1) throw new Error('no');
      setTimeout(isOver, 5);
      return { batchItemFailures: [] };
    },
    ...options,
  });
  await over;
  await poller.stop();
  return [invoked, broker.committed('g', { topic: 'clicks', partition: 0 })];
}

const PERSIST = join(tmpdir(), `tavro-options-${process.pid}.json`);

async function serve(options: RegistryServerOptions): Promise<unknown> {
  rmSync(PERSIST, { force: true });
  const server = await startRegistry(options);
  try {
    const headers = { 'content-type': 'application/json' };
    const body = JSON.stringify({ schema: '"int"' });
    const path = `${server.url}/subjects/s/versions`;
    const posted = await fetch(path, { method: 'POST', headers, body });
    const answer = [posted.status, await posted.text()];
    return [new URL(server.url).hostname, answer];
  } finally {
    await server.stop();
    rmSync(PERSIST, { force: true });
  }
}

const at = { offset: 3, timestamp: new Date(5) };

const transport = memoryTransport(new MemoryBroker());

/** The first that a member of a new group is given. */
async function firstRead(options: Partial<Subscription>): Promise<unknown> {
  const broker = new MemoryBroker();
  broker.createTopic('t');
  const append = () => broker.append({ topic: 't', partition: 0 }, record);
  append();
  const source = memorySource(broker)('g');
  await source.subscribe(subscription(['t'], options));
  append();
  return (await source.poll({ maxRecords: 1, waitMs: 0 }))?.records[0]?.offset;
}

export const testingRows: Readonly<Record<string, Row>> = {
  'consumer Subscription': row<Partial<Subscription>>({ from: 'latest' }, firstRead),
  'testing KafkaLaunchErrorFields': row<object>(
    { brokerLog: 'log', cause: 'why', topic: 't' },
    (options) => {
      throw new KafkaLaunchError('JAVA_MISSING', 'no', options as never);
    },
  ),
  'testing RegistryStartError': row<object>({ cause: 'why' }, (options) => {
    throw new RegistryStartError('ADDRESS', 'no', options);
  }),
  'testing LaunchOptions': row<LaunchOptions>(
    {
      env: { TAVRO_KAFKA: 'java' },
      log: () => undefined,
      status: () => undefined,
      measured: true,
      starters: {
        java: async () => ({ addresses: undefined, stop: async () => undefined }),
        docker: async () => ({ addresses: undefined, stop: async () => undefined }),
        check: async () => undefined,
      },
    },
    async (options) => {
      const { TAVRO_KAFKA } = process.env;
      process.env.TAVRO_KAFKA = 'memory';
      try {
        // Never the real ones: they would start a broker.
        const { env, starters } = options as { env?: unknown; starters?: unknown };
        if (env !== undefined && starters === undefined) return 'not tried';
        const { kind, reason } = await launchKafka(options);
        return [kind, reason];
      } finally {
        if (TAVRO_KAFKA === undefined) delete process.env.TAVRO_KAFKA;
        else process.env.TAVRO_KAFKA = TAVRO_KAFKA;
      }
    },
  ),
  'testing MemoryBrokerOptions': row<MemoryBrokerOptions>(
    { maxRecordBytes: 10, maxRecords: 1, now: () => 7, rebalanceTimeoutMs: 5 },
    (options) => fill(options, { timestampType: 'LOG_APPEND_TIME' }),
  ),
  'testing MemoryTopicOptions': row<MemoryTopicOptions>(
    { partitions: 3, timestampType: 'LOG_APPEND_TIME' },
    (options) => fill({}, options),
  ),
  'testing ContractSubject': row<Partial<ContractSubject>>(
    { openUnreachable: () => transport, openLossy: async () => transport },
    (options) => {
      const subject = { open: () => transport, createTopic: async () => 't', read: async () => [] };
      return transportContract({ ...subject, ...options }).map(({ name }) => name);
    },
  ),
  'testing SourceSubject': row<Partial<SourceSubject>>(
    {
      lacks: ['member'],
      lookMs: 1,
      patienceMs: 1,
      rebalanceTimeoutMs: 1,
      refused: memorySource(new MemoryBroker()),
      writeInTransaction: async () => undefined,
      outage: { stop: async () => undefined, start: async () => undefined, lastsMs: 1 },
    },
    (options) => {
      const subject = {
        sources: memorySource(new MemoryBroker()),
        sessionTimeoutMs: 1,
        createTopic: async () => 't',
        addPartitions: async () => undefined,
        write: async () => undefined,
      };
      return sourceContract({ ...subject, ...options }).map(({ name }) => name);
    },
  ),
  'testing ReadOptions': row<ReadOptions>({ uncommitted: true }, (options) => {
    const broker = new MemoryBroker();
    broker.createTopic('t');
    const at = { topic: 't', partition: 0 };
    broker.claim('mine').append(at, record);
    return broker.read(at, 0n, 10, options).length;
  }),
  'testing KafkaRecordInput': row<KafkaRecordInput>(
    {
      headers: [['h', 'v']],
      key: 'k',
      offset: 3,
      partition: 2,
      timestamp: new Date(5),
      timestampType: 'LOG_APPEND_TIME',
    },
    (options) => {
      const event = mskEvent([{ ...options, topic: 't', value: framed('ann') }]);
      return JSON.stringify(event).replace(/"timestamp":\d{13}/, 'now');
    },
  ),
  'testing MappingInput': row<MappingInput>(
    {
      eventSource: 'SelfManagedKafka',
      eventSourceArn: 'arn',
      bootstrapServers: 'b:1',
      recordFormat: 'SOURCE',
    },
    (options) => mskEvent([{ ...at, topic: 't', value: framed('ann') }], options),
  ),
  'testing Mapping': row<MappingInput>(
    { eventSource: 'SelfManagedKafka', eventSourceArn: 'arn', bootstrapServers: 'b:1' },
    (mapping) => poll({ mapping, windowMs: 0, wait: async () => undefined }),
  ),
  'testing PollerOptions': row<PollerOptions>(
    {
      batchSize: 2,
      bisectBatchOnError: true,
      functionName: 'mine',
      functionTimeoutMs: 10_000,
      mapping: { bootstrapServers: 'b:1' },
      maxRecordAgeSeconds: 60,
      maxRetries: 3,
      onEvent: () => undefined,
      onFailure: () => undefined,
      reportBatchItemFailures: true,
      schemaRegistry: { registry: CLICKS, eventRecordFormat: 'JSON' },
      startingPosition: 'AT_TIMESTAMP',
      startingPositionTimestamp: new Date(0),
      wait: async () => undefined,
      windowMs: 0,
    },
    poll,
    // It waits for company, half a second by default.
    2,
  ),
  'testing MappingRegistry': row<Partial<MappingRegistry>>({ attributes: ['KEY'] }, (options) =>
    poll({
      schemaRegistry: { registry: CLICKS, eventRecordFormat: 'SOURCE', ...options },
      windowMs: 0,
      wait: async () => undefined,
    }),
  ),
  'testing CloseOnSignals': besidesSending.CloseOnSignals,
  'testing ProducerTelemetry': besidesSending.ProducerTelemetry,
  'testing StandardHeaders': besidesSending.StandardHeaders,
  'testing RegistryServerOptions': row<RegistryServerOptions>(
    {
      auth: { username: 'u', password: 'p' },
      engine: undefined,
      host: 'localhost',
      hosts: ['registry'],
      now: () => 7,
      onError: () => undefined,
      persist: PERSIST,
      port: 0,
    },
    serve,
  ),
  'testing Registry': row<Partial<Registry>>(
    { schemaByGuid: async () => ({ schema: '"int"', references: [] }), guid: async () => GUID },
    async (options) => {
      const { schemaByGuid: _, guid: __, ...known } = testProducer().registry;
      const registry = { ...known, ...options };
      const { producer } = testProducer({ registry, framing: 'header-guid' });
      const sent = await producer.send(clicks, { key: 'k', value: click('a') }).catch(errorText);
      await producer.close();
      return sent instanceof Object ? 'sent' : sent;
    },
  ),
  'testing TestProducerOptions': row<TestProducerOptions>(
    {
      broker: twoPartitions(),
      registry: fixedRegistry({}),
      register: 'never',
      replaceLoneSurrogates: true,
      strictFields: false,
      framing: 'header-guid',
      lingerMs: 1,
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
      clock: systemClock,
    },
    async (options) => {
      const { broker, registry, producer } = testProducer(options);
      const value = { ...click('\uD83D'), extra: 1 };
      const sent = await producer.send(clicks, { key: 'k', value }).catch(errorText);
      await producer.close();
      const partitions = broker.partitionCount(clicks.name);
      return [registry.url, partitions, sent instanceof Object ? 'sent' : sent];
    },
  ),
  'testing NextFailure': row<Partial<NextFailure>>(
    { delivered: 'unknown', stored: true, times: 2, topic: clicks },
    async (options) => {
      const { producer, failNext, sent } = testProducer();
      failNext({ ...options, code: 'TIMED_OUT' });
      const outcomes: unknown[] = [];
      for (const topic of [{ ...clicks, name: 'other' }, clicks, clicks, clicks]) {
        const message = { key: 'k', value: click('a'), timestamp: new Date(5) };
        const sending = producer.send(topic, message);
        outcomes.push(await sending.catch(errorText));
      }
      await producer.close();
      return [outcomes, sent(clicks).length];
    },
  ),
  'testing TopicMessage': row<TopicMessage<unknown, string>>(
    {
      headers: [['h', 'v']],
      key: 'k',
      keySchemaId: 8,
      offset: 4,
      partition: 1,
      schemaId: 9,
      strictFields: false,
      timestamp: new Date(5),
      timestampType: 'LOG_APPEND_TIME',
    },
    (options) => eventOf(clicks, options),
  ),
};
