import { caseWriter, refuseUndeclared } from '../runtime/codec/strict-fields.js';
import {
  type AnyTopic,
  AvroError,
  type Codec,
  type KeyFormat,
  type KeyInputOf,
  type ValueInputOf,
} from '../runtime/index.js';
import type { KafkaRecordInput } from './msk-event.js';

/** A message of a topic, as a producer would be given it, and where it lies in Kafka. */
export interface TopicMessage<Write, Key>
  extends Pick<
    KafkaRecordInput,
    'partition' | 'offset' | 'timestamp' | 'timestampType' | 'headers'
  > {
  /** @default null */
  readonly key?: Key | undefined;
  /** null is a tombstone. */
  readonly value: Write | null;
  /**
   * The id that the value's schema has in the test's registry. @default 1, and for the types of a
   * topic of several 11, 12, …, in their order there
   */
  readonly schemaId?: number | undefined;
  /** The same for Avro keys. @default 2 */
  readonly keySchemaId?: number | undefined;
  /** Refuses what the schemas have no field for: a misspelt field would be left out. @default true */
  readonly strictFields?: boolean | undefined;
}

const SCHEMA_ID = 1;
const KEY_SCHEMA_ID = 2;
const FIRST_TYPE_ID = 11;

/**
 * A typed message as the record that Kafka holds, for `mskEvent`.
 * @throws AvroError `AVRO_VALUE`
 * @example mskEvent([topicRecord(userClicksAvro, { key: 'ann', value: { user_id: 'ann', … } })])
 */
export function topicRecord<T extends AnyTopic>(
  topic: T,
  message: TopicMessage<ValueInputOf<T>, KeyInputOf<T['key']>>,
): KafkaRecordInput {
  const { key, value, schemaId, strictFields = true, ...others } = message;
  const { keySchemaId = KEY_SCHEMA_ID, ...rest } = others;
  const encode = encoderOf(strictFields);
  return {
    ...rest,
    topic: topic.name,
    key: encodeKey(topic.key, key ?? null, (format, given) => encode(format, given, keySchemaId)),
    value: value === null ? null : encodeValue(topic, { value, schemaId, strictFields }, encode),
  };
}

/** Encodes what a message holds. */
type Encode = (codec: Codec<unknown, never>, value: unknown, schemaId: number) => Uint8Array;

function encoderOf(isStrict: boolean): Encode {
  return (codec, value, schemaId) => {
    // Safe: ValueInputOf and KeyInputOf give what the codec takes, in topicRecord, and it checks it.
    const given = value as never;
    if (isStrict) refuseUndeclared(codec, given);
    return codec.encodeFramed(given, schemaId);
  };
}

interface GivenValue {
  readonly value: unknown;
  readonly schemaId: number | undefined;
  readonly strictFields: boolean;
}

function encodeValue(topic: AnyTopic, given: GivenValue, encode: Encode): Uint8Array {
  const { value, schemaId, strictFields } = given;
  if (!('types' in topic)) return encode(topic.value, value, schemaId ?? SCHEMA_ID);
  const { case: name, value: inner }: Partial<Record<string, unknown>> = Object(value);
  const index = Object.keys(topic.types).indexOf(`${name}`);
  const type = topic.types[`${name}`];
  if (index >= 0 && type !== undefined) {
    // Safe: it checks what it is given.
    if (strictFields) refuseUndeclared(caseWriter(type.codec), value as never);
    return encode(type.codec, inner, schemaId ?? FIRST_TYPE_ID + index);
  }
  const expected = `{ case, value } of ${Object.keys(topic.types).join(', ')}`;
  throw new AvroError('AVRO_VALUE', `A value of "${topic.name}" must be ${expected}, or null.`, {
    path: 'case',
    expected,
  });
}

function encodeKey(
  format: KeyFormat<unknown, never>,
  key: unknown,
  encode: (codec: Codec<unknown, never>, key: unknown) => Uint8Array,
): Uint8Array | string | null {
  if (key === null || format === 'none') return null;
  if (format === 'string') return String(key);
  // Safe: KeyInputOf gives bytes for this format, in topicRecord.
  if (format === 'bytes') return key as Uint8Array;
  return encode(format, key);
}
