/**
 * Avro's JSON encoding to plain Avro binary, for any schema: for tools and tests.
 * Source: Avro 1.12 specification, "JSON Encoding"; where it is silent, as Java's JsonEncoder does.
 */

import { AvroError, type ValueProblem } from '../errors.js';
import { nameOf } from '../schema/located-error.js';
import type {
  FixedSchema,
  PrimitiveSchema,
  RecordSchema,
  Schema,
  UnionSchema,
} from '../schema/schema.js';
import { BadValue, message } from '../wire/output.js';
import * as write from '../wire/write.js';
import { branchIndex } from './print.js';
import { isEntries, isItems, type JsonEntries, type JsonTree, parseJsonText } from './text.js';

/**
 * Encodes an Avro-JSON text as plain Avro binary. Record fields may stand in any order; all must be
 * there, and none besides. Floating types take numbers, `"NaN"`, `"Infinity"` and `"-Infinity"`.
 * Undoes {@link toAvroJson} byte for byte, save for the bits inside a NaN and for arrays and maps
 * that were split into blocks.
 * @throws AvroError `AVRO_JSON` for a text that is not JSON, `AVRO_VALUE` for one that does not fit
 * the schema, naming every bad field
 */
export function fromAvroJson(schema: Schema, json: string): Uint8Array {
  return new Encoder().encode(schema, parseJsonText(json));
}

/** Most bad fields that one error names. */
const MAX_PROBLEMS = 100;
const FULL = Symbol('enough problems');
const WORDS: ReadonlyMap<unknown, number> = new Map([
  ['NaN', Number.NaN],
  ['Infinity', Number.POSITIVE_INFINITY],
  ['-Infinity', Number.NEGATIVE_INFINITY],
]);

/** Writes what fits and notes what does not, so that one error names it all. */
class Encoder {
  private readonly problems: ValueProblem[] = [];
  private readonly path: (string | number)[] = [];

  encode(schema: Schema, json: JsonTree): Uint8Array {
    const bytes = message(() => {
      try {
        this.value(schema, json);
      } catch (error) {
        if (error !== FULL) throw error;
      }
    });
    if (this.problems.length > 0) throw this.failure(nameOf(schema));
    return bytes;
  }

  private failure(name: string): AvroError {
    const { problems } = this;
    const [first] = problems;
    const lines = problems.map(
      ({ path, expected, actual }) => `${path || 'value'}: expected ${expected}, got ${actual}`,
    );
    return new AvroError('AVRO_VALUE', `The JSON does not fit ${name}: ${lines.join('; ')}`, {
      schema: name,
      path: first?.path,
      expected: first?.expected,
      actual: first?.actual,
      problems,
    });
  }

  private value(schema: Schema, json: JsonTree): void {
    try {
      this.write(schema, json);
    } catch (error) {
      // The writer refuses what has the right kind: an int of 33 bits, a lone surrogate.
      if (!(error instanceof BadValue)) throw error;
      this.note(error.expected ?? schema.kind, json);
    }
  }

  private write(schema: Schema, json: JsonTree): void {
    switch (schema.kind) {
      case 'record':
        return this.record(schema, json);
      case 'array':
        if (!isItems(json)) return this.note('array', json);
        if (json.length > 0) write.longNumber(json.length);
        for (const [i, item] of json.entries()) this.at(i, () => this.value(schema.items, item));
        return write.end();
      case 'map':
        if (!isEntries(json)) return this.note('object (a map)', json);
        return this.map(schema.values, json);
      case 'union':
        return this.union(schema, json);
      case 'enum': {
        const index = typeof json === 'string' ? schema.symbols.indexOf(json) : -1;
        return index < 0 ? this.note(`symbol of ${schema.name}`, json) : write.index(index);
      }
      default:
        return this.scalar(schema, json);
    }
  }

  private scalar(schema: PrimitiveSchema | FixedSchema, json: JsonTree): void {
    switch (schema.kind) {
      case 'null':
        return json === null ? undefined : this.note('null', json);
      case 'boolean':
        return typeof json === 'boolean' ? write.boolean(json) : this.note('boolean', json);
      case 'int':
        if (typeof json === 'number') return write.int(json);
        return this.note('int (a whole number of 32 bits)', json);
      case 'long':
        if (typeof json === 'bigint') return write.long(json);
        if (typeof json === 'number' && Number.isSafeInteger(json)) return write.longNumber(json);
        return this.note('long (a whole number of 64 bits)', json);
      case 'float':
      case 'double':
        return this.floating(schema.kind, json);
      case 'string':
        return typeof json === 'string' ? write.string(json) : this.note('string', json);
      default:
        return this.bytes(schema.kind === 'fixed' ? schema.size : undefined, json);
    }
  }

