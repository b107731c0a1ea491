import { type Decoder, decodeSlices } from '../runtime/codec/codec.js';
import { AvroError } from '../runtime/errors.js';
import { RegistryError } from '../runtime/registry/error.js';
import { foreignBody, foreignFrame } from '../runtime/wire/frames-of-others.js';
import type { SchemaId } from '../runtime/wire/schema-id.js';
import { nameOfSchemaId } from '../runtime/wire/schema-id.js';
import { concurrently } from './concurrently.js';
import { ConsumerError, type ConsumerErrorFields, type RecordPart } from './errors.js';
import { type IncomingRecord, identityOf, recordId } from './incoming-record.js';
import type { LotParts } from './lot-parts.js';
import { looksLikeJson, openPart, writtenWith } from './open-record.js';
import type { PartDecoders } from './part-decoders.js';
import { isPassing, type SchemaRequests } from './schema-requests.js';

/** Schema ids of one event that are asked of the registry at the same time. */
const SCHEMAS_AT_ONCE = 8;

/**
 * What became of parts, by place: the value, or why there is none; undefined for a part that there is not.
 */
export type DecodedParts<Read> = readonly (Read | AvroError | Undecoded | undefined)[];

/** Why a part has no value, where its decoder did not say so by an AvroError. */
export class Undecoded {
  readonly cause: unknown;
  readonly failed: 'schema' | 'decode';

  constructor(cause: unknown, failed: 'schema' | 'decode') {
    this.cause = cause;
    this.failed = failed;
  }
}

/** The decoders for the keys or the values of one topic in one event: those that are there, and those to ask for. */
export class EventDecoders<Read> {
  private readonly decoders: PartDecoders<Read>;
  private readonly found = new Map<SchemaId, Decoder<Read> | Undecoded>();
  private readonly missing = new Set<SchemaId>();

  constructor(decoders: PartDecoders<Read>) {
    this.decoders = decoders;
  }

  /** Whether all that these parts need are there; those that are not will be asked for. */
  has({ schemaIds, count }: LotParts): boolean {
    let isWhole = true;
    let last: SchemaId | undefined;
    for (let place = 0; place < count; place++) {
      const id = schemaIds[place];
      if (id === undefined || id === last) continue;
      last = id;
      if (this.found.has(id)) continue;
      const known = this.decoders.known(id);
      if (known !== undefined) this.found.set(id, known);
      else {
        this.missing.add(id);
        isWhole = false;
      }
    }
    return isWhole;
  }

  /** Asks for all that was missing; never rejected for what the registry answers. */
  ask(requests: SchemaRequests): Promise<void> {
    return concurrently([...this.missing], SCHEMAS_AT_ONCE, async (id) => {
      try {
        this.found.set(id, await this.decoders.find(id, requests));
      } catch (cause) {
        this.found.set(id, new Undecoded(cause, 'schema'));
      }
    });
  }

  /** Decodes parts; those of one schema that follow each other together, which is faster than one by one. */
  decode({ schemaIds, bounds, count, memory }: LotParts): DecodedParts<Read> {
    const decoded: (Read | AvroError | Undecoded | undefined)[] = [];
    for (let from = 0, to = 0; from < count; from = to) {
      const id = schemaIds[from];
      while (to < count && schemaIds[to] === id) to++;
      const decoder = id === undefined ? undefined : this.found.get(id);
      if (typeof decoder === 'function') {
        const values = decodeTogether(decoder, memory, bounds.slice(2 * from, 2 * to));
        if (values.length === count) return values;
        for (const value of values) decoded.push(value);
      } else while (decoded.length < to) decoded.push(decoder);
    }
    return decoded;
  }
}

function decodeTogether<Read>(
  decoder: Decoder<Read>,
  memory: Uint8Array,
  bounds: readonly number[],
): readonly (Read | AvroError | Undecoded)[] {
  try {
    return decodeSlices(decoder, memory, bounds);
  } catch {
    // Not what a decoder throws for bytes: find the record that it is about.
    const alone: (Read | Undecoded)[] = [];
    for (let at = 0; at < bounds.length; at += 2) {
      try {
        alone.push(decoder(memory.subarray(bounds[at], bounds[at + 1])));
      } catch (cause) {
        alone.push(new Undecoded(cause, 'decode'));
      }
    }
    return alone;
  }
}

/** Whether this is why a part has no value, and no value. */
export function isUndecoded(found: unknown): found is AvroError | Undecoded {
  return found instanceof AvroError || found instanceof Undecoded;
}

