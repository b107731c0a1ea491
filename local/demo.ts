/** The steps of `npm run demo`, once there is a Kafka. */
import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { logJson, registryFromEnvironment } from '../consumer/index.js';
import { createUserClicksHandler } from '../consumer/user-clicks.js';
import { userClicksAvroContract } from '../generated/contracts/user-clicks-avro.js';
import { userClicksAvro } from '../generated/topics/user-clicks-avro.js';
import { createProducer, type DeliveryReport, type Producer } from '../producer/index.js';
import { createRegistry, type Registry, type ValueInputOf } from '../runtime/index.js';
import { counted } from '../runtime/words.js';
import { bytesTable } from './demo/bytes.js';
import type { Cleanup } from './demo/cleanup.js';
import type { Place } from './demo/delivered.js';
import { refusedEdit } from './demo/gate.js';
import { type DemoKafka, openKafka } from './demo/kafka.js';
import { type DemoLambda, type HandlerOutside, startLambda } from './demo/lambda.js';
import { withCampaign } from './demo/newer-version.js';
import type { Story } from './demo/story.js';
import type { LaunchedKafka } from './kafka/launched.js';
import { startRegistry } from './registry/server.js';

const EVENTS = 5;
/** For one record that is sent by itself, in milliseconds. */
const SENDING_TIMEOUT_MS = 30_000;
const SCHEMA_FILE = 'schemas/com/mycompany/events/user_click.avsc';
/** Where the contract says how many partitions the topic has. */
const { partitions } = userClicksAvroContract;
const { name: TOPIC, value: codec, subjects } = userClicksAvro;

/** What the steps work with. */
interface Stage {
  readonly kafka: DemoKafka;
  readonly registry: Registry;
  readonly producer: Producer;
  readonly lambda: DemoLambda;
  readonly story: Story;
}

/** What the demo has from its start. */
export interface Beginning {
  readonly story: Story;
  readonly cleanup: Cleanup;
  /** By `performance.now()`. */
  readonly beganMs: number;
}

/** Sends events through a Kafka to the sample handler, and shows what happens to them. */
export async function runPipeline(launched: LaunchedKafka, beginning: Beginning): Promise<void> {
  const { story, beganMs } = beginning;
  const stage = await open(launched, beginning);
  const reports = await produce(stage);
  await stage.lambda.handled(reports);
  const [first] = reports;
  if (first !== undefined) {
    showBytes(first, stage);
    await sendCut(first, stage);
  }
  await sendNewer(stage);
  await showGate(story);
  const seconds = ((performance.now() - beganMs) / 1000).toFixed(1);
  story.line('Done', `${EVENTS} events produced, handled and committed, in ${seconds} s`);
  story.line('Next', `edit ${SCHEMA_FILE}, then:`);
  story.line('Next', 'npm run codegen     # writes the types, or says what the edit breaks');
  story.line('Next', 'npx tsc --noEmit    # names each line that must follow');
}

async function open(launched: LaunchedKafka, { story, cleanup }: Beginning): Promise<Stage> {
  const kafka = openKafka(launched, `tavro-demo-${randomUUID()}`);
  story.line('Kafka', kafka.connection);
  const access = await launchRegistry(story, cleanup);
  await kafka.prepare({ name: TOPIC, partitions });
  story.line('Topic', `${TOPIC}, ${counted(partitions, 'partition')}`);
  const registry = createRegistry(access);
  const producer = createProducer({
    transport: kafka.transport,
    registry,
    // In production a missing schema is an error: `tavro publish` registers, behind the gate.
    register: 'allowed',
  });
  cleanup.add('Producer', () => producer.close());
  // Configured as on AWS, by environment variables; only its log and its sink are the demo's.
  const env = {
    SCHEMA_REGISTRY_URL: access.url,
    SCHEMA_REGISTRY_API_KEY: access.auth.username,
    SCHEMA_REGISTRY_API_SECRET: access.auth.password,
  };
  const handler = (outside: HandlerOutside) =>
    createUserClicksHandler({ ...outside, registry: () => registryFromEnvironment({ env }) });
  const lambda = startLambda({ kafka, topic: TOPIC, events: EVENTS, handler, story, cleanup });
  return { kafka, registry, producer, lambda, story };
}

