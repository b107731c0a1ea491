import { AvroError } from '../errors.js';
import { Reader } from '../wire/reader.js';
import type { Schema } from './schema.js';
import { minimumBytes } from './skip.js';

/**
 * The field path, such as `lines[3].price`, of the value that stands at a byte offset of a message.
 * A second, slow pass over a message that failed: decoding itself keeps no path.
 */
export function locate(schema: Schema, bytes: Uint8Array, offset: number): string {
  const walk = new Walk(bytes, offset);
  walk.run(schema);
  return walk.path;
}

/** The byte offset at which the value of a path starts, as {@link locate} gives paths. */
export function offsetOf(schema: Schema, bytes: Uint8Array, path: string): number | undefined {
  const walk = new Walk(bytes, Number.POSITIVE_INFINITY, path);
  walk.run(schema);
  return walk.found;
}

const ARRIVED = Symbol('arrived');

class Walk {
  path = '';
  found: number | undefined;
  private readonly reader: Reader;
  private readonly offset: number;
  private readonly wanted: string | undefined;

  /** Stops behind the value that stands at `offset`, or before the one whose path is wanted. */
  constructor(bytes: Uint8Array, offset: number, wanted?: string) {
    this.reader = new Reader(bytes);
    this.offset = offset;
    this.wanted = wanted;
  }

  run(schema: Schema): void {
    try {
      this.value(schema, '');
    } catch (error) {
      // The pass fails where the decode did, or stopped because it has arrived.
      if (!(error instanceof AvroError || error === ARRIVED)) throw error;
    }
  }

  private value(schema: Schema, path: string): void {
    const { reader } = this;
    this.path = path;
    // A union has its branch's path; the value stands behind the index.
    if (path === this.wanted && schema.kind !== 'union') {
      this.found = reader.offset;
      throw ARRIVED;
    }
    switch (schema.kind) {
      case 'record':
        reader.enter();
        for (const field of schema.fields) {
          this.value(field.type, path === '' ? field.name : `${path}.${field.name}`);
        }
        this.path = path;
        return reader.leave();
      case 'array':
        return this.items(schema, path, (i) => this.value(schema.items, `${path}[${i}]`));
      case 'map':
        return this.items(schema, path, () => {
          const key = reader.string();
          this.value(schema.values, `${path}[${JSON.stringify(key)}]`);
        });
      case 'union': {
        const branch = schema.branches[reader.index(schema.branches.length)];
        if (branch !== undefined) this.value(branch, path);
        return;
      }
      case 'enum':
        reader.index(schema.symbols.length);
        break;
      case 'fixed':
        reader.skip(schema.size);
        break;
      case 'bytes':
        reader.skipBytes();
        break;
      default:
        reader[schema.kind]();
    }
    // The value that was just read is the one that stood at the offset.
    if (reader.offset > this.offset) throw ARRIVED;
  }

  private items(schema: Schema, path: string, item: (index: number) => void): void {
    const { reader } = this;
    const values = schema.kind === 'array' ? schema.items : schema;
    const least = schema.kind === 'array' ? minimumBytes(values) : 1;
    let index = 0;
    for (let count = reader.block(least); count > 0; count = reader.block(least)) {
      for (; count > 0; count--) item(index++);
      this.path = path;
    }
  }
}
