/**
 * `tavro/generated-code`: what generated code imports. For nothing else: it changes with the
 * generator, in any version.
 */
export type { Codec } from './codec/codec.js';
export {
  bigDecimal,
  type Duration,
  date,
  decimal,
  duration,
  localTimestampMicros,
  localTimestampMillis,
  localTimestampNanos,
  timestampMillis,
  uuid,
  uuidFixed,
} from './codec/conversions.js';
export { createCodec, type GeneratedCodec } from './codec/create-codec.js';
export { rounded } from './codec/decimal-text.js';
export {
  getEntry,
  guarded,
  isList,
  isPlainObject,
  itemAt,
  own,
  roomFor,
  setEntry,
  through,
} from './codec/generated.js';
export type { Topic, TopicOfTypes } from './codec/topic.js';
export { onMachine } from './registry/this-machine.js';
export { longToFloat } from './schema/promotions.js';
export { hasProperties } from './wire/kind-of.js';
