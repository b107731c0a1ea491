import {
  AvroError,
  type Decoder,
  decodeBatch,
  RegistryError,
  type SchemaId,
} from '../runtime/index.js';
import { nameOfSchemaId } from '../runtime/wire/schema-id.js';
import { concurrently } from './concurrently.js';
import { ConsumerError, type RecordPart } from './errors.js';
import type { KafkaEventRecord } from './event.js';
import { type AvroPart, looksLikeJson, writtenWith } from './open-record.js';
import type { PartDecoders } from './part-decoders.js';
import { identityOf, recordId, schemaMetadata } from './read-event.js';
import { isPassing, type SchemaRequests } from './schema-requests.js';

/** Schema ids of one event that are asked of the registry at the same time. */
const SCHEMAS_AT_ONCE = 8;

/** What became of each part of one event's records. */
export type DecodedParts<Read> = ReadonlyMap<AvroPart, Decoded<Read>>;

type Decoded<Read> =
  | { readonly value: Read }
  | { readonly cause: unknown; readonly failed: 'schema' | 'decode' };

/** Decodes parts, those of one schema together: that is faster than one by one. */
export async function decodeParts<Read>(
  parts: readonly (AvroPart | null)[],
  decoders: PartDecoders<Read>,
  requests: SchemaRequests,
): Promise<DecodedParts<Read>> {
  const bySchema = new Map<SchemaId, AvroPart[]>();
  for (const part of parts) {
    if (part === null) continue;
    const known = bySchema.get(part.schemaId);
    if (known === undefined) bySchema.set(part.schemaId, [part]);
    else known.push(part);
  }
  const decoded = new Map<AvroPart, Decoded<Read>>();
  await concurrently([...bySchema], SCHEMAS_AT_ONCE, async ([id, same]) => {
    try {
      const decoder = await decoders.find(id, requests);
      const values = decodeTogether(decoder, same);
      for (const [i, part] of same.entries()) decoded.set(part, values[i] ?? MISSING);
    } catch (cause) {
      for (const part of same) decoded.set(part, { cause, failed: 'schema' });
    }
  });
  return decoded;
}

const MISSING = { cause: new Error('The decoder gave no answer.'), failed: 'decode' } as const;

function decodeTogether<Read>(decoder: Decoder<Read>, parts: readonly AvroPart[]): Decoded<Read>[] {
  const bodies = parts.map(({ body }) => body);
  try {
    return decodeBatch(decoder, bodies).map((value) =>
      value instanceof AvroError ? { cause: value, failed: 'decode' } : { value },
    );
  } catch {
    // Not what a decoder throws for bytes: find the record that it is about.
    return bodies.map((body) => {
      try {
        return { value: decoder(body) };
      } catch (cause) {
        return { cause, failed: 'decode' };
      }
    });
  }
}

/** The value of a part. @throws ConsumerError `UNKNOWN_SCHEMA`, `UNKNOWN_TYPE`, `REGISTRY`, `DECODE` */
export function partValue<Read>(decoded: DecodedParts<Read>, opened: AvroPart, at: At): Read {
  const found = decoded.get(opened) ?? MISSING;
  if ('value' in found) return found.value;
  if (found.cause instanceof AvroError && found.cause.code === 'AVRO_TYPE_UNKNOWN')
    throw unknownType(found.cause, opened, at);
  throw found.failed === 'schema'
    ? schemaError(found.cause, opened, at)
    : decodeError(found.cause, opened, at);
}

interface At {
  readonly record: KafkaEventRecord;
  readonly part: RecordPart;
}

function schemaError(cause: unknown, opened: AvroPart, { record, part }: At): ConsumerError {
  const fields = { ...identityOf(record), part, ...writtenWith(opened), cause };
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
        `${cause.message}${hintOnUnknown(cause, opened)}`,
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

function unknownType(cause: AvroError, opened: AvroPart, { record, part }: At): ConsumerError {
  const { schema: type, expected } = cause;
  return new ConsumerError(
    'UNKNOWN_TYPE',
    `The ${part} of ${recordId(record)} is of type ${type} (schema ${nameOfSchemaId(opened.schemaId)}), which the code generated ` +
      `for topic "${record.topic}" does not have; it has ${expected}. Add the type in tavro.json, or choose what ` +
      'happens to it: onFailure: { unknownType }.',
    { ...identityOf(record), part, ...writtenWith(opened), type, cause },
  );
}

/** An id that is known, but not as Avro, says itself what its messages are. */
function hintOnUnknown({ code }: RegistryError, { schemaId }: AvroPart): string {
  if (code === 'INVALID') return '';
  // Before its version 3, half of an id of 8 bytes: no registry of Confluent's kind gives id 0.
  if (schemaId === 0)
    return ". Was it produced with Apicurio's ids of 8 bytes? Let its producers write 4.";
  return '. Was it produced through another registry?';
}

function decodeError(cause: unknown, opened: AvroPart, { record, part }: At): ConsumerError {
  const avro = cause instanceof AvroError ? cause : undefined;
  return new ConsumerError(
    'DECODE',
    `The ${part} of ${recordId(record)} does not decode with schema ${nameOfSchemaId(opened.schemaId)}: ` +
      `${avro?.message ?? 'the decoder failed'}${hintOnBody(opened, { record, part })}`,
    {
      ...identityOf(record),
      part,
      ...writtenWith(opened),
      path: avro?.path,
      avroCode: avro?.code,
      cause,
    },
  );
}

function hintOnBody(opened: AvroPart, { record, part }: At): string {
  if (!looksLikeJson(opened)) return '';
  return schemaMetadata(record, part) === undefined
    ? ' It looks like JSON: was it produced with a JSON serializer?'
    : ' It looks like JSON: set the EventRecordFormat of the event source mapping to SOURCE.';
}
