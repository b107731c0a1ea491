/**
 * Random messages of a schema that its types accept: what a logical type stands for is in its range.
 * Draws from a generator of its own: fast-check takes a hundred times as long.
 */
import type { PrimitiveSchema, Schema } from '../../../codegen/model/schema.js';
import { message } from '../../../runtime/wire/output.js';
import * as write from '../../../runtime/wire/write.js';

/** A whole number of 0 or more, below `end`. */
export type Below = (end: number) => number;

/** Levels after which lists are empty and unions take what ends soonest. */
const MAX_LEVEL = 5;
const TEXTS = ['', 'a', 'é', '😀', '__proto__', 'constructor', '1', '10', 'x'.repeat(40)];
/** Digits that surely fit so many bytes: log10(2^7), and 2^8 for each byte more. */
const DIGITS_PER_BYTE = 2.4;

export class RandomMessages {
  private readonly below: Below;

  constructor(below: Below) {
    this.below = below;
  }

  /** One message, in one block per list as our writers lay it out. */
  draw(schema: Schema): Uint8Array {
    return Uint8Array.from(message(() => this.value(schema, 0)));
  }

  private value(schema: Schema, level: number): void {
    switch (schema.kind) {
      case 'null':
        return;
      case 'boolean':
        return write.boolean(this.below(2) === 1);
      case 'int':
        return write.int(
          schema.logical === undefined ? this.int() : this.below(86_400_000) % 40_000,
        );
      case 'long':
        return this.long(schema.logical !== undefined);
      case 'float':
        return write.float(this.number());
      case 'double':
        return write.double(this.number());
      case 'string':
        return write.string(schema.logical?.name === 'uuid' ? this.uuid() : this.text());
      case 'bytes':
        return write.bytes(this.bytes(schema));
      case 'fixed':
        return write.fixed(this.fixed(schema), schema.size);
      case 'enum':
        return write.index(this.below(schema.symbols.length));
      case 'union':
        return this.union(schema.branches, level);
      case 'record':
        for (const { type } of schema.fields) this.value(type, level + 1);
        return;
      default:
        return this.list(schema, level);
    }
  }

  private union(branches: readonly Schema[], level: number): void {
    let index = this.below(branches.length);
    // A union is where recursion can end.
    const ends = branches.findIndex(({ kind }) => kind !== 'record');
    if (level >= MAX_LEVEL && ends >= 0) index = ends;
    const branch = branches[index];
    write.index(index);
    if (branch !== undefined) this.value(branch, level + 1);
  }

  private list(schema: Extract<Schema, { kind: 'array' | 'map' }>, level: number): void {
    const count = level >= MAX_LEVEL ? 0 : this.below(4);
    if (count > 0) write.longNumber(count);
    for (let i = 0; i < count; i++) {
      // Keys of a map are told apart by their place.
      if (schema.kind === 'map') write.string(`${this.text()}${i}`);
      this.value(schema.kind === 'map' ? schema.values : schema.items, level + 1);
    }
    write.end();
  }

  private int(): number {
    const wide = this.below(2 ** 32) | 0;
    return this.below(2) === 0 ? wide : wide >> (8 * this.below(4));
  }

  private long(isLogical: boolean): void {
    // Any moment of these is one in milliseconds, microseconds and nanoseconds.
    if (isLogical) return write.longNumber(this.below(2 ** 32) * 1_000 + this.below(1_000));
    if (this.below(2) === 0) return write.longNumber(this.int());
    write.long((BigInt(this.int()) << 32n) | BigInt(this.below(2 ** 32)));
  }

  private number(): number {
    const special = [0, -0, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0.1];
    return this.below(4) === 0 ? (special[this.below(special.length)] ?? 0) : this.int() / 256;
  }

  private text(): string {
    return TEXTS[this.below(TEXTS.length)] ?? '';
  }

  private random(length: number): Uint8Array {
    return Uint8Array.from({ length }, () => this.below(256));
  }

  private uuid(): string {
    const hex = Buffer.from(this.random(16)).toString('hex');
    return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
  }

  private bytes({ logical }: PrimitiveSchema): Uint8Array {
    if (logical?.name === 'decimal') return this.decimal(logical.precision ?? 1);
    if (logical?.name !== 'big-decimal') return this.random(this.below(20));
    // Unscaled bytes with their length, then the scale.
    const unscaled = this.random(1 + this.below(8));
    return Buffer.concat(
      [[unscaled.length * 2], unscaled, [this.below(20) * 2]].map((b) => Uint8Array.from(b)),
    );
  }

  /** As few bytes as the number needs, which has no more digits than it may. */
  private decimal(precision: number): Uint8Array {
    const size = Math.floor(precision / DIGITS_PER_BYTE);
    const bytes = size < 1 ? Uint8Array.of(this.below(10)) : this.random(1 + this.below(size));
    return minimal(bytes);
  }

  private fixed({ size, logical }: Extract<Schema, { kind: 'fixed' }>): Uint8Array {
    if (logical?.name !== 'decimal') return this.random(size);
    const digits = this.decimal(logical.precision ?? 1).subarray(-size);
    const sign = (digits[0] ?? 0) > 0x7f ? 0xff : 0;
    return Uint8Array.from([...new Uint8Array(size - digits.length).fill(sign), ...digits]);
  }
}

/** Two's complement without bytes that only repeat the sign. */
function minimal(bytes: Uint8Array): Uint8Array {
  let at = 0;
  while (at < bytes.length - 1) {
    const [first = 0, second = 0] = bytes.subarray(at);
    const repeats = first === (second > 0x7f ? 0xff : 0);
    if (!repeats) break;
    at++;
  }
  return bytes.subarray(at);
}
