/**
 * Decodes messages with each codec of a bundle, in a process whose heap is capped.
 * Arguments: bundle, seed, messages, mode. `damaged` mutates each message; `round-trips` leaves three
 * of four as their types accept them, and encodes again what was decoded. Prints what it counted as JSON.
 */
import { pathToFileURL } from 'node:url';
import { isDeepStrictEqual } from 'node:util';
import { parseSchema } from '../../../codegen/model/parse-schema.js';
import { fromAvroJson, readSchema, type Schema, toAvroJson } from '../../../runtime/avro.js';
import { decodeSlices } from '../../../runtime/codec/codec.js';
import type { Codec } from '../../../runtime/index.js';
import { RandomMessages } from './random-message.js';

/** Messages that mutations start from, per codec, until others are drawn. */
const SEEDS = 60;
/** Memory beside the heap, in bytes: scratches and copies of bytes. */
const MAX_ARRAY_BUFFERS = 48 * 1024 * 1024;
const BATCH = 64;
/** Of so many values one goes through Avro-JSON too, which is slower. */
const JSON_EVERY = 16;
/** Bytes that decoders are known to trip over: ends of varints, huge counts, UTF-8 leads. */
const TELLING = [0x00, 0x01, 0x02, 0x7f, 0x80, 0xc0, 0xed, 0xf4, 0xfe, 0xff];
const HUGE = [0xfe, 0xff, 0xff, 0xff, 0x0f];

const [bundle = '', seed = '1', count = '1000', mode = 'damaged'] = process.argv.slice(2);
// Safe: a bundle of generated codecs.
const module = (await import(pathToFileURL(bundle).href)) as Record<string, Codec<unknown>>;

let state = Number(seed) >>> 0;
/** A whole number below `end`; mulberry32. */
function below(end: number): number {
  state = (state + 0x6d2b79f5) >>> 0;
  let t = Math.imul(state ^ (state >>> 15), 1 | state);
  t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
  return ((t ^ (t >>> 14)) >>> 0) % end;
}

function mutate(message: Uint8Array): Uint8Array {
  let bytes = Uint8Array.from(message);
  for (let n = below(3); n >= 0; n--) {
    const at = below(bytes.length + 1);
    const before = bytes.subarray(0, at);
    const after = bytes.subarray(at);
    switch (below(7)) {
      case 0:
        bytes[at] = (bytes[at] ?? 0) ^ (1 << below(8));
        break;
      case 1:
        bytes[at] = TELLING[below(TELLING.length)] ?? 0;
        break;
      case 2:
        bytes = Uint8Array.from(before);
        break;
      case 3:
        bytes = Uint8Array.from([...before, ...HUGE, ...after]);
        break;
      case 4:
        bytes = Uint8Array.from([...before, below(256), ...after]);
        break;
      case 5:
        bytes = Uint8Array.from([...before, ...after.subarray(1 + below(4))]);
        break;
      default:
        bytes = Uint8Array.from([...bytes, ...before]);
    }
  }
  return bytes;
}

const NONE = new Uint8Array();
const counts: Record<string, number> = {};
let arrayBuffers = 0;

/** The code of an error that says what and where; any other error is thrown on. */
function codeOf(error: unknown, codec: Codec<unknown>, message: Uint8Array): string {
  // The bundle has an AvroError of its own.
  const { name, code, schema, offset = 0 } = Object(error);
  const isSound = name === 'AvroError' && /^AVRO_/.test(code) && schema === codec.name;
  if (isSound && offset >= 0 && offset <= message.length) return code;
  throw new Error(`${codec.name}: ${hex(message)}`, { cause: error });
}

function outcome(codec: Codec<unknown>, message: Uint8Array): string {
  try {
    codec.decode(message);
    return 'read';
  } catch (error) {
    return codeOf(error, codec, message);
  }
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}

