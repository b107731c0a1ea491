import { offset as readSoFar } from '../wire/input.js';
import { readMessage } from '../wire/message.js';
import * as read from '../wire/read.js';
import type { Schema } from './schema.js';
import { leastBytes, minimumBytes } from './size.js';
import { skipper } from './skip.js';

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

/** A walk through a message that knows the path of each value. */
export class Walk {
  path = '';
  private readonly bytes: Uint8Array;
  private readonly offset: number;

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
        if (minimumBytes(schema) === 0) read.emptyValues(Math.max(0, schema.fields.length - 1));
        for (const field of schema.fields) {
          this.value(field.type, path === '' ? field.name : `${path}.${field.name}`);
        }
        this.path = path;
        return read.leave();
      case 'array':
        return this.items(schema, path, (i) => this.value(schema.items, `${path}[${i}]`));
      case 'map':
        return this.items(schema, path, () => {
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
      case 'bytes':
        read.skipBytes();
        break;
      default:
        skipper(schema)();
    }
    // The value that was just read is the one that stood at the offset.
    if (readSoFar() > this.offset) throw ARRIVED;
  }

  private items(schema: Schema, path: string, item: (index: number) => void): void {
    const least = leastBytes(schema);
    let index = 0;
    for (let count = read.block(least); count > 0; count = read.block(least)) {
      for (; count > 0; count--) item(index++);
      this.path = path;
    }
  }
}
