/**
 * Plain Avro binary to Avro's JSON encoding, for any schema: for tools, logs and tests.
 * Source: Avro 1.12 specification, "JSON Encoding"; where it is silent, as Java's JsonEncoder does.
 */
import { MAX_JSON_TEXT } from '../limits.js';
import { emptyValues } from '../schema/empty-values.js';
import { located, nameOf } from '../schema/located-error.js';
import type { RecordSchema, Schema, UnionSchema } from '../schema/schema.js';
import { leastBytes, minimumBytes } from '../schema/size.js';
import { finish } from '../wire/input.js';
import { readMessage } from '../wire/message.js';
import * as read from '../wire/read.js';

/**
 * Prints one message of plain Avro binary as Avro-JSON. Longs are exact whole numbers, `bytes` and
 * `fixed` are text of U+0000 to U+00FF, a union's value stands as `{"full.name": value}`, and NaN
 * and the infinities are the strings `"NaN"`, `"Infinity"` and `"-Infinity"`. Logical types are
 * printed as what they are based on.
 * @param schema what the message was written with; `readSchema(codec.schema)` for a codec's
 * @throws AvroError with code, field path and byte offset
 */
export function toAvroJson(schema: Schema, bytes: Uint8Array): string {
  const printer = new Printer();
  try {
    readMessage(bytes, () => {
      printer.value(schema);
      finish();
    });
  } catch (error) {
    throw located(error, { schema, bytes });
  }
  return printer.text;
}

/** The branch that a union's JSON names by its full name, or by its kind where it has no name. */
export function branchIndex(union: UnionSchema, name: string): number {
  return union.branches.findIndex((branch) => branch.kind !== 'null' && nameOf(branch) === name);
}

/** Pieces that are kept apart. */
const PIECES = 4_096;

class Printer {
  /** Texts of many pieces, and the pieces since: a text that grows by pieces takes ten times the room. */
  private readonly texts: string[] = [];
  private pieces: string[] = [];
  private length = 0;
  /** Whether a record without bytes is being printed. */
  private isEmpty = false;

  get text(): string {
    return this.texts.join('') + this.pieces.join('');
  }

  value(schema: Schema): void {
    switch (schema.kind) {
      case 'record':
        return this.record(schema);
      case 'array':
        return this.list('[]', leastBytes(schema), () => this.value(schema.items));
      case 'map':
        return this.list('{}', leastBytes(schema), () => {
          this.put(`${JSON.stringify(read.string())}:`);
          this.value(schema.values);
        });
      case 'union':
        return this.union(schema);
      case 'enum':
        return this.put(JSON.stringify(read.symbol(schema.symbols)));
      case 'fixed':
        return this.put(latin1(read.fixed(schema.size)));
      case 'bytes':
        return this.put(latin1(read.bytes()));
      case 'string':
        return this.put(JSON.stringify(read.string()));
      case 'float':
        return this.put(floating(read.float()));
      case 'double':
        return this.put(floating(read.double()));
      default:
        return this.put(`${plain(schema.kind)}`);
    }
  }

  private record(schema: RecordSchema): void {
    // A recursive type leads through a record each time round.
    read.enter();
    // What takes no bytes is counted at its outermost record, with all that it holds.
    const counts = !this.isEmpty && minimumBytes(schema) === 0;
    if (counts) read.emptyValues(emptyValues(schema));
    this.isEmpty ||= counts;
    let before = '{';
    for (const field of schema.fields) {
      this.put(`${before}${JSON.stringify(field.name)}:`);
      this.value(field.type);
      before = ',';
    }
    this.put(before === '{' ? '{}' : '}');
    if (counts) this.isEmpty = false;
    read.leave();
  }

  private list(brackets: '[]' | '{}', least: number, item: () => void): void {
    let before = brackets.slice(0, 1);
    this.put(before);
    for (let count = read.block(least); count > 0; count = read.block(least)) {
      for (; count > 0; count--) {
        if (before === ',') this.put(before);
        item();
        before = ',';
      }
    }
    this.put(brackets.slice(1));
  }

  private union(schema: UnionSchema): void {
    const index = read.index(schema.branches.length);
    const branch = schema.branches[index];
    if (branch === undefined || branch.kind === 'null') return this.put('null');
    const name = nameOf(branch);
    if (branchIndex(schema, name) !== index) {
      read.fail('AVRO_SCHEMA', `one branch called ${name}, or JSON cannot tell which`);
    }
    this.put(`{${JSON.stringify(name)}:`);
    this.value(branch);
    this.put('}');
  }

  private put(text: string): void {
    this.length += text.length;
    this.pieces.push(text);
    if (this.pieces.length >= PIECES) {
      this.texts.push(this.pieces.join(''));
      this.pieces = [];
    }
    // A few bytes can stand for much text: records with many fields that take none.
    if (this.length > MAX_JSON_TEXT) {
      read.fail('AVRO_LIMIT', `at most ${MAX_JSON_TEXT} characters of JSON`);
    }
  }
}

function plain(kind: 'null' | 'boolean' | 'int' | 'long'): null | boolean | number | bigint {
  switch (kind) {
    case 'null':
      return null;
    case 'boolean':
      return read.boolean();
    case 'int':
      return read.int();
    case 'long':
      return read.long();
  }
}

function latin1(bytes: Uint8Array): string {
  return JSON.stringify(
    Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1'),
  );
}

/** Whole numbers keep a fraction, so that a reader of the JSON sees a floating type. */
function floating(value: number): string {
  if (!Number.isFinite(value)) return `"${value}"`;
  const text = Object.is(value, -0) ? '-0' : `${value}`;
  return /[.e]/.test(text) ? text : `${text}.0`;
}
