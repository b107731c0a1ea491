/** Which form a message has, and what that says about its schema. */

import { isSingleObject, toAvroJson, unframeSingleObject } from '../../runtime/avro.js';
import { AvroError } from '../../runtime/errors.js';
import { nameOf } from '../../runtime/schema/located-error.js';
import { foreignBody, foreignFrame } from '../../runtime/wire/frames-of-others.js';
import {
  GUID_FRAME_BYTES,
  GUID_MAGIC,
  nameOfSchemaId,
  openFrame,
} from '../../runtime/wire/schema-id.js';
import { CodegenError } from '../error.js';
import type { FoundSchema, WriterSchemas } from './writer-schemas.js';

export const FORMS = [
  'auto',
  'plain',
  'confluent',
  'single-object',
  'container',
  'dead-letter',
] as const;
export type Form = (typeof FORMS)[number];
/** Of a message that stands for itself. */
export type MessageForm = Exclude<Form, 'container' | 'dead-letter'>;

/** One way to read a message. */
interface Reading extends FoundSchema {
  /** In words, such as `Confluent frame, schema id 7`. */
  readonly as: string;
  readonly body: Uint8Array;
}

/** A decoded message. */
export interface Decoded {
  readonly json: string;
  /** How it was read, for people. */
  readonly as: string;
}

/**
 * Decodes a message that is not a container file into Avro-JSON.
 * @throws CodegenError `DECODE_FAILED`, or `USAGE` when options must say more
 */
export async function decodeMessage(
  message: Uint8Array,
  form: MessageForm,
  schemas: WriterSchemas,
): Promise<Decoded> {
  const readings = await readingsOf(message, form, schemas);
  const decoded: Decoded[] = [];
  const failures: string[] = [];
  for (const reading of readings) {
    try {
      const as = `${reading.as}: ${nameOf(reading.schema)}, from ${reading.from}`;
      decoded.push({ json: toAvroJson(reading.schema, reading.body), as });
    } catch (error) {
      if (!(error instanceof AvroError)) throw error;
      failures.push(`as ${reading.as}, with the schema from ${reading.from}: ${error.message}`);
    }
  }
  const [first, second] = decoded;
  if (first === undefined) {
    const foreign = foreignFrame(message) ?? readings.map(({ body }) => foreignBody(body))[0];
    throw new CodegenError(
      'DECODE_FAILED',
      [...failures, ...(foreign ? [foreign] : [])].join('\n'),
    );
  }
  if (second === undefined || second.json === first.json) return first;
  throw new CodegenError(
    'USAGE',
    'The message can be read both with and without a Confluent frame. Say which with --form confluent or --form plain.',
  );
}

/** How a message may be read: one way, unless only trying can tell. */
async function readingsOf(
  message: Uint8Array,
  form: MessageForm,
  schemas: WriterSchemas,
): Promise<readonly Reading[]> {
  switch (form) {
    case 'confluent':
      return [await framed(message, schemas)];
    case 'single-object':
      return [await singleObject(message, schemas)];
    case 'plain':
      return [await plain(message, schemas)];
    case 'auto':
      return guessed(message, schemas);
  }
}

async function guessed(message: Uint8Array, schemas: WriterSchemas): Promise<readonly Reading[]> {
  const given = await schemas.given();
  if (isSingleObject(message)) {
    const { fingerprint } = unframeSingleObject(message);
    // Two bytes may come up by chance, ten do not.
    if ((await schemas.byFingerprint(fingerprint)) !== undefined || given === undefined) {
      return [await singleObject(message, schemas)];
    }
  }
  if (message[0] === GUID_MAGIC && message.length >= GUID_FRAME_BYTES) {
    const { schemaId } = openFrame(message);
    // One byte may come up by chance, a GUID that somebody knows does not.
    if ((await schemas.byId(schemaId)) !== undefined) return [await framed(message, schemas)];
  }
  if (message[0] === 0 && message.length >= FRAMED_BYTES) {
    const { schemaId } = openFrame(message);
    if ((await schemas.byId(schemaId)) !== undefined || given === undefined) {
      return [await framed(message, schemas)];
    }
    // The id says nothing here: the body fits the given schema with the frame or without it.
    return [await framed(message, schemas), await plain(message, schemas)];
  }
  return [await plain(message, schemas)];
}

/** A frame and at least no body: shorter messages cannot be framed. */
const FRAMED_BYTES = 5;

async function framed(message: Uint8Array, schemas: WriterSchemas): Promise<Reading> {
  const { schemaId, body } = opened(() => openFrame(message));
  const found = (await schemas.byId(schemaId)) ?? (await schemas.given());
  const schema = `schema ${nameOfSchemaId(schemaId)}`;
  if (found !== undefined) return { ...found, body, as: `Confluent frame, ${schema}` };
  throw new CodegenError(
    'DECODE_FAILED',
    `A Confluent frame with ${schema}, which neither the project's lock nor a registry says. Give the registry (--registry URL) or the schema (--type NAME, --schema FILE); for plain Avro that starts with a 0, --form plain.`,
  );
}

async function singleObject(message: Uint8Array, schemas: WriterSchemas): Promise<Reading> {
  const { fingerprint, body } = opened(() => unframeSingleObject(message));
  const found = await schemas.byFingerprint(fingerprint);
  if (found !== undefined) return { ...found, body, as: `single object, ${fingerprint}` };
  throw new CodegenError(
    'DECODE_FAILED',
    `A single-object message of a schema with the fingerprint ${fingerprint}, which is neither in the project nor in its lock. Give that schema: --schema FILE.`,
  );
}

async function plain(message: Uint8Array, schemas: WriterSchemas): Promise<Reading> {
  const found = (await schemas.given()) ?? (await schemas.only());
  return { ...found, body: message, as: 'plain Avro' };
}

function opened<T>(open: () => T): T {
  try {
    return open();
  } catch (cause) {
    if (!(cause instanceof AvroError)) throw cause;
    throw new CodegenError('DECODE_FAILED', cause.message, { cause });
  }
}
