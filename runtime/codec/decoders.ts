import { MAX_DECODERS } from '../limits.js';
import type { Registry } from '../registry/client.js';
import type { Codec, Decoder } from './codec.js';
import { fingerprintOf } from './create-codec.js';
import { resolvingKnown } from './unknown-type.js';

/** Decoders of one codec by schema id: of versions known at build time, else resolved at run time. */
export interface WriterDecoders<Read> {
  /** The decoder for an id that needs no request: known at build time, or loaded before. */
  get(schemaId: number): Decoder<Read> | undefined;
  /** The decoder for an id, asking the registry once if need be. */
  load(schemaId: number): Promise<Decoder<Read>>;
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
  const known = codec.knownIds[registry.url] ?? {};
  const decoders = new Map<number, Decoder<Read>>();

  const keep = (schemaId: number, decoder: Decoder<Read>): Decoder<Read> => {
    // The oldest goes first: ids grow, and new data has new ids.
    const oldest = decoders.size >= MAX_DECODERS ? decoders.keys().next() : undefined;
    if (oldest?.done === false) decoders.delete(oldest.value);
    decoders.set(schemaId, decoder);
    return decoder;
  };

  const get = (schemaId: number): Decoder<Read> | undefined => {
    const loaded = decoders.get(schemaId);
    if (loaded !== undefined) return loaded;
    const fingerprint = known[schemaId];
    const decoder = fingerprint === undefined ? undefined : codec.version(fingerprint);
    return decoder && keep(schemaId, decoder);
  };

  return {
    get,
    async load(schemaId) {
      const ready = get(schemaId);
      if (ready !== undefined) return ready;
      const { schema, references } = await registry.schemaById(schemaId);
      const decoder = codec.version(fingerprintOf(schema, references));
      return keep(schemaId, decoder ?? resolvingKnown({ schema, references }, codec));
    },
  };
}
