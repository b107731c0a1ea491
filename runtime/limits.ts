/**
 * Limits on everything that comes from outside. Bytes are untrusted: a length or count is checked
 * against what is left of the message before anything is allocated.
 */

/** Deepest nesting of values in one message (recursive types), and of types in one schema. */
export const MAX_DEPTH = 512;
/**
 * Largest number of values that take no bytes in one message: items (null, records without bytes)
 * and what records without bytes consist of.
 */
export const MAX_EMPTY_VALUES = 65_536;
/** Longest decimal that is converted, in bytes of its unscaled value. */
export const MAX_DECIMAL_BYTES = 4_096;
/** Largest scale of a decimal or big-decimal, in digits: its text has that many zeros. */
export const MAX_DECIMAL_SCALE = 10_000;
/** Longest schema text that is parsed at run time, in UTF-16 units. */
export const MAX_SCHEMA_TEXT = 4_194_304;
/** Most named types in one schema at run time. */
export const MAX_NAMED_TYPES = 10_000;
/** Resolving decoders and version look-ups kept per codec. */
export const MAX_DECODERS = 1_000;
/** Largest default that is made of other fields' defaults, in bytes. */
export const MAX_DEFAULT_BYTES = 1_048_576;
/** Longest string or bytes value that is written, in bytes: its length must fit a 32-bit varint. */
export const MAX_VALUE_BYTES = 536_870_912;
/** Longest Avro-JSON text read or written, in UTF-16 units: half of what a string can hold. */
export const MAX_JSON_TEXT = 268_435_456;
/** Deepest nesting of a JSON text. A level of a recursive type takes up to four: two objects, a list, a union. */
export const MAX_JSON_DEPTH: number = 4 * MAX_DEPTH;
