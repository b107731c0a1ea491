import { AvroError, type Decoder, RegistryError, type WriterDecoders } from '../runtime/index.js';
import { concurrently } from './concurrently.js';
import { ConsumerError, type RecordPart } from './errors.js';
import type { KafkaEventRecord } from './event.js';
import { type AvroPart, looksLikeJson } from './open-record.js';
import { identityOf, recordId, schemaMetadata } from './read-event.js';

/** Schema ids of one event that are asked of the registry at the same time. */
const SCHEMAS_AT_ONCE = 8;

/** The decoders that the records of one event need, each asked for once. */
export type EventDecoders<Read> = ReadonlyMap<number, Decoder<Read> | LoadFailure>;

interface LoadFailure {
  readonly cause: unknown;
}

/** Finds a decoder for every schema id; an id that has none keeps the reason. */
export async function loadDecoders<Read>(
  decoders: WriterDecoders<Read>,
  schemaIds: Iterable<number>,
): Promise<EventDecoders<Read>> {
  const found = new Map<number, Decoder<Read> | LoadFailure>();
  await concurrently([...new Set(schemaIds)], SCHEMAS_AT_ONCE, async (id) => {
    try {
      found.set(id, decoders.get(id) ?? (await decoders.load(id)));
    } catch (cause) {
      found.set(id, { cause });
    }
  });
  return found;
}

/** @throws ConsumerError `UNKNOWN_SCHEMA`, `REGISTRY`, `DECODE` */
export function decodePart<Read>(decoders: EventDecoders<Read>, opened: AvroPart, at: At): Read {
  const decoder = decoders.get(opened.schemaId);
  if (typeof decoder !== 'function') throw schemaError(decoder?.cause, opened.schemaId, at);
  try {
    return decoder(opened.body);
  } catch (cause) {
    throw decodeError(cause, opened, at);
  }
}

interface At {
  readonly record: KafkaEventRecord;
  readonly part: RecordPart;
}

function schemaError(cause: unknown, schemaId: number, { record, part }: At): ConsumerError {
  const fields = { ...identityOf(record), part, schemaId, cause };
  const where = `the ${part} of ${recordId(record)}`;
  if (cause instanceof RegistryError && isAnswer(cause)) {
    return new ConsumerError(
      'UNKNOWN_SCHEMA',
      `The registry has no Avro schema with id ${schemaId}, which ${where} was written with: ` +
        `${cause.message}. Was it produced through another registry?`,
      fields,
    );
  }
  if (cause instanceof AvroError) {
    return new ConsumerError(
      'DECODE',
      `Schema id ${schemaId}, which ${where} was written with, cannot be read by this version ` +
        `of the consumer: ${cause.message}`,
      { ...fields, path: cause.path, avroCode: cause.code },
    );
  }
  const why = cause instanceof Error ? cause.message : 'unknown reason';
  return new ConsumerError(
    'REGISTRY',
    `Cannot ask the registry for schema id ${schemaId}, which ${where} was written with: ${why}`,
    fields,
  );
}

/** Whether asking again would give the same: the id is unknown, or what it names is not usable. */
function isAnswer({ code, status }: RegistryError): boolean {
  // INVALID with a status is the registry refusing the request, which is about its set-up.
  return code === 'UNKNOWN_ID' || (code === 'INVALID' && status === undefined);
}

function decodeError(cause: unknown, opened: AvroPart, { record, part }: At): ConsumerError {
  const avro = cause instanceof AvroError ? cause : undefined;
  const json = schemaMetadata(record, part) !== undefined && looksLikeJson(opened);
  const hint = json
    ? ' It looks like JSON: set the EventRecordFormat of the event source mapping to SOURCE.'
    : '';
  return new ConsumerError(
    'DECODE',
    `The ${part} of ${recordId(record)} does not decode with schema id ${opened.schemaId}: ` +
      `${avro?.message ?? 'the decoder failed'}${hint}`,
    {
      ...identityOf(record),
      part,
      schemaId: opened.schemaId,
      path: avro?.path,
      avroCode: avro?.code,
      cause,
    },
  );
}
