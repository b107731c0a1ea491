import {
  AvroError,
  type Decoder,
  decodeBatch,
  RegistryError,
  type SchemaId,
} from '../runtime/index.js';
import { foreignBody, foreignFrame } from '../runtime/wire/frames-of-others.js';
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

/** Decodes parts, those of one schema together: that is faster than one by one. */
export async function decodeParts<Read>(
  parts: readonly (AvroPart | null)[],
  decoders: PartDecoders<Read>,
  requests: SchemaRequests,
): Promise<DecodedParts<Read>> {
  const bySchema = placesBySchema(parts);
  const decoded = new Array<Read | Undecoded | undefined>(parts.length).fill(undefined);
  await concurrently([...bySchema], SCHEMAS_AT_ONCE, async ([id, places]) => {
    try {
      // Awaited only where it has to be asked for.
      const known = decoders.known(id);
      const decoder = known ?? (await decoders.find(id, requests));
      const bodies = places.map((place) => bodyOf(parts[place]));
      const values = decodeTogether(decoder, bodies);
      for (const [i, place] of places.entries()) decoded[place] = values[i];
    } catch (cause) {
      for (const place of places) decoded[place] = new Undecoded(cause, 'schema');
    }
  });
  return decoded;
}

/** Where the parts of each schema stand. */
function placesBySchema(parts: readonly (AvroPart | null)[]): ReadonlyMap<SchemaId, number[]> {
  const bySchema = new Map<SchemaId, number[]>();
  for (const [place, part] of parts.entries()) {
    if (part === null) continue;
    const known = bySchema.get(part.schemaId);
    if (known === undefined) bySchema.set(part.schemaId, [place]);
    else known.push(place);
  }
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
  return { ...identityOf(record), part, ...writtenWith(opened), writerVersion };
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
