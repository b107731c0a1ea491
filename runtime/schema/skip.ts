import {
  block,
  boolean,
  emptyValues as countEmpty,
  enter,
  index,
  int,
  leave,
  skip,
  skipBytes,
  skipLong,
} from '../wire/read.js';
import { emptyValues } from './empty-values.js';
import type { Schema } from './schema.js';
import { leastBytes, minimumBytes } from './size.js';

/** Passes over a value, checking it as reading it would. */
export type Skip = () => void;

/** What passes over values of a schema; each named type's is made once, when a value first comes. */
export function skipper(schema: Schema): Skip {
  switch (schema.kind) {
    case 'null':
      return () => {};
    case 'boolean':
      return () => void boolean();
    case 'int':
      return () => void int();
    case 'long':
      return skipLong;
    case 'float':
      return () => skip(4);
    case 'double':
      return () => skip(8);
    case 'bytes':
    case 'string':
      return skipBytes;
    case 'fixed':
      return () => skip(schema.size);
    case 'enum':
      return () => void index(schema.symbols.length);
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
  const nested: Skip = () => {
    run ??= skipParts(schema);
    run();
  };
  skippers.set(schema, nested);
  return nested;
}

function skipParts(schema: Nested): Skip {
  switch (schema.kind) {
    case 'record': {
      if (minimumBytes(schema) === 0) {
        const values = emptyValues(schema);
        return () => countEmpty(values);
      }
      const fields = schema.fields.map((field) => skipper(field.type));
      return () => {
        // Levels are counted as generated code counts them: by records, which all recursion goes through.
        enter();
        for (const field of fields) field();
        leave();
      };
    }
    case 'union': {
      const branches = schema.branches.map(skipper);
      return () => branches[index(branches.length)]?.();
    }
    default: {
      const isMap = schema.kind === 'map';
      const value = skipper(isMap ? schema.values : schema.items);
      const least = leastBytes(schema);
      return () => {
        for (let count = block(least); count > 0; count = block(least)) {
          for (; count > 0; count--) {
            if (isMap) skipBytes();
            value();
          }
        }
      };
    }
  }
}
