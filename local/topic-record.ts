import type { KeyFormat, KeyInputOf, Topic } from '../runtime/index.js';
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
  /** The id that the value's schema has in the test's registry. @default 1 */
  readonly schemaId?: number | undefined;
  /** The same for Avro keys. @default 2 */
  readonly keySchemaId?: number | undefined;
}

const SCHEMA_ID = 1;
const KEY_SCHEMA_ID = 2;

/**
 * A typed message as the record that Kafka holds, for `mskEvent`.
 * @throws AvroError `AVRO_VALUE`
 * @example mskEvent([topicRecord(userClicksAvro, { key: 'ann', value: { user_id: 'ann', … } })])
 */
export function topicRecord<Write, Key extends KeyFormat<unknown, never>>(
  topic: Topic<unknown, Write, Key>,
  message: TopicMessage<Write, KeyInputOf<Key>>,
): KafkaRecordInput {
  const { key, value, schemaId = SCHEMA_ID, keySchemaId = KEY_SCHEMA_ID, ...rest } = message;
  return {
    ...rest,
    topic: topic.name,
    key: encodeKey(topic.key, key ?? null, keySchemaId),
    value: value === null ? null : topic.value.encodeFramed(value, schemaId),
  };
}

function encodeKey(
  format: KeyFormat<unknown, never>,
  key: unknown,
  schemaId: number,
): Uint8Array | string | null {
  if (key === null || format === 'none') return null;
  if (format === 'string') return String(key);
  // Safe: KeyInputOf gives this parameter's type for the format's codec, in topicRecord.
  return format.encodeFramed(key as never, schemaId);
}
