import { AvroError } from '../errors.js';
import type { Registry } from '../registry/client.js';
import type { Schema } from '../schema/schema.js';
import {
  type Codec,
  type Decoder,
  decodeBatch,
  decodeSlices,
  type MessageBounds,
} from './codec.js';
import {
  type KeptDecoders,
  keptDecoders,
  loading,
  schemaOf,
  type WriterDecoders,
} from './decoders.js';
import type { AnyTopicOfTypes, Case } from './topic.js';

/**
 * Decoders for a topic of several types: each datum is of the type whose codec knows its schema id,
 * else of the one that the writer's full name says, else of the one that has it for an alias. As
 * {@link writerDecoders}; a writer of another name is AvroError `AVRO_TYPE_UNKNOWN`.
 */
export function typeDecoders(
  types: AnyTopicOfTypes['types'],
  registry: Registry,
): WriterDecoders<Case> {
  const all = Object.entries(types).map(
    ([name, { codec }]): TypeCase => ({ name, codec, decoders: keptDecoders(codec, registry) }),
  );
  const get: WriterDecoders<Case>['get'] = (schemaId) => {
    for (const { name, decoders } of all) {
      const decoder = decoders.get(schemaId);
      if (decoder !== undefined) return inCase(name, decoder);
    }
    return undefined;
  };
  const load: WriterDecoders<Case>['load'] = async (schemaId) => {
    const whole = await schemaOf(schemaId, registry);
    const { readSchema, typeName, typeUnknown } = await import('./unknown-writer.js');
    const writer = readSchema(whole.schema, whole.references);
    const name = typeName(writer);
    const type =
      all.find(({ codec }) => codec.name === name) ??
      all.find(({ codec }) => aliasesOf(readSchema(codec.schema)).includes(name));
    if (type !== undefined) return inCase(type.name, await type.decoders.make(schemaId, whole));
    throw typeUnknown(
      writer,
      all.map(({ codec }) => codec.name),
    );
  };
  return { get, load: loading(get, load) };
}

interface TypeCase {
  readonly name: string;
  readonly codec: Codec<unknown, never>;
  readonly decoders: KeptDecoders<unknown>;
}

function aliasesOf(schema: Schema): readonly string[] {
  return 'aliases' in schema ? schema.aliases : [];
}

function inCase<Value>(name: string, decode: Decoder<Value>): Decoder<Case<Value>> {
  const wrap = (value: Value): Case<Value> => ({ case: name, value });
  const wrapAll = (values: readonly (Value | AvroError)[]): (Case<Value> | AvroError)[] =>
    values.map((value) => (value instanceof AvroError ? value : wrap(value)));
  return Object.assign((bytes: Uint8Array) => wrap(decode(bytes)), {
    batch: (messages: readonly Uint8Array[]) => wrapAll(decodeBatch(decode, messages)),
    slices: (memory: Uint8Array, bounds: MessageBounds) =>
      wrapAll(decodeSlices(decode, memory, bounds)),
  });
}
