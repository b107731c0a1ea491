import type { Reader } from '../wire/reader.js';
import type { Schema } from './schema.js';

/** Passes over a value, checking it as reading it would. */
export function skipper(schema: Schema): (from: Reader) => void {
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

const skippers = new WeakMap<Schema, (from: Reader) => void>();

function skipNested(schema: Schema): (from: Reader) => void {
  const known = skippers.get(schema);
  if (known !== undefined) return known;
  let run: ((from: Reader) => void) | undefined;
  // Levels are counted as generated code counts them: by records, which all recursion goes through.
  const levels = schema.kind === 'record';
  const nested = (from: Reader): void => {
    if (levels) from.enter();
    run?.(from);
    if (levels) from.leave();
  };
  skippers.set(schema, nested);
  if (schema.kind === 'record') {
    const fields = schema.fields.map((field) => skipper(field.type));
    run = (from) => {
      for (const field of fields) field(from);
    };
  } else if (schema.kind === 'union') {
    const branches = schema.branches.map(skipper);
    run = (from) => branches[from.index(branches.length)]?.(from);
  } else if (schema.kind === 'array' || schema.kind === 'map') {
    const value = skipper(schema.kind === 'array' ? schema.items : schema.values);
    const least = leastBytes(schema);
    run = (from) => {
      for (let count = from.block(least); count > 0; count = from.block(least)) {
        for (; count > 0; count--) {
          if (schema.kind === 'map') from.skipBytes();
          value(from);
        }
      }
    };
  }
  return nested;
}

/** Least bytes that one item of an array or map takes: what a block count is checked against. */
export function leastBytes(container: Schema): number {
  if (container.kind === 'map') return 1 + minimumBytes(container.values);
  return container.kind === 'array' ? minimumBytes(container.items) : 0;
}

/** Least bytes that a value takes. A type that contains itself counts as none within itself. */
export function minimumBytes(schema: Schema, within: ReadonlySet<Schema> = new Set()): number {
  switch (schema.kind) {
    case 'null':
      return 0;
    case 'float':
      return 4;
    case 'double':
      return 8;
    case 'fixed':
      return schema.size;
    case 'record': {
      if (within.has(schema)) return 0;
      const inner = new Set(within).add(schema);
      return schema.fields.reduce((sum, field) => sum + minimumBytes(field.type, inner), 0);
    }
    default:
      return 1;
  }
}
