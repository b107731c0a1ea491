/** @kafkajs/confluent-schema-registry, over the values of an event. */
import { SchemaRegistry } from '@kafkajs/confluent-schema-registry';
import type { Open } from '../side.js';
import { keyText, recordsOf, traceOf, valueBytes } from './parts.js';

const registry = new SchemaRegistry({ host: process.env.SCHEMA_REGISTRY_URL ?? '' });

export const open: Open = (take, looksAtAll) => async (event) => {
  for (const record of recordsOf(event)) {
    const click = await registry.decode(valueBytes(record));
    if (looksAtAll) take(click, keyText(record), traceOf(record));
    else take(click);
  }
};
