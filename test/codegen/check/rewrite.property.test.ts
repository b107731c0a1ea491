import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { parseSchema, SchemaError } from '../../../codegen/model/parse-schema.js';
import type { Schema } from '../../../codegen/model/schema.js';
import { transcoder } from '../../../runtime/codec/resolve.js';
import { rewriter } from '../../../runtime/codec/rewrite.js';
import { plan } from '../../../runtime/schema/plan.js';
import { memoryOf } from '../../../runtime/wire/memory.js';
import { messagesOf } from './messages.js';
import { schemaPairs } from './schema-pairs.js';

/** More than any of these messages grows to. */
const ROOM = memoryOf(new Uint8Array(65_536));

function parse(json: Parameters<typeof parseSchema>[0]): Schema | undefined {
  try {
    return parseSchema(json, { role: 'history' }).schema;
  } catch (error) {
    // An edit may leave a name without its type: no schema, so nothing to rewrite.
    if (error instanceof SchemaError) return undefined;
    throw error;
  }
}

/** What the fast rewriting makes of a message; `undefined` where it gives up. */
function fastly(rewrite: ReturnType<typeof rewriter>, message: Uint8Array): string | undefined {
  // What stands behind a message is nobody's.
  ROOM.bytes.fill(0x81);
  ROOM.bytes.set(message);
  const end = rewrite(ROOM, message.length);
  return end < 0 ? undefined : hex(ROOM.bytes.subarray(message.length, end));
}

/** What the transcoder makes of it; `undefined` where it refuses. */
function exactly(transcode: ReturnType<typeof transcoder>, message: Uint8Array) {
  try {
    return hex(transcode(message));
  } catch {
    return undefined;
  }
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}

/** A message cut off, longer, or with another byte. */
function damaged(message: Uint8Array, { at, byte }: Damage): Uint8Array[] {
  const place = at % Math.max(1, message.length);
  const changed = Uint8Array.from(message);
  changed[place] = byte;
  return [message.subarray(0, place), Uint8Array.from([...message, byte]), changed];
}

interface Damage {
  readonly at: number;
  readonly byte: number;
}

const damages = fc.record({ at: fc.nat(200), byte: fc.nat(255) });

it('writes what the transcoder writes, and nothing where that refuses', () => {
  const seen = { messages: 0, givenUp: 0, damaged: 0 };
  const tapes = fc.array(fc.nat(997), { maxLength: 30 });
  fc.assert(
    fc.property(schemaPairs(), tapes, damages, (pair, tape, damage) => {
      const [reader, writer] = [parse(pair.reader), parse(pair.writer)];
      fc.pre(reader !== undefined && writer !== undefined);
      if (reader === undefined || writer === undefined) return;
      const transcode = transcoder(writer, reader);
      const rewrite = rewriter(plan(writer, reader));
      for (const message of messagesOf(writer, tape)) {
        const exact = exactly(transcode, message);
        const fast = fastly(rewrite, message);
        seen.messages++;
        if (fast === undefined && exact !== undefined) seen.givenUp++;
        else expect(fast).toBe(exact);
        for (const bytes of damaged(message, damage)) {
          const written = fastly(rewrite, bytes);
          if (written === undefined) continue;
          seen.damaged++;
          const rewritten = exactly(transcode, bytes);
          // A count of more bytes than it needs is copied as it stands, and written anew by the other.
          if (rewritten?.length === written.length) expect(written).toBe(rewritten);
          else expect(rewritten).toBeDefined();
        }
      }
    }),
    { numRuns: 1_000 },
  );
  expect(seen.messages).toBeGreaterThan(3_000);
  expect(seen.damaged).toBeGreaterThan(500);
  expect(seen.givenUp / seen.messages).toBeLessThan(0.05);
});
