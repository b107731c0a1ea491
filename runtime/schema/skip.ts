import type { Reader } from '../wire/reader.js';
import { emptyValues } from './empty-values.js';
import type { Schema } from './schema.js';
import { leastBytes, minimumBytes } from './size.js';

/** Passes over a value, checking it as reading it would. */
export type Skip = (from: Reader) => void;

/** What passes over values of a schema; each named type's is made once, when a value first comes. */
export function skipper(schema: Schema): Skip {
  switch (schema.kind) {
    case 'null':
      return () => {};
    case 'boolean':
      return (from) => void from.boolean();
    case 'int':
      return (from) => void from.int();
    case 'long':
      return (from) => from.skipLong();
    case 'float':
      return (from) => from.skip(4);
    case 'double':
      return (from) => from.skip(8);
    case 'bytes':
    case 'string':
      return (from) => from.skipBytes();
    case 'fixed':
      return (from) => from.skip(schema.size);
    case 'enum':
      return (from) => void from.index(schema.symbols.length);
    default:
      return skipNested(schema);
  }
}

type Nested = Extract<Schema, { kind: 'record' | 'union' | 'array' | 'map' }>;

const skippers = new WeakMap<Schema, Skip>();

function skipNested(schema: Nested): Skip {
  const known = skippers.get(schema);
  if (known !== undefined) return known;
  let run: Skip | undefined;
  // Made when data comes: it nests less deep than types refer to each other.
  const nested: Skip = (from) => {
    run ??= skipParts(schema);
    run(from);
  };
  skippers.set(schema, nested);
  return nested;
}

function skipParts(schema: Nested): Skip {
  switch (schema.kind) {
    case 'record': {
      if (minimumBytes(schema) === 0) {
        const values = emptyValues(schema);
        return (from) => from.emptyValues(values);
      }
      const fields = schema.fields.map((field) => skipper(field.type));
      return (from) => {
        // Levels are counted as generated code counts them: by records, which all recursion goes through.
        from.enter();
        for (const field of fields) field(from);
        from.leave();
      };
    }
    case 'union': {
      const branches = schema.branches.map(skipper);
      return (from) => branches[from.index(branches.length)]?.(from);
    }
    default: {
      const isMap = schema.kind === 'map';
      const value = skipper(isMap ? schema.values : schema.items);
      const least = leastBytes(schema);
      return (from) => {
        for (let count = from.block(least); count > 0; count = from.block(least)) {
          for (; count > 0; count--) {
            if (isMap) from.skipBytes();
            value(from);
          }
        }
      };
    }
  }
}
