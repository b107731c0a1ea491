/**
 * The resolving decoder: reads data of a writer schema that the generator did not know, for
 * instance of a newer producer. It rewrites the bytes from the writer's layout to the reader's and
 * lets the reader's own codec decode those, so values come out exactly as generated code gives them.
 */
import type { Codec, Decoder } from './codec.js';
import { defaultBytes } from './default.js';
import { AvroError } from './errors.js';
import { locate } from './locate.js';
import { type Plan, plan, type RecordPlan } from './plan.js';
import { longToFloat } from './promotions.js';
import { Reader } from './reader.js';
import { readSchema, type Schema } from './schema.js';
import { Writer } from './writer.js';

/** A writer's schema: its JSON text, with the texts it refers to (dependencies first). */
export interface WriterSchema {
  readonly schema: string;
  readonly references?: readonly string[];
}

/**
 * A decoder for data of `writer` into the codec's own type, compiled once: keep it.
 * No code is generated; limits are the reader's.
 * @throws AvroError `AVRO_SCHEMA` when the writer's schema cannot be used. The decoder throws
 * `AVRO_UNRESOLVED` for a datum that has no place in the reader's schema.
 */
export function resolvingDecoder<Read>(
  writer: string | WriterSchema,
  codec: Pick<Codec<Read, never>, 'name' | 'schema' | 'decode'>,
): Decoder<Read> {
  const source = typeof writer === 'string' ? { schema: writer } : writer;
  const schema = readSchema(source.schema, source.references);
  const rewrite = transcoder(schema, readSchema(codec.schema));
  return (bytes) => {
    try {
      return codec.decode(rewrite(bytes));
    } catch (error) {
      throw error instanceof AvroError
        ? withPath(error, { schema, name: codec.name, bytes })
        : error;
    }
  };
}

function withPath(
  error: AvroError,
  at: { schema: Schema; name: string; bytes: Uint8Array },
): AvroError {
  // An error of the codec knows its path; one of the rewriting is found in the writer's bytes.
  if (error.schema !== undefined || error.offset === undefined) return error;
  const path = locate(at.schema, at.bytes, error.offset);
  const where = path === '' ? '' : ` at ${path}`;
  return new AvroError(error.code, `${at.name}${where}: ${error.message} (byte ${error.offset})`, {
    schema: at.name,
    path,
    offset: error.offset,
    expected: error.expected,
    cause: error,
  });
}

/**
 * Rewrites data from the writer's layout to the reader's, or throws {@link AvroError} where the
 * reader has no place for it. The gate runs it too: what it answers is what decoding does.
 */
export function transcoder(writer: Schema, reader: Schema): (bytes: Uint8Array) => Uint8Array {
  const run = new Compiler().compile(plan(writer, reader));
  return (bytes) => {
    const from = new Reader(bytes);
    const to = new Writer();
    run(from, to);
    from.finish();
    return to.finish();
  };
}

type Run = (from: Reader, to: Writer) => void;

/** Turns plans into closures, each plan once: recursive types lead back to a closure that is made. */
class Compiler {
  private readonly made = new Map<Plan, Run>();

  compile(step: Plan): Run {
    const known = this.made.get(step);
    if (known !== undefined) return known;
    let run: Run | undefined;
    // Filled below; a recursive type calls it only when data comes.
    this.made.set(step, (from, to) => run?.(from, to));
    run = this.make(step);
    this.made.set(step, run);
    return run;
  }

  private make(step: Plan): Run {
    switch (step.kind) {
      case 'same':
        return copy({ kind: step.type });
      case 'fixed':
        return copy(step.reader);
      case 'promote':
        return promote(step.from, step.to);
      case 'enum':
        return (from, to) => {
          const index = step.symbols[from.index(step.symbols.length)] ?? -1;
          if (index < 0) from.fail('AVRO_UNRESOLVED', `a symbol that ${step.reader.name} knows`);
          to.index(index);
        };
      case 'array':
        return items(this.compile(step.items), leastBytes(step.writer));
      case 'map': {
        const value = this.compile(step.values);
        const key = copy({ kind: 'string' });
        return items((from, to) => {
          key(from, to);
          value(from, to);
        }, leastBytes(step.writer));
      }
      case 'record':
        return this.record(step);
      case 'choose': {
        const branches = step.branches.map((branch) => this.compile(branch));
        return (from, to) => branches[from.index(branches.length)]?.(from, to);
      }
      case 'wrap': {
        const branch = this.compile(step.plan);
        return (from, to) => {
          to.index(step.index);
          branch(from, to);
        };
      }
      case 'refuse':
        return (from) =>
          from.fail('AVRO_UNRESOLVED', `data that the reader can take: ${step.reason}`);
    }
  }

  private record(step: RecordPlan): Run {
    const parts = step.steps.map((s) =>
      s.into === undefined
        ? { skip: skipper(s.field.type) }
        : { into: s.into, run: this.compile(s.plan) },
    );
    const defaults = step.defaults.map((into) => {
      const field = step.reader.fields[into];
      return { into, bytes: (field && defaultBytes(field)) ?? new Uint8Array() };
    });
    return (from, to) => {
      from.enter();
      const written: Segment[] = [];
      for (const part of parts) {
        if (part.skip !== undefined) part.skip(from);
        else {
          const start = to.length;
          part.run(from, to);
          written.push({ into: part.into, start, end: to.length });
        }
      }
      for (const { into, bytes } of defaults) {
        const start = to.length;
        to.raw(bytes);
        written.push({ into, start, end: to.length });
      }
      to.reorder(written.sort((a, b) => a.into - b.into));
      from.leave();
    };
  }
}

/** Where the bytes of a reader's field stand, before the fields are put in the reader's order. */
interface Segment {
  readonly into: number;
  readonly start: number;
  readonly end: number;
}

function promote(fromKind: string, toKind: string): Run {
  const read = (from: Reader) =>
    fromKind === 'int' ? from.int() : fromKind === 'float' ? from.float() : undefined;
  if (fromKind === 'string' || fromKind === 'bytes') return copy({ kind: 'bytes' });
  if (fromKind === 'long' && toKind === 'float')
    return (from, to) => to.float(longToFloat(from.long()));
  if (fromKind === 'long') return (from, to) => to.double(Number(from.long()));
  if (toKind === 'long') return (from, to) => to.longNumber(from.int());
  if (toKind === 'float') return (from, to) => to.float(read(from) ?? 0);
  return (from, to) => to.double(read(from) ?? 0);
}

function items(item: Run, itemBytes: number): Run {
  return (from, to) => {
    for (let count = from.block(itemBytes); count > 0; count = from.block(itemBytes)) {
      to.longNumber(count);
      for (; count > 0; count--) item(from, to);
    }
    to.end();
  };
}

function copy(schema: Schema): Run {
  const skip = skipper(schema);
  return (from, to) => {
    const start = from.offset;
    skip(from);
    to.raw(from.since(start));
  };
}

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
function leastBytes(container: Schema): number {
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