/** Where the registry is, as producer and function are told. */
interface RegistryAccess {
  readonly url: string;
  readonly auth: { readonly username: string; readonly password: string };
}

async function launchRegistry(story: Story, cleanup: Cleanup): Promise<RegistryAccess> {
  const auth = { username: 'demo', password: randomUUID() };
  const server = await startRegistry({ auth });
  cleanup.add('Registry', () => server.stop());
  story.line('Registry', `${server.url}, dev registry with basic auth, user ${auth.username}`);
  return { url: server.url, auth };
}

interface Click {
  readonly key: string;
  readonly value: ValueInputOf<typeof userClicksAvro>;
}

/** The n-th click. Without a field of the schema, or with one that it lacks, this does not compile. */
function click(n: number, timestamp: Date): Click {
  const key = `user-${n}`;
  return { key, value: { user_id: key, url: `https://example.com/products/${n}`, timestamp } };
}

async function produce({ producer, registry, story }: Stage): Promise<readonly DeliveryReport[]> {
  const now = Date.now();
  const clicks = Array.from({ length: EVENTS }, (_, i) => click(i + 1, new Date(now + i)));
  const reports = await producer.sendAll(userClicksAvro, clicks);
  const id = await registry.lookup(subjects.value, codec.schema);
  story.line('Schema', `${codec.name}, registered under ${subjects.value} as id ${id}`);
  for (const [index, report] of reports.entries()) {
    story.line('Produced', `${idOf(report)}, key ${clicks[index]?.key}`);
  }
  return reports;
}

function idOf({ topic, partition, offset }: Place): string {
  return `${topic}-${partition}@${offset}`;
}

function showBytes(report: DeliveryReport, { lambda, story }: Stage): void {
  const message = lambda.received(report);
  story.line('Bytes', `${idOf(report)} as Kafka holds it, ${message.length} bytes`);
  for (const row of bytesTable(message, codec)) story.line('Bytes', row);
}

/** What no producer of this package writes: a record of which the end is missing. */
async function sendCut(whole: DeliveryReport, { kafka, lambda, story }: Stage): Promise<void> {
  const value = lambda.received(whole).slice(0, -3);
  const { partition } = whole;
  const message = { key: null, value, headers: [], timestampMs: Date.now() };
  const limit = { timeoutMs: SENDING_TIMEOUT_MS };
  const [outcome] = await kafka.transport.send({ topic: TOPIC, partition }, [message], limit);
  if (outcome === undefined || outcome.error !== undefined)
    throw outcome?.error ?? new Error('The broker says nothing of a record.');
  const report = { topic: TOPIC, ...outcome };
  story.line('Cut', `${idOf(report)}, the same bytes without the last 3, sent past the producer`);
  await lambda.handled([report]);
  for (const { id, error } of lambda.letters)
    story.line('Refused', `deadLetterTo(sink) has ${id} (${error.code}); its partition goes on`);
}

/** A producer that was deployed before its consumers. */
async function sendNewer({ producer, registry, lambda, story }: Stage): Promise<void> {
  const newer = { ...userClicksAvro, value: withCampaign(codec) };
  const { key, value } = click(EVENTS + 1, new Date());
  const written = { ...value, campaign: 'autumn' };
  const report = await producer.send(newer, { key, value: written });
  const id = await registry.lookup(subjects.value, newer.value.schema);
  story.line('Version 2', `has one field more, "campaign": null by default, and is id ${id}`);
  story.line('Version 2', `${idOf(report)} ${logJson(written)}`);
  await lambda.handled([report]);
  story.line('Version 1', 'is what the handler has: it reads the new data without the new field');
}

async function showGate(story: Story): Promise<void> {
  const text = await readFile(new URL(`../${SCHEMA_FILE}`, import.meta.url), 'utf8');
  const refused = refusedEdit(SCHEMA_FILE, text);
  if (refused === undefined) return;
  const { field, newName, finding } = refused;
  const { rule, at, message, witness, fix } = finding;
  story.line('Gate', `${field} renamed to ${newName}, in memory only, is refused:`);
  story.line('Gate', `${at.file}:${at.line}:${at.column} ${rule}: ${message}`);
  if (witness !== undefined)
    story.line('Gate', `witness: ${logJson(witness.datum)}, bytes ${witness.bytes}`);
  story.line('Gate', `fix: ${fix}`);
}
