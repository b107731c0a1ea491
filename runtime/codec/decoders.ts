import { AvroError } from '../errors.js';
import { MAX_DECODERS } from '../limits.js';
import type { Registry, WholeSchema } from '../registry/client.js';
import type { SchemaId } from '../wire/schema-id.js';
import type { Codec, Decoder } from './codec.js';

/** Decoders of one codec by schema id or GUID: of versions known at build time, else resolved at run time. */
export interface WriterDecoders<Read> {
  /** The decoder for an id that needs no request: known at build time, or loaded before. */
  get(schemaId: SchemaId): Decoder<Read> | undefined;
  /** The decoder for an id, asking the registry once if need be, however many want it at the same time. */
  load(schemaId: SchemaId): Promise<Decoder<Read>>;
}

/**
 * Looks decoders up for the ids of one registry. {@link WriterDecoders.load} rejects with the
 * registry's error, or with AvroError: `AVRO_SCHEMA` when the writer's schema cannot be used,
 * `AVRO_TYPE_UNKNOWN` when it is of a type that the codec does not have.
 */
export function writerDecoders<Read>(
  codec: Codec<Read, never>,
  registry: Registry,
): WriterDecoders<Read> {
  const { get, make } = keptDecoders(codec, registry);
  return { get, load: loading(get, async (id) => make(id, await schemaOf(id, registry))) };
}

export interface KeptDecoders<Read> extends Pick<WriterDecoders<Read>, 'get'> {
  /** Makes and keeps the decoder for what the registry has under an id. Rejects with AvroError. */
  make(schemaId: SchemaId, writer: WholeSchema): Promise<Decoder<Read>>;
}

/** The decoders of one codec, which ask for nothing. */
export function keptDecoders<Read>(
  codec: Codec<Read, never>,
  registry: Registry,
): KeptDecoders<Read> {
  const known = codec.knownIds[registry.url] ?? {};
  const decoders = new Map<SchemaId, Decoder<Read>>();

  const keep = (schemaId: SchemaId, decoder: Decoder<Read>): Decoder<Read> => {
    // The oldest goes first: ids grow, and new data has new ids.
    const oldest = decoders.size >= MAX_DECODERS ? decoders.keys().next() : undefined;
    if (oldest?.done === false) decoders.delete(oldest.value);
    decoders.set(schemaId, decoder);
    return decoder;
  };

  const get = (schemaId: SchemaId): Decoder<Read> | undefined => {
    const loaded = decoders.get(schemaId);
    if (loaded !== undefined) return loaded;
    const fingerprint = known[schemaId];
    const decoder = fingerprint === undefined ? undefined : codec.version(fingerprint);
    return decoder && keep(schemaId, decoder);
  };

  return {
    get,
    async make(schemaId, writer) {
      // Loaded when an id comes that nobody knew when the code was generated: most processes meet none.
      const { writerDecoder } = await import('./unknown-writer.js');
      return keep(schemaId, writerDecoder(writer, codec));
    },
  };
}

/** Loads what is not there yet; who wants it meanwhile waits for the same answer. */
export function loading<Read>(
  get: WriterDecoders<Read>['get'],
  load: WriterDecoders<Read>['load'],
): WriterDecoders<Read>['load'] {
  const flights = new Map<SchemaId, Promise<Decoder<Read>>>();
  return async (schemaId) => {
    const ready = get(schemaId);
    if (ready !== undefined) return ready;
    const flight = flights.get(schemaId) ?? load(schemaId).finally(() => flights.delete(schemaId));
    flights.set(schemaId, flight);
    return flight;
  };
}

/**
 * The schema of an id or a GUID. Rejects with the registry's error.
 * @throws AvroError `AVRO_SCHEMA` for a GUID, of a client that cannot look one up
 */
export function schemaOf(schemaId: SchemaId, registry: Registry): Promise<WholeSchema> {
  if (typeof schemaId === 'number') return registry.schemaById(schemaId);
  if (registry.schemaByGuid !== undefined) return registry.schemaByGuid(schemaId);
  throw new AvroError(
    'AVRO_SCHEMA',
    `The registry client in use cannot look up GUIDs, and ${schemaId} is none that was known when the code was generated. Use createRegistry.`,
  );
}
