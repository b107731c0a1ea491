/**
 * Decodes mutated messages with each codec of a bundle, in a process whose heap is capped.
 * Arguments: bundle, seed, messages. Prints what it counted as JSON.
 */
import { pathToFileURL } from 'node:url';
import fc from 'fast-check';
import type { Codec } from '../../../runtime/index.js';
import { readSchema } from '../../../runtime/schema/schema.js';
import { arbitraryMessage } from '../arbitrary-message.js';

/** Messages that mutations start from, per codec. */
const SEEDS = 60;
/** Memory beside the heap, in bytes: scratches and copies of bytes. */
const MAX_ARRAY_BUFFERS = 48 * 1024 * 1024;
const BATCH = 64;
/** Bytes that decoders are known to trip over: ends of varints, huge counts, UTF-8 leads. */
const TELLING = [0x00, 0x01, 0x02, 0x7f, 0x80, 0xc0, 0xed, 0xf4, 0xfe, 0xff];
const HUGE = [0xfe, 0xff, 0xff, 0xff, 0x0f];

const [bundle = '', seed = '1', count = '1000'] = process.argv.slice(2);
// Safe: a bundle of generated codecs.
const module = (await import(pathToFileURL(bundle).href)) as Record<string, Codec<unknown, never>>;

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

const counts: Record<string, number> = {};
let arrayBuffers = 0;

function outcome(codec: Codec<unknown, never>, message: Uint8Array): string {
  try {
    codec.decode(message);
    return 'read';
  } catch (error) {
    // The bundle has an AvroError of its own.
    const { name, code, schema, offset } = Object(error);
    const isSound = name === 'AvroError' && /^AVRO_/.test(code) && schema === codec.name;
    if (!isSound || !(offset >= 0 && offset <= message.length)) throw error;
    return code;
  }
}

function run(codec: Codec<unknown, never>, seeds: readonly Uint8Array[], messages: number): void {
  for (let done = 0; done < messages; done += BATCH) {
    const batch = Array.from({ length: BATCH }, () =>
      mutate(seeds[below(seeds.length)] ?? new Uint8Array()),
    );
    const alone = batch.map((message) => outcome(codec, message));
    const together = codec.decodeBatch(batch).map((value) => Object(value)?.code);
    for (const [i, result] of alone.entries()) {
      counts[result] = (counts[result] ?? 0) + 1;
      if (result !== 'read' && together[i] !== result) {
        const hex = Buffer.from(batch[i] ?? []).toString('hex');
        throw new Error(`${codec.name}: ${hex} is ${result} alone, ${together[i]} in a batch.`);
      }
    }
    arrayBuffers = Math.max(arrayBuffers, process.memoryUsage().arrayBuffers);
    if (arrayBuffers > MAX_ARRAY_BUFFERS) throw new Error(`${arrayBuffers} bytes beside the heap`);
  }
}

const codecs = Object.values(module);
for (const codec of codecs) {
  const seeds = fc.sample(arbitraryMessage(readSchema(codec.schema)), {
    numRuns: SEEDS,
    seed: Number(seed),
  });
  run(codec, seeds, Math.ceil(Number(count) / codecs.length));
}
process.stdout.write(JSON.stringify({ codecs: codecs.length, arrayBuffers, counts }));
