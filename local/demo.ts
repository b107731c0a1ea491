/** `npm run demo`: the whole pipeline on this machine, five events, then it ends by itself. */
import { randomUUID } from 'node:crypto';
import { type Logger, registryFromEnvironment } from '../consumer/index.js';
import { createUserClicksHandler } from '../consumer/user-clicks.js';
import { userClicksAvroContract } from '../generated/contracts/user-clicks-avro.js';
import { userClicksAvro } from '../generated/topics/user-clicks-avro.js';
import { createProducer, type DeliveryReport } from '../producer/index.js';
import { createRegistry } from '../runtime/index.js';
import { type Cleanup, within } from './demo/cleanup.js';
import { awaitCommits } from './demo/delivered.js';
import { type DemoKafka, openKafka } from './demo/kafka.js';
import { runDemo } from './demo/run.js';
import { type Story, tellStory } from './demo/story.js';
import { launchKafka } from './kafka/launch.js';
import { startPoller } from './poller/index.js';
import { startRegistry } from './registry/server.js';

const EVENTS = 5;
/** From the poller's start to the last commit, in milliseconds. */
const HANDLING_TIMEOUT_MS = 60_000;
/** Where the contract says how many partitions the topic has. */
const { partitions } = userClicksAvroContract;
const { name: TOPIC, value: codec, subjects } = userClicksAvro;

async function demo(story: Story, cleanup: Cleanup): Promise<void> {
  const began = performance.now();
  story.title(
    `tavro demo: ${EVENTS} events from a typed producer through Kafka to a Lambda handler`,
  );
  const kafka = await launch(story, cleanup);
  const registry = await launchRegistry(story, cleanup);
  await kafka.prepare({ name: TOPIC, partitions });
  story.line('Topic', `${TOPIC}, ${partitions} partitions`);
  const reports = await produce(kafka, { registry, story, cleanup });
  await consume(kafka, { registry, reports, story, cleanup });
  const seconds = ((performance.now() - began) / 1000).toFixed(1);
  story.line('Done', `${EVENTS} events produced, handled and committed, in ${seconds} s`);
}

/** Where the registry is, as producer and function are told. */
interface RegistryAccess {
  readonly url: string;
  readonly auth: { readonly username: string; readonly password: string };
}

interface Stage {
  readonly registry: RegistryAccess;
  readonly story: Story;
  readonly cleanup: Cleanup;
}

async function launch(story: Story, cleanup: Cleanup): Promise<DemoKafka> {
  const log = (line: string) => story.line('Kafka', line.replace(/^Kafka: /, ''));
  const launched = await launchKafka({ log });
  cleanup.add('Kafka', () => launched.stop());
  const kafka = openKafka(launched, `tavro-demo-${randomUUID()}`);
  story.line('Kafka', kafka.connection);
  return kafka;
}

async function launchRegistry(story: Story, cleanup: Cleanup): Promise<RegistryAccess> {
  const auth = { username: 'demo', password: randomUUID() };
  const server = await startRegistry({ auth });
  cleanup.add('Registry', () => server.stop());
  story.line('Registry', `${server.url}, dev registry with basic auth, user ${auth.username}`);
  return { url: server.url, auth };
}

async function produce(
  kafka: DemoKafka,
  { registry: access, story, cleanup }: Stage,
): Promise<readonly DeliveryReport[]> {
  const registry = createRegistry(access);
  const producer = createProducer({
    transport: kafka.transport,
    registry,
    // In production a missing schema is an error: `tavro publish` registers, behind the gate.
    register: 'allowed',
  });
  cleanup.add('Producer', () => producer.close());
  const now = Date.now();
  const clicks = Array.from({ length: EVENTS }, (_, index) => ({
    key: `user-${index + 1}`,
    value: {
      user_id: `user-${index + 1}`,
      url: `https://example.com/products/${index + 1}`,
      timestamp: new Date(now + index),
    },
  }));
  const reports = await producer.sendAll(userClicksAvro, clicks);
  const id = await registry.lookup(subjects.value, codec.schema);
  story.line('Schema', `${codec.name}, registered under ${subjects.value} as id ${id}`);
  for (const [index, { topic, partition, offset }] of reports.entries()) {
    story.line('Produced', `${topic}-${partition}@${offset}, key ${clicks[index]?.key}`);
  }
  return reports;
}

async function consume(
  kafka: DemoKafka,
  { registry, reports, story, cleanup }: Stage & { readonly reports: readonly DeliveryReport[] },
): Promise<void> {
  const delivered = awaitCommits(reports);
  const poller = startPoller({
    source: kafka.source(),
    topics: [TOPIC],
    functionName: 'user-clicks',
    // Configured as on AWS, by environment variables; only the log goes to this terminal.
    handler: createUserClicksHandler({
      logger: storyLogger(story),
      registry: () =>
        registryFromEnvironment({
          env: {
            SCHEMA_REGISTRY_URL: registry.url,
            SCHEMA_REGISTRY_API_KEY: registry.auth.username,
            SCHEMA_REGISTRY_API_SECRET: registry.auth.password,
          },
        }),
    }),
    onEvent(event) {
      if (event.kind === 'committed') {
        const { topic, partition, nextOffset } = event;
        story.line('Committed', `${topic}-${partition} up to offset ${nextOffset}`);
      }
      delivered.onEvent(event);
    },
  });
  cleanup.add('Poller', () => poller.stop());
  const stopped = poller.done.then(() => {
    throw new Error('The poller was stopped before all events were handled.');
  });
  const handled = Promise.race([delivered.all, stopped]);
  await within(HANDLING_TIMEOUT_MS, handled, 'Handling the events');
}

/** What the function logs, without the fields that CloudWatch would have beside the message. */
function storyLogger(story: Story): Logger {
  const say = (message: string) => story.line('Lambda', message);
  return { debug: () => {}, info: say, warn: say, error: say };
}

await runDemo((cleanup) => demo(tellStory(process.stdout), cleanup));
