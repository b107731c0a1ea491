/** Verdicts on a whole history are those on each of its pairs. */
import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type JudgedVersion, judgeVersions, refusal } from '../../../codegen/check/verdicts.js';
import { identityOf } from '../../../codegen/model/identity.js';
import { parseSchema, SchemaError } from '../../../codegen/model/parse-schema.js';
import type { Json } from '../../../runtime/json.js';
import { schemaPairs } from './schema-pairs.js';

function versionOf(version: number, json: Json): JudgedVersion | undefined {
  try {
    const { schema } = parseSchema(json, { role: 'history' });
    return { version, identity: identityOf(schema), schema };
  } catch (error) {
    // An edit may leave a name without its type: no schema, and no version.
    if (error instanceof SchemaError) return undefined;
    throw error;
  }
}

/** A record of types that change on their own, and of a field that comes, goes and has a default. */
const around = (first: Json, second: Json, more: Json[]): Json => ({
  type: 'record',
  name: 'around.R',
  fields: [{ name: 'first', type: first }, ...more, { name: 'second', type: second }],
});

const EXTRA: readonly Json[][] = [
  [],
  [{ name: 'extra', type: 'long', default: 0 }],
  [{ name: 'extra', type: ['null', 'long'] }],
  [{ name: 'extra', type: 'long', default: 'none' }],
  [{ name: 'other', type: 'long', aliases: ['extra'] }],
  [
    { name: 'extra', type: 'long' },
    { name: 'other', type: 'long', aliases: ['extra'], default: 0 },
  ],
  [{ name: 'extra', type: ['null', 'around.R'], default: null }],
];

it('on a whole history are those on each of its pairs', () => {
  const seen = { read: 0, refused: 0 };
  const extra = () => fc.constantFrom(...EXTRA);
  fc.assert(
    fc.property(schemaPairs(), extra(), extra(), ({ reader, writer }, one, other) => {
      const versions = [
        reader,
        writer,
        around(reader, 'int', one),
        around(writer, 'int', other),
        around(writer, 'long', one),
        around(reader, 'long', other),
      ].flatMap((json, n) => versionOf(n + 1, json) ?? []);
      const { refused } = judgeVersions(versions);
      for (const reader of versions) {
        for (const writer of versions) {
          if (reader.identity === writer.identity) continue;
          const why = refusal(reader, writer);
          seen[why === undefined ? 'read' : 'refused']++;
          expect(refused[`v${reader.version}`]?.[`v${writer.version}`]).toBe(why);
        }
      }
    }),
    { numRuns: 300 },
  );
  expect(seen.read).toBeGreaterThan(300);
  expect(seen.refused).toBeGreaterThan(300);
});
