/** What those who write their handler by hand do with a record's key and headers. */
import type { KafkaEvent, KafkaEventRecord } from '../../../consumer/index.js';
import { TRACE } from '../side.js';

export function recordsOf(event: KafkaEvent): readonly KafkaEventRecord[] {
  return Object.values(event.records).flat();
}

export function valueBytes({ value }: KafkaEventRecord): Buffer {
  if (typeof value !== 'string') throw new Error('The record has no value.');
  return Buffer.from(value, 'base64');
}

export function keyText({ key }: KafkaEventRecord): string | null {
  return typeof key === 'string' ? Buffer.from(key, 'base64').toString() : null;
}

export function traceOf({ headers }: KafkaEventRecord): string | undefined {
  for (const header of headers ?? []) {
    const bytes = header[TRACE];
    if (bytes) return Buffer.from(bytes).toString();
  }
  return undefined;
}
