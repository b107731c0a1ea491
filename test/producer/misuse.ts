/** Mistakes that a compiler is to tell, each with what the first line of its message says. */

export interface Misuse {
  readonly mistake: string;
  readonly code: string;
  /** The first line, after the number of the error. */
  readonly says: string;
}

/** What the code of each mistake may use: topics with keys of all formats, a producer, a kit. */
export const PRELUDE = `
import { createProducer, kafkajsTransport, type Producer } from 'tavro/producer';
import { createRegistry, type Codec, type Topic, type TopicOfTypes } from 'tavro/runtime';
import { MemoryBroker, memoryTransport, manualClock, testProducer } from 'tavro/testing';

export interface Click { user_id: string; url: string; at: Date }
interface Account { id: bigint }
export declare const clicks: Topic<Click, Click, 'string'>;
export declare const keyless: Topic<Click, Click, 'none'>;
export declare const inBytes: Topic<Click, Click, 'bytes'>;
export declare const byAccount: Topic<Click, Click, Codec<Account>>;
type Shop = { case: 'Created'; value: { id: string; name: string } } | { case: 'Deleted'; value: { id: string } };
export declare const shop: TopicOfTypes<Shop, Shop, 'string'>;
export declare const producer: Producer;
export const value: Click = { user_id: 'ann', url: 'https://example.com', at: new Date() };
export const transport = memoryTransport(new MemoryBroker());
export const registry = createRegistry({ url: 'http://localhost:8081' });
export const kit = testProducer();
export { createProducer, kafkajsTransport, MemoryBroker, manualClock, testProducer };
`;

