import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { compare } from '../../../codegen/check/compare.js';
import { parseSchema, SchemaError } from '../../../codegen/model/parse-schema.js';
import type { Schema } from '../../../codegen/model/schema.js';
import { transcoder } from '../../../runtime/codec/resolve.js';
import { messagesOf } from './messages.js';
import { schemaPairs } from './schema-pairs.js';

function parse(json: Parameters<typeof parseSchema>[0]): Schema | undefined {
  try {
    return parseSchema(json, { role: 'history' }).schema;
  } catch (error) {
    // An edit may leave a name without its type: no schema, so nothing to compare.
    if (error instanceof SchemaError) return undefined;
    throw error;
  }
}

describe('the verdict', () => {
  it('is clean exactly when the decoder reads all that the writer can write', () => {
    const seen = { clean: 0, refused: 0, messages: 0 };
    fc.assert(
      fc.property(schemaPairs(), fc.array(fc.nat(997), { maxLength: 30 }), (pair, tape) => {
        const [reader, writer] = [parse(pair.reader), parse(pair.writer)];
        fc.pre(reader !== undefined && writer !== undefined);
        if (reader === undefined || writer === undefined) return;
        const findings = compare(reader, writer, { categories: ['WIRE'] });
        const decode = transcoder(writer, reader);
        if (findings.length === 0) {
          seen.clean++;
          for (const message of messagesOf(writer, tape)) {
            seen.messages++;
            decode(message);
          }
          return;
        }
        seen.refused++;
        // compare ran every witness; here its bytes go through a decoder of their own.
        for (const { witness } of findings)
          if (witness !== undefined && witness.part === undefined)
            expect(() => decode(Buffer.from(witness.bytes, 'hex'))).toThrow();
      }),
      { numRuns: 3_000 },
    );
    expect(seen.clean).toBeGreaterThan(500);
    expect(seen.refused).toBeGreaterThan(300);
    expect(seen.messages).toBeGreaterThan(2_000);
  });
});
