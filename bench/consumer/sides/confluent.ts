/** Confluent's deserializer for Node, over the values of an event. */
import { AvroDeserializer, SchemaRegistryClient, SerdeType } from '@confluentinc/schemaregistry';
import type { Click, Open } from '../side.js';
import { keyText, recordsOf, traceOf, valueBytes } from './parts.js';

const client = new SchemaRegistryClient({ baseURLs: [process.env.SCHEMA_REGISTRY_URL ?? ''] });
const deserializer = new AvroDeserializer(client, SerdeType.VALUE, {});

export const open: Open = (take, looksAtAll) => async (event) => {
  for (const record of recordsOf(event)) {
    // Safe: the values are clicks.
    const click = (await deserializer.deserialize(record.topic, valueBytes(record))) as Click;
    if (looksAtAll) take(click, keyText(record), traceOf(record));
    else take(click);
  }
};
