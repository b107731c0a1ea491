/** Mistakes in what is sent, each with what the compiler points at and the first line of what it says. */
import type { Misuse } from './misuse.js';

export const OF_MESSAGES: readonly Misuse[] = [
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
  ['no message', 'producer.send(clicks)', 'send: Expected 2-3 arguments, but got 1.'],
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
    'values for messages of a source',
    'producer.sendFrom(clicks, [value])',
    "[: Argument of type 'Click[]' is not assignable to parameter of type 'AsyncIterable<KeyedMessage<string | null, Click | null>> | Iterable<KeyedMessage<string | null, Click | null>>'.",
  ],
  [
    'a text for less time',
    "producer.send(clicks, { key: 'k', value }, { timeoutMs: '5' })",
    "timeoutMs: Type 'string' is not assignable to type 'number'.",
  ],
  [
    'a controller for its signal',
    "producer.send(clicks, { key: 'k', value }, { signal: new AbortController() })",
    "signal: Type 'AbortController' is missing the following properties from type 'CancelSignal': aborted, addEventListener, removeEventListener",
  ],
];