/** Where a part comes from, and the schema that it was written with. */
export interface DecodedAt {
  readonly record: IncomingRecord;
  readonly part: RecordPart;
  readonly schemaId: SchemaId;
  readonly writerVersion?: number | undefined;
}

/** `UNKNOWN_SCHEMA`, `UNKNOWN_TYPE`, `REGISTRY` or `DECODE`. */
export function undecodedError(found: AvroError | Undecoded, at: DecodedAt): ConsumerError {
  const cause = found instanceof Undecoded ? found.cause : found;
  if (cause instanceof AvroError && cause.code === 'AVRO_TYPE_UNKNOWN')
    return unknownType(cause, at);
  const isOfSchema = found instanceof Undecoded && found.failed === 'schema';
  return isOfSchema ? schemaError(cause, at) : decodeError(cause, at);
}

/** What each of these errors says of the part. */
function fieldsOf({ record, part, schemaId, writerVersion }: DecodedAt): ConsumerErrorFields {
  return { ...identityOf(record), part, ...writtenWith(schemaId), writerVersion };
}

function schemaError(cause: unknown, at: DecodedAt): ConsumerError {
  const { record, part } = at;
  const fields = { ...fieldsOf(at), cause };
  const where = `the ${part} of ${recordId(record)}`;
  const schema = nameOfSchemaId(at.schemaId);
  if (isPassing(cause)) {
    const why = cause instanceof Error ? cause.message : '';
    return new ConsumerError(
      'REGISTRY',
      `Cannot ask the registry for schema ${schema}, which ${where} was written with: ${why}`,
      fields,
    );
  }
  if (cause instanceof RegistryError) {
    return new ConsumerError(
      'UNKNOWN_SCHEMA',
      `The registry gives no Avro schema with ${schema}, which ${where} was written with: ` +
        `${cause.message}${hintOnUnknown(cause, at)}`,
      fields,
    );
  }
  const avro = cause instanceof AvroError ? cause : undefined;
  return new ConsumerError(
    'DECODE',
    `Schema ${schema}, which ${where} was written with, cannot be read by this version ` +
      `of the consumer: ${avro?.message ?? 'no decoder could be made for it; see the cause'}`,
    { ...fields, path: avro?.path, avroCode: avro?.code },
  );
}

function unknownType(cause: AvroError, at: DecodedAt): ConsumerError {
  const { record, part } = at;
  const { schema: type, expected } = cause;
  return new ConsumerError(
    'UNKNOWN_TYPE',
    `The ${part} of ${recordId(record)} is of type ${type} (schema ${nameOfSchemaId(at.schemaId)}), which the code generated ` +
      `for topic "${record.topic}" does not have; it has ${expected}. Add the type in tavro.json, or choose what ` +
      'happens to it: onFailure: { unknownType }.',
    { ...fieldsOf(at), type, cause },
  );
}

/** An id that is known, but not as Avro, says itself what its messages are. */
function hintOnUnknown({ code }: RegistryError, { record, part, schemaId }: DecodedAt): string {
  if (code === 'INVALID') return '';
  const message = record.bytes(part);
  const foreign = message && foreignFrame(message);
  if (foreign) return `. ${foreign}`;
  // Before its version 3, half of an id of 8 bytes: no registry of Confluent's kind gives id 0.
  if (schemaId === 0)
    return ". Was it produced with Apicurio's ids of 8 bytes? Let its producers write 4.";
  return '. Was it produced through another registry?';
}

function decodeError(cause: unknown, at: DecodedAt): ConsumerError {
  const { record, part } = at;
  const avro = cause instanceof AvroError ? cause : undefined;
  return new ConsumerError(
    'DECODE',
    `The ${part} of ${recordId(record)} does not decode with schema ${nameOfSchemaId(at.schemaId)}: ` +
      `${avro?.message ?? 'the decoder failed'}${hintOnBody(at)}`,
    { ...fieldsOf(at), path: avro?.path, avroCode: avro?.code, cause },
  );
}

/** Opened once more: no body is kept for the few that fail. */
function hintOnBody({ record, part }: DecodedAt): string {
  const body = openPart(record, part)?.body;
  if (body === undefined) return '';
  if (looksLikeJson(body) && record.metadata(part) !== undefined)
    return ' It looks like JSON: set the EventRecordFormat of the event source mapping to SOURCE.';
  const foreign = foreignBody(body);
  return foreign === undefined ? '' : `. ${foreign}`;
}
