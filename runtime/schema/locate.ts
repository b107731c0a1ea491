import { offset } from '../wire/input.js';
import { readMessage } from '../wire/message.js';
import * as read from '../wire/read.js';
import type { PrimitiveKind, Schema } from './schema.js';

/**
 * The field path, such as `lines[3].price`, of the value that stands at a byte offset of a message.
 * A second, slow pass over a message that failed: decoding itself keeps no path.
 */
export function locate(schema: Schema, bytes: Uint8Array, offset: number): string {
  return walk(schema, bytes, { isPast: (at) => at > offset });
}

interface Stops {
  /** Whether what was read up to here has what was looked for. */
  isPast?(offset: number): boolean;
  /** Whether this value, which comes next, is what was looked for. */
  isAt?(schema: Schema, path: string): boolean;
}

const ARRIVED = Symbol('arrived');

const PASS: { readonly [Kind in PrimitiveKind]: () => unknown } = {
  null: () => {},
  boolean: read.boolean,
  int: read.int,
  long: read.skipLong,
  float: () => read.skip(4),
  double: () => read.skip(8),
  bytes: read.skipBytes,
  string: read.skipBytes,
};

/**
 * Goes through a message until it stops. In every bundle of a codec: by functions, whose names bundlers shorten.
 * @returns the path of the value that it stopped at
 */
export function walk(schema: Schema, bytes: Uint8Array, stops: Stops): string {
  let path = '';
  const known = new Map<Schema, boolean>();

  const value = (type: Schema, at: string): void => {
    path = at;
    if (stops.isAt?.(type, at)) throw ARRIVED;
    switch (type.kind) {
      case 'record':
        read.enter();
        // As when it was read: nothing else ends a walk through what takes no bytes.
        if (isEmpty(type, known)) read.emptyValues(Math.max(0, type.fields.length - 1));
        for (const field of type.fields) value(field.type, at ? `${at}.${field.name}` : field.name);
        path = at;
        return read.leave();
      case 'array':
        return items(at, isEmpty(type.items, known), (i) => value(type.items, `${at}[${i}]`));
      case 'map':
        return items(at, false, () => {
          const key = read.string();
          value(type.values, `${at}[${JSON.stringify(key)}]`);
        });
      case 'union': {
        const branch = type.branches[read.index(type.branches.length)];
        if (branch !== undefined) value(branch, at);
        return;
      }
      case 'enum':
        read.index(type.symbols.length);
        break;
      case 'fixed':
        read.skip(type.size);
        break;
      default:
        PASS[type.kind]();
    }
    stopPast();
  };

  const stopPast = (): void => {
    if (stops.isPast?.(offset())) throw ARRIVED;
  };

  const items = (at: string, areEmpty: boolean, item: (index: number) => void): void => {
    let index = 0;
    const block = (): number => {
      // That a count was too large for what its items take was found when they were read: it stands there.
      const count = read.block(areEmpty ? 0 : 1);
      stopPast();
      return count;
    };
    for (let count = block(); count > 0; count = block()) {
      for (; count > 0; count--) item(index++);
      path = at;
    }
  };

  try {
    readMessage(bytes, () => value(schema, ''));
  } catch {
    // It has arrived; or fails where the decode did, or where the stack ends: the path tells how far it came.
  }
  return path;
}

/** Whether values of a type take no bytes. @param known of records; one that contains itself takes some while it is asked about */
function isEmpty(type: Schema, known: Map<Schema, boolean>): boolean {
  if (type.kind === 'fixed') return type.size === 0;
  if (type.kind !== 'record') return type.kind === 'null';
  const found = known.get(type);
  if (found !== undefined) return found;
  known.set(type, false);
  const all = type.fields.every((field) => isEmpty(field.type, known));
  known.set(type, all);
  return all;
}
