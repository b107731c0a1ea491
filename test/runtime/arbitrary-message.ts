/** Random messages: plain Avro binary of any schema, made without any of the product's encoders but what writes single values. */
import fc from 'fast-check';
import type { Schema } from '../../runtime/avro.js';
import { message } from '../../runtime/wire/output.js';
import * as write from '../../runtime/wire/write.js';

/** Levels after which lists are empty. */
const MAX_LEVEL = 5;
const KEYS = ['__proto__', 'constructor', '', '1', '10', '2', 'ä"\\\u0000\u2028😀'];

const text = fc.oneof(fc.string({ unit: 'grapheme', maxLength: 30 }), fc.constantFrom(...KEYS));

function written<T>(values: fc.Arbitrary<T>, put: (value: T) => void) {
  return values.map((value) => message(() => put(value)));
}

/** Messages in the layout that our writers and Java's use: one block for a whole array or map. */
export function arbitraryMessage(schema: Schema, level = 0): fc.Arbitrary<Uint8Array> {
  switch (schema.kind) {
    case 'null':
      return fc.constant(new Uint8Array());
    case 'boolean':
      return written(fc.boolean(), (value) => write.boolean(value));
    case 'int':
      return written(fc.integer(), (value) => write.int(value));
    case 'long':
      return written(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), (n) => write.long(n));
    case 'float':
      return written(fc.float(), (value) => write.float(value));
    case 'double':
      return written(fc.double(), (value) => write.double(value));
    case 'bytes':
      return written(fc.uint8Array({ maxLength: 40 }), (value) => write.bytes(value));
    case 'fixed':
      return fc.uint8Array({ minLength: schema.size, maxLength: schema.size });
    case 'string':
      return written(text, (value) => write.string(value));
    case 'enum':
      return written(fc.nat({ max: Math.max(0, schema.symbols.length - 1) }), (index) =>
        write.index(index),
      );
    default:
      return compound(schema, level);
  }
}

function compound(
  schema: Schema & { kind: 'array' | 'map' | 'union' | 'record' },
  level: number,
): fc.Arbitrary<Uint8Array> {
  switch (schema.kind) {
    case 'array':
      return block(level, () => arbitraryMessage(schema.items, level + 1));
    case 'map':
      return block(level, () =>
        joined([
          written(text, (key) => write.string(key)),
          arbitraryMessage(schema.values, level + 1),
        ]),
      );
    case 'union':
      return fc.oneof(
        ...schema.branches.flatMap((branch, index) =>
          // A union is where recursion can end.
          level >= MAX_LEVEL && branch.kind === 'record' && index > 0
            ? []
            : [
                joined([
                  fc.constant(Uint8Array.of(index * 2)),
                  arbitraryMessage(branch, level + 1),
                ]),
              ],
        ),
      );
    case 'record':
      return joined(schema.fields.map((field) => arbitraryMessage(field.type, level + 1)));
  }
}

function block(level: number, item: () => fc.Arbitrary<Uint8Array>): fc.Arbitrary<Uint8Array> {
  const end = fc.constant(Uint8Array.of(0));
  if (level >= MAX_LEVEL) return end;
  return fc.nat({ max: 4 }).chain((count) => {
    const items = Array.from({ length: count }, item);
    return count === 0 ? end : joined([fc.constant(Uint8Array.of(count * 2)), ...items, end]);
  });
}

function joined(parts: readonly fc.Arbitrary<Uint8Array>[]): fc.Arbitrary<Uint8Array> {
  return fc.tuple(...parts).map((bytes) => new Uint8Array(Buffer.concat(bytes)));
}
