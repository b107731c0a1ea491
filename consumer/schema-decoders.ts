import { type Decoder, decodeBatch } from '../runtime/codec/codec.js';
import { AvroError } from '../runtime/errors.js';
import { RegistryError } from '../runtime/registry/error.js';
import { foreignBody, foreignFrame } from '../runtime/wire/frames-of-others.js';
import type { SchemaId } from '../runtime/wire/schema-id.js';
import { nameOfSchemaId } from '../runtime/wire/schema-id.js';
import { concurrently } from './concurrently.js';
import { ConsumerError, type ConsumerErrorFields, type RecordPart } from './errors.js';
import { type IncomingRecord, identityOf, recordId } from './incoming-record.js';
import { type AvroPart, looksLikeJson, writtenWith } from './open-record.js';
import type { PartDecoders } from './part-decoders.js';
import { isPassing, type SchemaRequests } from './schema-requests.js';

/** Schema ids of one event that are asked of the registry at the same time. */
const SCHEMAS_AT_ONCE = 8;

/**
 * What became of one event's parts, in their order: the value, or {@link Undecoded}; undefined for a part
 * that there is not.
 */
export type DecodedParts<Read> = readonly (Read | Undecoded | undefined)[];

/** Why a part has no value. */
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
  has(parts: readonly (AvroPart | null)[]): boolean {
    let isWhole = true;
    let last: SchemaId | undefined;
    for (const part of parts) {
      if (part === null || part.schemaId === last) continue;
      last = part.schemaId;
      if (this.found.has(last)) continue;
      const known = this.decoders.known(last);
      if (known !== undefined) this.found.set(last, known);
      else {
        this.missing.add(last);
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

  /** Decodes parts, those of one schema together: that is faster than one by one. */
  decode(parts: readonly (AvroPart | null)[]): DecodedParts<Read> {
    const decoded = new Array<Read | Undecoded | undefined>(parts.length).fill(undefined);
    for (const [id, places] of placesBySchema(parts)) {
      const decoder = this.found.get(id);
      if (typeof decoder === 'function') {
        const bodies = places.map((place) => bodyOf(parts[place]));
        const values = decodeTogether(decoder, bodies);
        for (const [i, place] of places.entries()) decoded[place] = values[i];
      } else for (const place of places) decoded[place] = decoder;
    }
    return decoded;
  }
}

/** Where the parts of each schema stand. */
function placesBySchema(parts: readonly (AvroPart | null)[]): ReadonlyMap<SchemaId, number[]> {
  const bySchema = new Map<SchemaId, number[]>();
  let last: SchemaId | undefined;
  let places: number[] = [];
  parts.forEach((part, place) => {
    if (part === null) return;
    if (part.schemaId !== last) {
      last = part.schemaId;
      places = bySchema.get(last) ?? [];
      bySchema.set(last, places);
    }
    places.push(place);
  });
  return bySchema;
}

const NOTHING = new Uint8Array();

function bodyOf(part: AvroPart | null | undefined): Uint8Array {
  return part?.body ?? NOTHING;
}

function decodeTogether<Read>(
  decoder: Decoder<Read>,
  bodies: readonly Uint8Array[],
): readonly (Read | Undecoded)[] {
  try {
    return decodeBatch(decoder, bodies).map((value) =>
      value instanceof AvroError ? new Undecoded(value, 'decode') : value,
    );
  } catch {
    // Not what a decoder throws for bytes: find the record that it is about.
    return bodies.map((body) => {
      try {
        return decoder(body);
      } catch (cause) {
        return new Undecoded(cause, 'decode');
      }
    });
  }
}

/** The value of a part. @throws ConsumerError `UNKNOWN_SCHEMA`, `UNKNOWN_TYPE`, `REGISTRY`, `DECODE` */
export function partValue<Read>(found: Read | Undecoded, opened: AvroPart, at: At): Read {
  if (!(found instanceof Undecoded)) return found;
  if (found.cause instanceof AvroError && found.cause.code === 'AVRO_TYPE_UNKNOWN')
    throw unknownType(found.cause, opened, at);
  throw found.failed === 'schema'
    ? schemaError(found.cause, opened, at)
    : decodeError(found.cause, opened, at);
}

interface At {
  readonly record: IncomingRecord;
  readonly part: RecordPart;
  readonly writerVersion?: number | undefined;
}

/** What each of these errors says of the part. */
function fieldsOf(opened: AvroPart, { record, part, writerVersion }: At): ConsumerErrorFields {
  return { ...identityOf(record), part, ...writtenWith(opened.schemaId), writerVersion };
}

function schemaError(cause: unknown, opened: AvroPart, at: At): ConsumerError {
  const { record, part } = at;
  const fields = { ...fieldsOf(opened, at), cause };
  const where = `the ${part} of ${recordId(record)}`;
  const schema = nameOfSchemaId(opened.schemaId);
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
        `${cause.message}${hintOnUnknown(cause, opened, record.bytes(part))}`,
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

function unknownType(cause: AvroError, opened: AvroPart, at: At): ConsumerError {
  const { record, part } = at;
  const { schema: type, expected } = cause;
  return new ConsumerError(
    'UNKNOWN_TYPE',
    `The ${part} of ${recordId(record)} is of type ${type} (schema ${nameOfSchemaId(opened.schemaId)}), which the code generated ` +
      `for topic "${record.topic}" does not have; it has ${expected}. Add the type in tavro.json, or choose what ` +
      'happens to it: onFailure: { unknownType }.',
    { ...fieldsOf(opened, at), type, cause },
  );
}

/** An id that is known, but not as Avro, says itself what its messages are. */
function hintOnUnknown(
  { code }: RegistryError,
  { schemaId }: AvroPart,
  message: Uint8Array | null,
): string {
  if (code === 'INVALID') return '';
  const foreign = message && foreignFrame(message);
  if (foreign) return `. ${foreign}`;
  // Before its version 3, half of an id of 8 bytes: no registry of Confluent's kind gives id 0.
  if (schemaId === 0)
    return ". Was it produced with Apicurio's ids of 8 bytes? Let its producers write 4.";
  return '. Was it produced through another registry?';
}

function decodeError(cause: unknown, opened: AvroPart, at: At): ConsumerError {
  const { record, part } = at;
  const avro = cause instanceof AvroError ? cause : undefined;
  return new ConsumerError(
    'DECODE',
    `The ${part} of ${recordId(record)} does not decode with schema ${nameOfSchemaId(opened.schemaId)}: ` +
      `${avro?.message ?? 'the decoder failed'}${hintOnBody(opened, at)}`,
    { ...fieldsOf(opened, at), path: avro?.path, avroCode: avro?.code, cause },
  );
}

function hintOnBody(opened: AvroPart, { record, part }: At): string {
  if (looksLikeJson(opened) && record.metadata(part) !== undefined)
    return ' It looks like JSON: set the EventRecordFormat of the event source mapping to SOURCE.';
  const foreign = foreignBody(opened.body);
  return foreign === undefined ? '' : `. ${foreign}`;
}