function run(codec: Codec<unknown>, seeds: readonly Uint8Array[], messages: number): void {
  for (let done = 0; done < messages; done += BATCH) {
    const batch = Array.from({ length: BATCH }, () => mutate(seeds[below(seeds.length)] ?? NONE));
    const alone = batch.map((message) => outcome(codec, message));
    const together = codec.decodeBatch(batch).map((value) => Object(value)?.code);
    const lying = inPlace(codec, batch).map((value) => Object(value)?.code);
    for (const [i, result] of alone.entries()) {
      counts[result] = (counts[result] ?? 0) + 1;
      if (result !== 'read' && (together[i] !== result || lying[i] !== result)) {
        const many = `${together[i]} in a batch, ${lying[i]} where it lies`;
        throw new Error(`${codec.name}: ${hex(batch[i] ?? NONE)} is ${result} alone, ${many}.`);
      }
    }
    checkMemory();
  }
}

/** Decodes messages side by side in one piece of memory, which ends with the last. */
function inPlace(codec: Codec<unknown>, messages: readonly Uint8Array[]): unknown[] {
  let at = 0;
  const bounds = messages.flatMap(({ length }) => {
    const from = at;
    at += length;
    return [from, at];
  });
  return decodeSlices(codec.decode, Buffer.concat(messages), bounds);
}

/** Decodes a message, encodes the value and decodes that: the same value, or a code. */
function roundTrip(codec: Codec<unknown>, message: Uint8Array): string {
  let value: unknown;
  let bytes: Uint8Array;
  try {
    value = codec.decode(message);
    bytes = codec.encode(value);
  } catch (error) {
    return codeOf(error, codec, message);
  }
  const again = codec.decode(bytes);
  if (isDeepStrictEqual(again, value) && hex(codec.encode(again)) === hex(bytes)) return 'again';
  throw new Error(`${codec.name}: ${hex(message)} is another value when it was encoded again`);
}

/** Prints a value as Avro-JSON and reads that: the same value, in the same bytes but for those of a NaN. */
function throughJson(codec: Codec<unknown>, schema: Schema, message: Uint8Array): void {
  const value = codec.decode(message);
  const bytes = codec.encode(value);
  const read = fromAvroJson(schema, toAvroJson(schema, bytes));
  if (read.length === bytes.length && isDeepStrictEqual(codec.decode(read), value)) return;
  throw new Error(`${codec.name}: ${hex(bytes)} is ${hex(read)} when it went through Avro-JSON`);
}

function runRoundTrips(codec: Codec<unknown>, random: RandomMessages, messages: number): void {
  const model = parseSchema(JSON.parse(codec.schema), { role: 'history' }).schema;
  const schema = readSchema(codec.schema);
  for (let done = 0; done < messages; done++) {
    const drawn = random.draw(model);
    const message = below(4) === 0 ? mutate(drawn) : drawn;
    const result = roundTrip(codec, message);
    counts[result] = (counts[result] ?? 0) + 1;
    if (result === 'again' && done % JSON_EVERY === 0) throughJson(codec, schema, message);
    if (done % 1_000 === 0) checkMemory();
  }
}

function checkMemory(): void {
  arrayBuffers = Math.max(arrayBuffers, process.memoryUsage().arrayBuffers);
  if (arrayBuffers > MAX_ARRAY_BUFFERS) throw new Error(`${arrayBuffers} bytes beside the heap`);
}

const codecs = Object.values(module);
const each = Math.ceil(Number(count) / codecs.length);
const random = new RandomMessages(below);
for (const codec of codecs) {
  if (mode === 'round-trips') runRoundTrips(codec, random, each);
  else {
    const model = parseSchema(JSON.parse(codec.schema), { role: 'history' }).schema;
    run(
      codec,
      Array.from({ length: SEEDS }, () => random.draw(model)),
      each,
    );
  }
}
process.stdout.write(JSON.stringify({ codecs: codecs.length, arrayBuffers, counts }));