  private floating(kind: 'float' | 'double', json: JsonTree): void {
    const word = WORDS.get(json);
    const isNumber = typeof json === 'number' || typeof json === 'bigint';
    if (word === undefined && !isNumber) return this.note(`${kind} (a number)`, json);
    const number = word ?? Number(json);
    if (kind === 'double') return write.double(number);
    if (word === undefined && !Number.isFinite(Math.fround(number))) {
      return this.note('float (a number that 32 bits can hold)', json);
    }
    write.float(number);
  }

  private bytes(fixedSize: number | undefined, json: JsonTree): void {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: bytes are any of U+0000 to U+00FF.
    if (typeof json !== 'string' || /[^\u0000-\u00ff]/.test(json)) {
      return this.note('text of U+0000 to U+00FF (bytes)', json);
    }
    const bytes = Buffer.from(json, 'latin1');
    if (fixedSize === undefined) return write.bytes(bytes);
    write.fixed(bytes, fixedSize);
  }

  private map(values: Schema, json: JsonEntries): void {
    const { entries } = json;
    if (entries.length > 0) write.longNumber(entries.length);
    for (const [key, value] of entries) {
      this.at(key, () => {
        this.value({ kind: 'string' }, key);
        this.value(values, value);
      });
    }
    write.end();
  }

  private union(schema: UnionSchema, json: JsonTree): void {
    const index =
      json === null
        ? schema.branches.findIndex((branch) => branch.kind === 'null')
        : branchIndex(schema, this.labelOf(json));
    const branch = schema.branches[index];
    if (branch === undefined) {
      const names = schema.branches.map((known) =>
        known.kind === 'null' ? 'null' : `{"${nameOf(known)}": …}`,
      );
      return this.note(names.join(' or ') || 'nothing: the union is empty', json);
    }
    write.index(index);
    if (isEntries(json)) for (const [, value] of json.entries) this.value(branch, value);
  }

  private labelOf(json: JsonTree): string {
    const [entry, second] = isEntries(json) ? json.entries : [];
    return entry === undefined || second !== undefined ? '' : entry[0];
  }

  private record(schema: RecordSchema, json: JsonTree): void {
    if (!isEntries(json)) return this.note(`object (${schema.name})`, json);
    write.enter();
    const values = new Map(json.entries);
    const known = new Set(schema.fields.map((field) => field.name));
    for (const field of schema.fields) {
      const value = values.get(field.name);
      this.at(field.name, () =>
        value === undefined
          ? this.say('a value (Avro-JSON has all fields)', 'none')
          : this.value(field.type, value),
      );
    }
    for (const [key, value] of json.entries) {
      if (!known.has(key)) this.at(key, () => this.note(`no such field in ${schema.name}`, value));
    }
    if (values.size < json.entries.length) this.say('each field once', 'a field twice');
    write.leave();
  }

  private at(step: string | number, run: () => void): void {
    this.path.push(step);
    run();
    this.path.pop();
  }

  /** Notes what was expected and the kind of what was found; never the value, which is payload. */
  private note(expected: string, json: JsonTree): void {
    this.say(expected, kindOf(json));
  }

  private say(expected: string, actual: string): void {
    this.problems.push({ path: this.path.reduce<string>(pathOf, ''), expected, actual });
    if (this.problems.length >= MAX_PROBLEMS) throw FULL;
  }
}

function pathOf(path: string, step: string | number): string {
  if (typeof step === 'number') return `${path}[${step}]`;
  if (!/^[\p{L}_][\p{L}\p{Nd}_]*$/u.test(step)) return `${path}[${JSON.stringify(step)}]`;
  return path === '' ? step : `${path}.${step}`;
}

function kindOf(json: JsonTree): string {
  if (json === null) return 'null';
  if (isItems(json)) return 'array';
  return typeof json === 'bigint' ? 'number' : typeof json;
}
