import { offset as readSoFar } from '../wire/input.js';
import { readMessage } from '../wire/message.js';
import * as read from '../wire/read.js';
import type { PrimitiveKind, Schema } from './schema.js';

/**
 * The field path, such as `lines[3].price`, of the value that stands at a byte offset of a message.
 * A second, slow pass over a message that failed: decoding itself keeps no path.
 */
export function locate(schema: Schema, bytes: Uint8Array, offset: number): string {
  const walk = new Walk(bytes, offset);
  walk.run(schema);
  return walk.path;
}

export const ARRIVED: unique symbol = Symbol('arrived');

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

/** A walk through a message that knows the path of each value. In every bundle of a codec: kept small. */
export class Walk {
  path = '';
  private readonly bytes: Uint8Array;
  private readonly offset: number;
  /** Types whose values take no bytes. A type that contains itself is none while it is asked about. */
  private readonly empty = new Map<Schema, boolean>();

  /** Stops behind the value that stands at `offset`. */
  constructor(bytes: Uint8Array, offset: number) {
    this.bytes = bytes;
    this.offset = offset;
  }

  run(schema: Schema): void {
    try {
      readMessage(this.bytes, () => this.value(schema, ''));
    } catch {
      // It has arrived; or fails where the decode did, or where the stack ends: the path tells how far it came.
    }
  }

  protected value(schema: Schema, path: string): void {
    this.path = path;
    switch (schema.kind) {
      case 'record':
        read.enter();
        // As when it was read: nothing else ends a walk through what takes no bytes.
        if (this.isEmpty(schema)) read.emptyValues(Math.max(0, schema.fields.length - 1));
        for (const field of schema.fields) {
          this.value(field.type, path === '' ? field.name : `${path}.${field.name}`);
        }
        this.path = path;
        return read.leave();
      case 'array':
        return this.items(schema.items, path, (i) => this.value(schema.items, `${path}[${i}]`));
      case 'map':
        return this.items('a key', path, () => {
          const key = read.string();
          this.value(schema.values, `${path}[${JSON.stringify(key)}]`);
        });
      case 'union': {
        const branch = schema.branches[read.index(schema.branches.length)];
        if (branch !== undefined) this.value(branch, path);
        return;
      }
      case 'enum':
        read.index(schema.symbols.length);
        break;
      case 'fixed':
        read.skip(schema.size);
        break;
      default:
        PASS[schema.kind]();
    }
    this.stopBehind();
  }

  /** What was just read is what stood at the offset. */
  private stopBehind(): void {
    if (readSoFar() > this.offset) throw ARRIVED;
  }

  private items(of: Schema | 'a key', path: string, item: (index: number) => void): void {
    // Of what takes bytes the count is no more than those; that its items need more was found when it was read.
    const least = of !== 'a key' && this.isEmpty(of) ? 0 : 1;
    let index = 0;
    for (let count = this.block(least); count > 0; count = this.block(least)) {
      for (; count > 0; count--) item(index++);
      this.path = path;
    }
  }

  private block(least: number): number {
    const count = read.block(least);
    this.stopBehind();
    return count;
  }

  private isEmpty(schema: Schema): boolean {
    if (schema.kind === 'fixed') return schema.size === 0;
    if (schema.kind !== 'record') return schema.kind === 'null';
    const known = this.empty.get(schema);
    if (known !== undefined) return known;
    this.empty.set(schema, false);
    const isEmpty = schema.fields.every(({ type }) => this.isEmpty(type));
    this.empty.set(schema, isEmpty);
    return isEmpty;
  }
}