const rows: readonly (readonly [mistake: string, code: string, says: string])[] = [
  [
    'a field of another type',
    "producer.send(clicks, { key: 'k', value: { ...value, url: 1 } })",
    "url: Type 'number' is not assignable to type 'string'.",
  ],
  [
    'a field that is missing',
    "producer.send(clicks, { key: 'k', value: { user_id: 'ann', at: new Date() } })",
    "value: Property 'url' is missing in type '{ user_id: string; at: Date; }' but required in type 'Click'.",
  ],
  [
    'a field that the schema lacks',
    "producer.send(clicks, { key: 'k', value: { ...value, referrer: 'x' } })",
    "referrer: Object literal may only specify known properties, and 'referrer' does not exist in type 'Click'.",
  ],
  [
    'a field that is misspelt',
    "producer.send(clicks, { key: 'k', value: { user_id: 'ann', ulr: 'x', at: new Date() } })",
    "ulr: Object literal may only specify known properties, and 'ulr' does not exist in type 'Click'.",
  ],
  [
    'a number for a time',
    "producer.send(clicks, { key: 'k', value: { ...value, at: Date.now() } })",
    "at: Type 'number' is not assignable to type 'Date'.",
  ],
  [
    'a field that is null',
    "producer.send(clicks, { key: 'k', value: { ...value, url: null } })",
    "url: Type 'null' is not assignable to type 'string'.",
  ],
  [
    'a key of another type',
    'producer.send(clicks, { key: 1, value })',
    "key: Type 'number' is not assignable to type 'string'.",
  ],
  [
    'no key where the topic has them',
    'producer.send(clicks, { value })',
    "{: Property 'key' is missing in type '{ value: Click; }' but required in type 'KeyedMessage<string | null, Click | null>'.",
  ],
  [
    'a key that is undefined',
    'producer.send(clicks, { key: undefined, value })',
    "key: Type 'undefined' is not assignable to type 'string | null'.",
  ],
  [
    'a key where the topic has none',
    "producer.send(keyless, { key: 'k', value })",
    "key: Type 'string' is not assignable to type 'null'.",
  ],
  [
    'text for a key of bytes',
    "producer.send(inBytes, { key: 'k', value })",
    "key: Type 'string' is not assignable to type 'Uint8Array<ArrayBufferLike>'.",
  ],
  [
    'text for a key of Avro',
    "producer.send(byAccount, { key: 'k', value })",
    "key: Type 'string' is not assignable to type 'Account'.",
  ],
  [
    'a field of a key of another type',
    'producer.send(byAccount, { key: { id: 5 }, value })',
    "id: Type 'number' is not assignable to type 'bigint'.",
  ],
  [
    'a message without a value',
    "producer.send(clicks, { key: 'k' })",
    "{: Property 'value' is missing in type '{ key: string; }' but required in type 'KeyedMessage<string | null, Click | null>'.",
  ],
  [
    'undefined for a tombstone',
    "producer.send(clicks, { key: 'k', value: undefined })",
    "value: Type 'undefined' is not assignable to type 'Click | null'.",
  ],
  [
    'the value for the message',
    'producer.send(clicks, value)',
    "value: Type 'Click' is missing the following properties from type 'KeyedMessage<string | null, Click | null>': key, value",
  ],
  [
    'a member that no message has',
    "producer.send(clicks, { key: 'k', value, header: {} })",
    "header: Object literal may only specify known properties, but 'header' does not exist in type 'KeyedMessage<string | null, Click | null>'. Did you mean to write 'headers'?",
  ],
  [
    'a number in a header',
    "producer.send(clicks, { key: 'k', value, headers: { n: 1 } })",
    "n: Type 'number' is not assignable to type 'readonly HeaderValue[] | HeaderValue'.",
  ],
  [
    'a number for the time',
    "producer.send(clicks, { key: 'k', value, timestamp: Date.now() })",
    "timestamp: Type 'number' is not assignable to type 'Date'.",
  ],
  [
    'text for the partition',
    "producer.send(clicks, { key: 'k', value, partition: '0' })",
    "partition: Type 'string' is not assignable to type 'number'.",
  ],
  [
    'the name for the topic',
    "producer.send('clicks', { key: 'k', value })",
    "': Argument of type 'string' is not assignable to parameter of type 'SendableTopic'.",
  ],
  [
    'an object for the topic that is none',
    "producer.send({ name: 'clicks' }, { key: 'k', value })",
    "{: Argument of type '{ name: string; }' is not assignable to parameter of type 'SendableTopic'.",
  ],
  [
    'the codec for the topic',
    "producer.send(clicks.value, { key: 'k', value })",
    "clicks: Argument of type 'Codec<Click, Click>' is not assignable to parameter of type 'SendableTopic'.",
  ],
  ['no message', 'producer.send(clicks)', 'send: Expected 2 arguments, but got 1.'],
  [
    'a list of messages for one',
    "producer.send(clicks, [{ key: 'k', value }])",
    "[: Type '{ key: string; value: Click; }[]' is missing the following properties from type 'KeyedMessage<string | null, Click | null>': key, value",
  ],
  [
    'a message for a list of them',
    "producer.sendAll(clicks, { key: 'k', value })",
    "key: Object literal may only specify known properties, but 'key' does not exist in type 'readonly KeyedMessage<string | null, Click | null>[]'. Did you mean to write 'keys'?",
  ],
  [
    'a mistake in one of many',
    "producer.sendAll(clicks, [{ key: 'k', value }, { key: 'k', value: { ...value, url: 1 } }])",
    "url: Type 'number' is not assignable to type 'string'.",
  ],
  [
    'a case that is misspelt',
    "producer.send(shop, { key: 'k', value: { case: 'Creatd', value: { id: '1', name: 'n' } } })",
    `case: Type '"Creatd"' is not assignable to type '"Created" | "Deleted"'. Did you mean '"Created"'?`,
  ],
  [
    'the value of another case',
    "producer.send(shop, { key: 'k', value: { case: 'Created', value: { id: '1' } } })",
    "value: Property 'name' is missing in type '{ id: string; }' but required in type '{ id: string; name: string; }'.",
  ],
  [
    'one of several types without its case',
    "producer.send(shop, { key: 'k', value: { id: '1', name: 'n' } })",
    `id: Object literal may only specify known properties, and 'id' does not exist in type '{ readonly case: "Created"; readonly value: { id: string; name: string; }; } | { readonly case: "Deleted"; readonly value: { id: string; }; }'.`,
  ],
  [
    'a field of a case of another type',
    "producer.send(shop, { key: 'k', value: { case: 'Deleted', value: { id: 1 } } })",
    "id: Type 'number' is not assignable to type 'string'.",
  ],
  [
    'text for a raw message',
    "producer.send({ name: 'raw', key: 'bytes', value: 'bytes' }, { key: null, value: 'text' })",
    "value: Type 'string' is not assignable to type 'Uint8Array<ArrayBufferLike>'.",
  ],
  [
    'a report that is not awaited',
    "producer.send(clicks, { key: 'k', value }).offset",
    "offset: Property 'offset' does not exist on type 'Promise<DeliveryReport>'.",
  ],
  [
    'a promise for a message',
    "producer.send(clicks, Promise.resolve({ key: 'k', value }))",
    "Promise: Type 'Promise<{ key: string; value: Click; }>' is missing the following properties from type 'KeyedMessage<string | null, Click | null>': key, value",
  ],
  [
    'no transport',
    'createProducer({ registry })',
    "{: Property 'transport' is missing in type '{ registry: RegistryClient; }' but required in type 'ProducerOptions'.",
  ],
  [
    'no registry',
    'createProducer({ transport })',
    "{: Property 'registry' is missing in type '{ transport: Transport; }' but required in type 'ProducerOptions'.",
  ],
  [
    'the URL for the registry',
    "createProducer({ transport, registry: 'http://localhost:8081' })",
    "registry: Type 'string' is not assignable to type 'Registry'.",
  ],
  [
    'an option that is misspelt',
    'createProducer({ transport, registry, lingerMS: 5 })',
    "lingerMS: Object literal may only specify known properties, but 'lingerMS' does not exist in type 'ProducerOptions'. Did you mean to write 'lingerMs'?",
  ],
  [
    'an option of another type',
    "createProducer({ transport, registry, lingerMs: '5' })",
    "lingerMs: Type 'string' is not assignable to type 'number'.",
  ],
  [
    'a choice that there is not',
    "createProducer({ transport, registry, framing: 'header' })",
    `framing: Type '"header"' is not assignable to type 'Framing'.`,
  ],
  [
    'true for a choice',
    'createProducer({ transport, registry, register: true })',
    `register: Type 'true' is not assignable to type '"allowed" | "never"'.`,
  ],
  [
    'one text for the brokers',
    "kafkajsTransport({ brokers: 'localhost:9092' })",
    "brokers: Type 'string' is not assignable to type 'readonly string[]'.",
  ],
  [
    'a mechanism that is misspelt',
    "kafkajsTransport({ brokers: ['b:1'], sasl: { mechanism: 'scram-sha-265', username: 'u', password: 'p' } })",
    `mechanism: Type '"scram-sha-265"' is not assignable to type '"oauthbearer" | PasswordMechanism'. Did you mean '"scram-sha-256"'?`,
  ],
  [
    'a transport for a test',
    'testProducer({ transport })',
    "transport: Object literal may only specify known properties, and 'transport' does not exist in type 'TestProducerOptions'.",
  ],
  [
    'a broker that is no option',
    'testProducer(new MemoryBroker())',
    "new: Type 'MemoryBroker' has no properties in common with type 'TestProducerOptions'.",
  ],
  [
    'the clock of another library',
    'testProducer({ clock: { now: () => 0 } })',
    "clock: Property 'schedule' is missing in type '{ now: () => number; }' but required in type 'Clock'.",
  ],
  [
    'a code that is misspelt',
    "kit.failNext({ code: 'TIMEDOUT' })",
    `code: Type '"TIMEDOUT"' is not assignable to type 'FailureCode'. Did you mean '"TIMED_OUT"'?`,
  ],
  [
    'a code that no broker gives',
    "kit.failNext({ code: 'ENCODE' })",
    `code: Type '"ENCODE"' is not assignable to type 'FailureCode'.`,
  ],
  [
    'no code',
    "kit.failNext({ delivered: 'no' })",
    `{: Property 'code' is missing in type '{ delivered: "no"; }' but required in type 'NextFailure'.`,
  ],
  [
    'a fate that there is not',
    "kit.failNext({ code: 'BROKER', delivered: 'maybe' })",
    `delivered: Type '"maybe"' is not assignable to type '"no" | "unknown" | undefined'.`,
  ],
  [
    'the name of a topic to fail',
    "kit.failNext({ code: 'BROKER', topic: 'clicks' })",
    "topic: Type 'string' is not assignable to type '{ readonly name: string; }'.",
  ],
  [
    'the name of a topic that was sent to',
    "kit.sent('clicks')",
    "': Argument of type 'string' is not assignable to parameter of type 'SendableTopic'.",
  ],
  [
    'a field that what was sent does not have',
    'kit.sent(clicks)[0]?.value?.referrer',
    "referrer: Property 'referrer' does not exist on type 'Click'.",
  ],
  [
    'a tombstone that is not thought of',
    'kit.sent(clicks)[0]?.value.url',
    "kit: Object is possibly 'null'.",
  ],
];

export const MISUSES: readonly Misuse[] = rows.map(([mistake, code, says]) => ({
  mistake,
  code,
  says,
}));
