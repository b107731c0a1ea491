/** The codecs that are compared, each with the same data in its own form. */
import { isDeepStrictEqual } from 'node:util';
import avroJs from 'avro-js';
import avsc from 'avsc';
import { Packr } from 'msgpackr';
import type { Codec } from '../../runtime/index.js';
import { conversions } from './conversions.js';
import type { HandWritten } from './hand-written/load.js';
import { protobufEsSide, protobufJsSide } from './protobuf.js';

/** One codec with prepared values. */
export interface Side {
  readonly name: string;
  encode?(index: number): Uint8Array;
  /** With a Confluent frame; only where the format is Avro. */
  encodeFramed?(index: number): Uint8Array;
  decode(index: number): unknown;
  /** Decodes {@link BATCH} messages. */
  decodeBatch(index: number): unknown;
  readonly bytes: number;
}

/** Messages in a batch. */
export const BATCH = 100;
/** Different values that are measured in turn. */
export const VALUES = 200;
const SCHEMA_ID = 70_001;

export interface Subject {
  readonly codec: Codec<unknown, unknown>;
  readonly schema: unknown;
  readonly values: readonly unknown[];
  readonly byHand: HandWritten;
}

export function sidesOf(subject: Subject): Side[] {
  const messages = subject.values.map((value) => Buffer.from(subject.codec.encode(value)));
  return [
    tavroSide(subject, messages),
    ...handWrittenSides(subject, messages),
    avscSide(subject, messages),
    avroJsSide(subject, messages),
    protobufEsSide(subject, plainValues(subject, messages)),
    protobufJsSide(subject, plainValues(subject, messages)),
    msgpackSide(plainValues(subject, messages)),
    jsonSide(plainValues(subject, messages)),
  ];
}

function tavroSide({ codec }: Subject, messages: readonly Buffer[]): Side {
  // As on the other sides: objects made by the codec's own decoder. Their strings are copied,
  // since a producer's are its own, not parts of a message. Made when first asked for: V8 takes
  // note of object literals that live long and would allocate the others as if they did.
  let made: unknown[] | undefined;
  const values = () => {
    made ??= messages.map((bytes) => withOwnStrings(codec.decode(bytes)));
    return made;
  };
  return side('tavro', messages, {
    encode: (i) => codec.encode(values()[i]),
    encodeFramed: (i) => codec.encodeFramed(values()[i], SCHEMA_ID),
    decode: (i) => codec.decode(at(messages, i)),
    decodeMany: (batch) => codec.decodeBatch(batch),
  });
}

/** The limit: none for a shape that is not written by hand. */
function handWrittenSides({ codec, byHand }: Subject, messages: readonly Buffer[]): Side[] {
  const { decode, encode } = byHand;
  if (decode === undefined || encode === undefined) return [];
  const values = messages.map((bytes) => withOwnStrings(codec.decode(bytes)));
  sameBytes('by hand', messages, (i) => Buffer.from(encode(values[i])));
  for (const [i, message] of messages.entries())
    if (!isDeepStrictEqual(decode(message), codec.decode(message)))
      throw new Error(`By hand message ${i} is decoded otherwise.`);
  return [
    side('by hand', messages, {
      encode: (i) => encode(values[i]),
      decode: (i) => decode(at(messages, i)),
    }),
  ];
}

/** avsc as clients of registries use it, with logical types that give what tavro gives. */
function avscSide({ schema }: Subject, messages: readonly Buffer[]): Side {
  // Safe: avsc's types name the options of `forSchema`, which these are.
  const { Type } = avsc as unknown as AvscModule;
  const type = Type.forSchema(schema, { logicalTypes: conversions(avsc) });
  const values = messages.map((bytes) => type.fromBuffer(bytes));
  sameBytes('avsc', messages, (i) => type.toBuffer(values[i]));
  return side('avsc', messages, {
    encode: (i) => type.toBuffer(values[i]),
    encodeFramed: (i) => withFrame(type.toBuffer(values[i])),
    decode: (i) => type.fromBuffer(at(messages, i)),
  });
}

interface AvscModule {
  Type: {
    forSchema(schema: unknown, options: object): AvroJsType;
  };
}

interface AvroJsType {
  toBuffer(value: unknown): Buffer;
  fromBuffer(bytes: Buffer): unknown;
}

