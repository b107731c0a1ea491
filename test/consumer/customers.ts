/** Topics of several types for the tests of these rooms, as the generator writes them. */

import { createHandler, type HandlerOptions, type KafkaEvent } from '../../consumer/index.js';
import { fixedRegistry } from '../../local/fixed-registry.js';
import { fingerprintOf } from '../../runtime/avro.js';
import { createCodec, type GeneratedCodec } from '../../runtime/generated-code.js';
import type { Codec, Topic, TopicOfTypes } from '../../runtime/index.js';
import * as read from '../../runtime/wire/read.js';
import * as write from '../../runtime/wire/write.js';
import { testLogger } from './clicks.js';

const REGISTRY_URL = 'http://registry.test';

const text = (name: string) => ({ name, type: 'string' });
const record = (name: string, fields: readonly object[], more: object = {}) =>
  JSON.stringify({ type: 'record', name, ...more, fields });

export interface Created {
  id: string;
  name: string;
}
export interface Deleted {
  id: string;
}

const CREATED = record('ev.Created', [text('id'), text('name')]);
export const DELETED = record('ev.Deleted', [text('id')]);

export const CreatedCodec: GeneratedCodec<Created, Created> = createCodec({
  name: 'ev.Created',
  schema: CREATED,
  fingerprint: fingerprintOf(CREATED),
  knownIds: { [REGISTRY_URL]: { 21: fingerprintOf(CREATED) } },
  write: (value) => {
    if (typeof value !== 'object' || value === null) return write.bad('ev.Created', value);
    write.string(value.id);
    write.string(value.name);
  },
  read: () => ({ id: read.string(), name: read.string() }),
});

export const DeletedCodec: GeneratedCodec<Deleted, Deleted> = createCodec({
  name: 'ev.Deleted',
  schema: DELETED,
  fingerprint: fingerprintOf(DELETED),
  knownIds: {},
  write: (value) => {
    if (typeof value !== 'object' || value === null) return write.bad('ev.Deleted', value);
    write.string(value.id);
  },
  read: () => ({ id: read.string() }),
});

export type CustomersValue =
  | { case: 'Created'; value: Created }
  | { case: 'Deleted'; value: Deleted };
export type CustomersValueInput =
  | { readonly case: 'Created'; readonly value: Created }
  | { readonly case: 'Deleted'; readonly value: Deleted };

export const customers: TopicOfTypes<CustomersValue, CustomersValueInput, 'string'> = {
  name: 'customers',
  types: {
    Created: { codec: CreatedCodec, subject: 'customers-ev.Created' },
    Deleted: { codec: DeletedCodec, subject: 'customers-ev.Deleted' },
  },
  key: 'string',
  subjects: {},
};

/** `Created` in two namespaces: cases have the full names then. */
const OTHER_CREATED = record('other.Created', [text('id')]);

const OtherCreatedCodec: GeneratedCodec<Deleted, Deleted> = createCodec({
  name: 'other.Created',
  schema: OTHER_CREATED,
  fingerprint: fingerprintOf(OTHER_CREATED),
  write: DeletedCodec.write,
  read: DeletedCodec.read,
});

export type NamesakesValue =
  | { case: 'ev.Created'; value: Created }
  | { case: 'other.Created'; value: Deleted };

export const namesakes: TopicOfTypes<NamesakesValue, NamesakesValue, 'none'> = {
  name: 'namesakes',
  types: {
    'ev.Created': { codec: CreatedCodec, subject: 'ev.Created' },
    'other.Created': { codec: OtherCreatedCodec, subject: 'other.Created' },
  },
  key: 'none',
  subjects: {},
};

/** `ev.Deleted` under a new name. */
const REMOVED = record('ev.Removed', [text('id')], { aliases: ['Deleted'] });

export const RemovedCodec: GeneratedCodec<Deleted, Deleted> = createCodec({
  name: 'ev.Removed',
  schema: REMOVED,
  fingerprint: fingerprintOf(REMOVED),
  write: DeletedCodec.write,
  read: DeletedCodec.read,
});

export type RenamedValue =
  | { case: 'Created'; value: Created }
  | { case: 'Removed'; value: Deleted };

export const renamed: TopicOfTypes<RenamedValue, RenamedValue, Codec<bigint>> = {
  name: 'renamed',
  types: {
    Created: { codec: CreatedCodec, subject: 'renamed-ev.Created' },
    Removed: { codec: RemovedCodec, subject: 'renamed-ev.Removed' },
  },
  get key() {
    return LongCodec;
  },
  subjects: { key: 'renamed-key' },
};

export const LongCodec: GeneratedCodec<bigint, bigint> = createCodec({
  name: 'long',
  schema: '"long"',
  fingerprint: fingerprintOf('"long"'),
  write: (value) => write.long(value),
  read: () => read.long(),
});

export const TextCodec: GeneratedCodec<string, string> = createCodec({
  name: 'string',
  schema: '"string"',
  fingerprint: fingerprintOf('"string"'),
  write: (value) => write.string(value),
  read: () => read.string(),
});

const UNION = `["null",${CREATED},${DELETED}]`;

/** One subject whose schema is a union. */
export const UnionCodec: GeneratedCodec<CustomersValue | null, CustomersValueInput | null> =
  createCodec({
    name: 'union',
    schema: UNION,
    fingerprint: fingerprintOf(UNION),
    write: (value) => {
      if (value === null) return write.index(0);
      switch (value?.case) {
        case 'Created':
          write.index(1);
          return CreatedCodec.write(value.value);
        case 'Deleted':
          write.index(2);
          return DeletedCodec.write(value.value);
        default:
          return write.bad('{ case, value } of Created, Deleted, or null', value);
      }
    },
    read: () => {
      const index = read.index(3);
      if (index === 0) return null;
      return index === 1
        ? { case: 'Created', value: CreatedCodec.read() }
        : { case: 'Deleted', value: DeletedCodec.read() };
    },
  });

export const ofUnion: Topic<CustomersValue | null, CustomersValueInput | null, 'bytes'> = {
  name: 'of-union',
  value: UnionCodec,
  key: 'bytes',
  subjects: { value: 'of-union-value' },
};

export const MOVED = record('ev.Moved', [text('id'), text('to')]);
/** Newer, and not known to the code above. */
const NEWER_CREATED = record('ev.Created', [text('id'), text('email'), text('name')]);
const NEWER_UNION = `["null",${MOVED},${NEWER_CREATED},${DELETED}]`;

/** What the registry of these tests has; 21 is known to the code, too. */
export const SCHEMAS = {
  1: UNION,
  2: '"long"',
  11: CREATED,
  12: DELETED,
  13: OTHER_CREATED,
  31: MOVED,
  32: NEWER_CREATED,
  33: NEWER_UNION,
  34: '"string"',
} as const;

export function text8(value: string): Uint8Array {
  return Uint8Array.of(2 * value.length, ...new TextEncoder().encode(value));
}

/** A handler over {@link SCHEMAS}, and what it logs. */
export function handling(options: Omit<HandlerOptions, 'registry' | 'logger'>) {
  const logger = testLogger();
  const handler = createHandler({ ...options, registry: fixedRegistry(SCHEMAS), logger });
  return { logger, invoke: (event: KafkaEvent) => handler(event) };
}
