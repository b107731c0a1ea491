/** Schemas whose fields are written once: the text that comes back is the one that went in, whatever it is. */
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Folding } from '../../../codegen/history/fold.js';
import { FoldedText } from '../../../codegen/history/parts.js';
import { type Json, type JsonObject, parseJson, printJson } from '../../../runtime/json.js';
import { arbitrarySchema } from '../arbitrary-schema.js';

/** Folds the versions of a subject and puts them together again. */
function roundTrip(versions: readonly Json[]) {
  const folding = new Folding();
  const texts = versions.map((version) => folding.fold(version));
  const parts: FoldedText[] = [];
  const whole = (text: string) => ({ start: 0, end: text.length });
  for (const part of folding.parts)
    parts.push(new FoldedText(part, whole(part), { position: 'part', parts }));
  const back = texts.map((text) =>
    new FoldedText(text, whole(text), { position: 'type', parts }).unfold(),
  );
  return { texts, parts: folding.parts, back };
}

/** Values that JSON may hold: bigints, floats, strings that look like something else, names of Avro. */
const scalar: fc.Arbitrary<Json> = fc.oneof(
  fc.constantFrom<Json>(null, true, false, 0, 7, -1, 1.5, 1e21, 1e-7, 2n ** 63n - 1n, -(2n ** 70n)),
  fc.string({ unit: 'binary' }),
  fc.constantFrom('"', '\\', '\\"', '\u2028', '\ud800', '[0]', '{"fields":[0]}', ',\n', '//', '0'),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
);
const key = fc.oneof(
  fc.constantFrom('type', 'items', 'values', 'fields', 'name', 'default', '__proto__', '1', ''),
  fc.string(),
);
const anyJson: fc.Arbitrary<Json> = fc.letrec<{ json: Json; object: JsonObject }>((tie) => ({
  json: fc.oneof(
    { depthSize: 'medium' },
    scalar,
    fc.array(tie('json'), { maxLength: 4 }),
    tie('object'),
  ),
  object: fc
    .array(fc.tuple(key, tie('json')), { maxLength: 5 })
    // Not by assignment: a key may be __proto__.
    .map((entries) => Object.fromEntries(entries)),
})).json;

describe('what is folded', () => {
  it('comes back, for versions of any schema', () => {
    fc.assert(
      fc.property(fc.array(arbitrarySchema, { minLength: 1, maxLength: 4 }), (versions) => {
        const all = [...versions, ...versions];
        expect(roundTrip(all).back).toEqual(all.map(printJson));
      }),
      { numRuns: 200 },
    );
  });

  it('comes back, for JSON that is no schema', () => {
    fc.assert(
      fc.property(fc.array(anyJson, { minLength: 1, maxLength: 3 }), (versions) => {
        const { back } = roundTrip(versions);
        expect(back).toEqual(versions.map(printJson));
        // And as the lock reads it: a further round changes nothing.
        expect(roundTrip(back.map(parseJson)).back).toEqual(back);
      }),
      { numRuns: 2_000 },
    );
  });
});

const field = (name: string, type: Json = 'int'): JsonObject => ({ name, type });
const record = (name: string, ...fields: Json[]): JsonObject => ({ type: 'record', name, fields });

it.each<[string, readonly Json[], readonly string[], readonly string[]]>([
  [
    'fields of several versions',
    [record('R', field('a')), record('R', field('b'), field('a'))],
    ['{"name":"a","type":"int"}', '{"name":"b","type":"int"}'],
    ['"fields":[0]', '"fields":[1,0]'],
  ],
  [
    'fields of a record within a field, before it',
    [record('R', field('s', record('S', field('a'))), field('a'))],
    ['{"name":"a","type":"int"}', '{"name":"s","type":{"type":"record","name":"S","fields":[0]}}'],
    ['"fields":[1,0]'],
  ],
  [
    'records of unions, arrays and maps',
    [[null, { type: 'array', items: { type: 'map', values: record('R', field('a')) } }]],
    ['{"name":"a","type":"int"}'],
    ['"fields":[0]'],
  ],
  [
    'no default, and no property that looks like a type',
    [
      {
        ...record('R', { ...field('a'), default: record('D', field('d')) }),
        meta: record('P', field('p')),
      },
    ],
    [
      '{"name":"a","type":"int","default":{"type":"record","name":"D","fields":[{"name":"d","type":"int"}]}}',
    ],
    ['"meta":{"type":"record","name":"P","fields":[{"name":"p","type":"int"}]}'],
  ],
  ['a number that stands in place of a field', [record('R', 7, 'x', [0])], ['7'], ['[0,"x",[0]]']],
  ['a bigint there', [record('R', 2n ** 64n)], ['18446744073709551616'], ['[0]']],
])('are parts: %s', (_, versions, parts, found) => {
  const folded = roundTrip(versions);
  expect(folded.parts).toEqual(parts);
  expect(folded.back).toEqual(versions.map(printJson));
  for (const [index, text] of found.entries()) expect(folded.texts[index]).toContain(text);
});

it('keeps the numbers of what came before when a version is added', () => {
  fc.assert(
    fc.property(fc.array(arbitrarySchema, { minLength: 2, maxLength: 4 }), (versions) => {
      const [before, after] = [roundTrip(versions.slice(0, -1)), roundTrip(versions)];
      expect(after.parts.slice(0, before.parts.length)).toEqual(before.parts);
      expect(after.texts.slice(0, -1)).toEqual(before.texts);
    }),
    { numRuns: 100 },
  );
});

it('writes each field once, so that a version more costs its numbers', () => {
  const names = Array.from({ length: 40 }, (_, index) => `field_${index}`);
  const versions = names.map((_, index) =>
    record('R', ...names.slice(0, index + 1).map((name) => field(name, ['null', 'string']))),
  );
  const { parts, texts } = roundTrip(versions);
  expect(parts).toHaveLength(40);
  for (const text of texts) expect(text.length).toBeLessThan(200);
});