function avroJsSide({ schema }: Subject, messages: readonly Buffer[]): Side {
  const type: AvroJsType = avroJs.parse(schema, { logicalTypes: conversions(avroJs) });
  const values = messages.map((bytes) => type.fromBuffer(bytes));
  sameBytes('avro-js', messages, (i) => type.toBuffer(values[i]));
  return side('avro-js', messages, {
    encode: (i) => type.toBuffer(values[i]),
    encodeFramed: (i) => withFrame(type.toBuffer(values[i])),
    decode: (i) => type.fromBuffer(at(messages, i)),
  });
}

function withOwnStrings<T>(value: T): T {
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return value;
  for (const [key, inner] of Object.entries(value)) {
    const own = typeof inner === 'string' ? Buffer.from(inner).toString() : withOwnStrings(inner);
    Reflect.set(value, key, own);
  }
  return value;
}

function msgpackSide(values: readonly unknown[]): Side {
  const packr = new Packr({ structures: [] });
  const messages = values.map((value) => Buffer.from(packr.pack(value)));
  return side('msgpackr', messages, {
    encode: (i) => packr.pack(values[i]),
    decode: (i) => packr.unpack(at(messages, i)),
  });
}

function jsonSide(values: readonly unknown[]): Side {
  // JSON has no bytes: base64 text, as people send it.
  const texts = values.map((value) => JSON.parse(JSON.stringify(value, bytesAsText)));
  const messages = texts.map((value) => Buffer.from(JSON.stringify(value)));
  return side('JSON', messages, {
    encode: (i) => Buffer.from(JSON.stringify(texts[i])),
    decode: (i) => JSON.parse(at(messages, i).toString('utf8')),
  });
}

function bytesAsText(_key: string, value: unknown): unknown {
  // Buffer.toJSON has run before the replacer sees a Buffer.
  if (typeof value !== 'object' || value === null || !('type' in value) || !('data' in value))
    return value;
  return Array.isArray(value.data) ? Buffer.from(value.data).toString('base64') : value;
}

/** Values as avsc gives them without logical types: numbers, strings, Buffers. */
function plainValues({ schema }: Subject, messages: readonly Buffer[]): unknown[] {
  // Safe: as in avscSide.
  const { Type } = avsc as unknown as AvscModule;
  const type = Type.forSchema(schema, { omitRecordMethods: true });
  return messages.map((bytes) => type.fromBuffer(bytes));
}

/** What Confluent clients for JavaScript do. */
function withFrame(body: Buffer): Buffer {
  const header = Buffer.alloc(5);
  header.writeUInt32BE(SCHEMA_ID, 1);
  return Buffer.concat([header, body]);
}

interface Operations {
  readonly encode?: (index: number) => Uint8Array;
  readonly encodeFramed?: (index: number) => Uint8Array;
  readonly decode: (index: number) => unknown;
  readonly decodeMany?: ((batch: readonly Uint8Array[]) => unknown) | undefined;
}

/** Makes the operations run over all values in turn. */
export function side(name: string, messages: readonly Buffer[], run: Operations): Side {
  const { encode, encodeFramed, decodeMany } = run;
  const count = messages.length;
  const batches = Array.from({ length: count / BATCH }, (_, b) =>
    messages.slice(b * BATCH, (b + 1) * BATCH),
  );
  return {
    name,
    ...(encode && { encode: (i: number) => encode(i % count) }),
    ...(encodeFramed && { encodeFramed: (i: number) => encodeFramed(i % count) }),
    decode: (i) => run.decode(i % count),
    decodeBatch: decodeMany
      ? (i) => decodeMany(batches[i % batches.length] ?? [])
      : (i) => {
          const first = (i % batches.length) * BATCH;
          const values: unknown[] = [];
          for (let m = first; m < first + BATCH; m++) values.push(run.decode(m));
          return values;
        },
    bytes: messages.reduce((sum, { length }) => sum + length, 0) / count,
  };
}

export function at<T>(items: readonly T[], index: number): T {
  const item = items[index];
  if (item === undefined) throw new RangeError(`No value ${index}.`);
  return item;
}

function sameBytes(name: string, messages: readonly Buffer[], encode: (i: number) => Buffer): void {
  for (const [i, message] of messages.entries()) {
    if (!message.equals(encode(i))) throw new Error(`${name} encodes value ${i} otherwise.`);
  }
}
