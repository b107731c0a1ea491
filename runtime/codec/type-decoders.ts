import { AvroError } from '../errors.js';
import type { Registry } from '../registry/client.js';
import { readSchema, type Schema } from '../schema/schema.js';
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
import { typeName, typeUnknown } from './unknown-type.js';

/**
 * Decoders for a topic of several types: each datum is of the type whose codec knows its schema id,
 * else of the one that the writer's full name says, else of the one that has it for an alias. As
 * {@link writerDecoders}; a writer of another name is AvroError `AVRO_TYPE_UNKNOWN`.
 */
export function typeDecoders(
  types: AnyTopicOfTypes['types'],
  registry: Registry,
): WriterDecoders<Case> {
  const all = Object.entries(types).map(([name, { codec }]) => new TypeCase(name, codec, registry));
  const get: WriterDecoders<Case>['get'] = (schemaId) => {
    for (const { name, decoders } of all) {
      const decoder = decoders.get(schemaId);
      if (decoder !== undefined) return inCase(name, decoder);
    }
    return undefined;
  };
  const load: WriterDecoders<Case>['load'] = async (schemaId) => {
    const whole = await schemaOf(schemaId, registry);
    const writer = readSchema(whole.schema, whole.references);
    const type =
      all.find(({ codec }) => codec.name === typeName(writer)) ??
      all.find(({ aliases }) => aliases.includes(typeName(writer)));
    if (type !== undefined) return inCase(type.name, type.decoders.make(schemaId, whole));
    throw typeUnknown(
      writer,
      all.map(({ codec }) => codec.name),
    );
  };
  return { get, load: loading(get, load) };
}

class TypeCase {
  readonly name: string;
  readonly codec: Codec<unknown, never>;
  readonly decoders: KeptDecoders<unknown>;
  private schema: Schema | undefined;

  constructor(name: string, codec: Codec<unknown, never>, registry: Registry) {
    this.name = name;
    this.codec = codec;
    this.decoders = keptDecoders(codec, registry);
  }

  /** Asked for by ids only that nothing knew when the code was generated. */
  get aliases(): readonly string[] {
    this.schema ??= readSchema(this.codec.schema);
    return 'aliases' in this.schema ? this.schema.aliases : [];
  }
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
