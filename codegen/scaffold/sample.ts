/** The event that a new project begins with, and the code that sends, handles and tests it. */
import type { FileText } from '../emit/file.js';
import { relativePath } from './relative-path.js';

export const SAMPLE_SCHEMA = 'com/example/events/user_click.avsc';
export const SAMPLE_TOPICS = {
  'user-clicks': { value: 'com.example.events.UserClick', key: 'string' },
};
const SCHEMA = {
  type: 'record',
  name: 'UserClick',
  namespace: 'com.example.events',
  doc: 'A user clicked a link.',
  fields: [
    { name: 'user_id', type: 'string' },
    { name: 'url', type: 'string' },
    { name: 'timestamp', type: { type: 'long', logicalType: 'timestamp-millis' } },
  ],
};

/** Where code of the project stands, seen from the project, and how it imports. */
export interface Layout {
  /** Of generated code. */
  readonly out: string;
  readonly code: string;
  /** Absent where another runner than Node's tests the project. */
  readonly tests: string | undefined;
  readonly infra: string;
  /** With its dot; '' for none. */
  readonly extension: string;
}

/** The schema, below the schemas folder. */
export function sampleSchema(): FileText {
  return { path: SAMPLE_SCHEMA, text: `${JSON.stringify(SCHEMA, null, 2)}\n` };
}

/** Producer, handler, their trial and their test, below the project. */
export function sampleCode(layout: Layout): readonly FileText[] {
  const { code, tests, extension } = layout;
  const topicFrom = (folder: string): string =>
    `${relativePath(folder, layout.out)}/topics/user-clicks${extension}`;
  const topic = topicFrom(code);
  return [
    { path: `${code}/clicks.ts`, text: clicks(topic) },
    { path: `${code}/produce.ts`, text: produce(extension) },
    { path: `${code}/handler.ts`, text: handler(topic) },
    { path: `${code}/try.ts`, text: trial(topic, extension) },
    ...(tests === undefined
      ? []
      : [{ path: `${tests}/clicks.test.ts`, text: test(topicFrom(tests), tests, layout) }]),
  ];
}

function clicks(topic: string): string {
  return `/** What a service calls when a user clicks. */
import type { DeliveryReport, Producer } from 'tavro/producer';
import { userClicks } from '${topic}';

/** Sends a click; fulfilled once Kafka has it. With a field that the schema lacks this does not compile. */
export function sendClick(
  producer: Producer,
  click: { readonly userId: string; readonly url: string },
): Promise<DeliveryReport> {
  return producer.send(userClicks, {
    key: click.userId,
    value: { user_id: click.userId, url: click.url, timestamp: new Date() },
  });
}
`;
}

function produce(extension: string): string {
  return `/** Sends one click to Kafka: configured by KAFKA_* and SCHEMA_REGISTRY_*, which the error names if they miss. */
import { producerFromEnvironment } from 'tavro/producer';
import { sendClick } from './clicks${extension}';

async function main(): Promise<void> {
  const producer = await producerFromEnvironment();
  try {
    const report = await sendClick(producer, { userId: 'ann', url: 'https://example.com' });
    console.log(\`sent \${report.topic}-\${report.partition}@\${report.offset}\`);
  } finally {
    await producer.close();
  }
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
`;
}

function handler(topic: string): string {
  return `/** The Lambda function: what becomes of each click. */
import { createHandler, type HandlerOptions, on } from 'tavro/consumer';
import { userClicks } from '${topic}';

/** The handler with its outside given, for tests. */
export function createClickHandler(options: Pick<HandlerOptions, 'registry' | 'logger'> = {}) {
  return createHandler({
    ...options,
    // What fails comes again, without end. Once there is a queue for dead letters, better
    // onFailure: { decode: deadLetterQueue({ queueUrl }), handler: 'report' }; see tavro's docs/consuming.md.
    routes: [
      on(userClicks, (click, { id }) => {
        const at = click.timestamp.toISOString();
        console.log(\`\${id}: \${click.user_id} clicked \${click.url} at \${at}\`);
      }),
    ],
  });
}

/** What Lambda calls. The schema registry is configured by SCHEMA_REGISTRY_*. */
export const handler = createClickHandler();
`;
}

function trial(topic: string, extension: string): string {
  return `/** One click from producer to handler, without Kafka: through a broker in memory. */
import { createProducer } from 'tavro/producer';
import { createRegistry } from 'tavro/runtime';
import { MemoryBroker, memorySource, memoryTransport, startPoller, startRegistry } from 'tavro/testing';
import { userClicks } from '${topic}';
import { sendClick } from './clicks${extension}';
import { createClickHandler } from './handler${extension}';

async function tryOut(url: string): Promise<void> {
  const registry = createRegistry({ url });
  const broker = new MemoryBroker();
  broker.createTopic(userClicks.name);
  const transport = memoryTransport(broker);
  const producer = createProducer({ transport, registry, register: 'allowed' });
  const { topic, partition, offset } = await sendClick(producer, {
    userId: 'ann',
    url: 'https://example.com',
  });
  console.log(\`sent \${topic}-\${partition}@\${offset}\`);
  await producer.close();
  // Plays the event source mapping that calls the function on AWS.
  const poller = startPoller({
    source: memorySource(broker)('try'),
    topics: [topic],
    handler: createClickHandler({ registry }),
    // What the handler throws is in its log; here it is not called again.
    maxRetries: 0,
    onEvent: ({ kind }) => {
      if (kind === 'given up') process.exitCode = 1;
      if (kind === 'committed') void poller.stop();
    },
  });
  await poller.done;
}

async function main(): Promise<void> {
  // The registry that is named, such as that of \`tavro registry\`, or one of this process.
  const given = process.env.SCHEMA_REGISTRY_URL;
  if (given !== undefined) return tryOut(given);
  const server = await startRegistry();
  await tryOut(server.url).finally(() => server.stop());
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
`;
}

function test(topic: string, tests: string, { code, extension }: Layout): string {
  const own = relativePath(tests, code).replace(/\/$/, '');
  return `/** Producer and handler, without Kafka, registry or Lambda. */
import assert from 'node:assert/strict';
import { mock, test } from 'node:test';
import { mskEvent, testProducer } from 'tavro/testing';
import { userClicks } from '${topic}';
import { sendClick } from '${own}/clicks${extension}';
import { createClickHandler } from '${own}/handler${extension}';

test('a click that is sent reaches the handler', async () => {
  const { producer, registry, sent } = testProducer();
  await sendClick(producer, { userId: 'ann', url: 'https://example.com' });
  await producer.close();
  const messages = sent(userClicks);
  assert.equal(messages[0]?.value?.user_id, 'ann');

  const log = mock.method(console, 'log', () => undefined);
  const handler = createClickHandler({ registry });
  await handler(mskEvent(messages.map(({ record }) => record)));

  const lines = log.mock.calls.map((call) => String(call.arguments[0]));
  assert.ok(lines.some((line) => line.includes('ann clicked https://example.com')), lines.join());
});
`;
}
