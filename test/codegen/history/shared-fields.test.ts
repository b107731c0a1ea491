/** Versions that share their fields are what they are when each is parsed by itself. */
import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { comparePair } from '../../../codegen/check/compare-pair.js';
import { printSubject } from '../../../codegen/history/format-2-text.js';
import { History } from '../../../codegen/history/history.js';
import { readLockFiles } from '../../../codegen/history/read-lock.js';
import { identityOf } from '../../../codegen/model/identity.js';
import { parseFiles } from '../../../codegen/model/parse.js';
import { printSchema } from '../../../codegen/model/print.js';
import { type Field, type Schema, visit } from '../../../codegen/model/schema.js';
import { placeOf, SourceText } from '../../../codegen/model/source-text.js';
import type { Json } from '../../../runtime/json.js';
import { arbitrarySchema } from '../arbitrary-schema.js';

const SUBJECT = 'orders-value';
const FILE = 'lock/orders-value.json';

function lockOf(schemas: readonly Json[]) {
  const versions = schemas.map((schema, index) => ({
    version: index + 1,
    state: 'released' as const,
    identity: `${index}`,
    schema,
    ids: {},
  }));
  const text = printSubject(SUBJECT, { type: 'acme.Order', versions }, new Map());
  return readLockFiles(new Map([[FILE, new SourceText(FILE, text)]]));
}

function fieldsOf(schema: Schema): Field[] {
  const fields: Field[] = [];
  visit(schema, (part) => {
    if (part.kind === 'record') fields.push(...part.fields);
  });
  return fields;
}

/** Each version as it is read, and as it is when its whole text is parsed. */
function bothWays(schemas: readonly Json[]) {
  const lock = lockOf(schemas);
  const { origin } = lock.subjects.get(SUBJECT) ?? {};
  return new History(lock, []).releasedOf(SUBJECT).map((version) => {
    const source = origin?.schemaOf(version.locked) ?? new SourceText('', '');
    const { files, problems } = parseFiles([source], { role: 'history' });
    const isWhole = problems.errors.length === 0;
    return { shared: version.schema, whole: isWhole ? files[0]?.root : undefined };
  });
}

it('are the same schemas, in the same places, and read each other as well', () => {
  const versions = fc
    .tuple(arbitrarySchema, fc.array(arbitrarySchema, { maxLength: 2 }), fc.boolean())
    .map(([first, rest, again]) => [first, ...rest, ...(again ? [first] : [])]);
  fc.assert(
    fc.property(versions, (schemas) => {
      const all = bothWays(schemas);
      for (const { shared, whole } of all) {
        expect(shared === undefined).toBe(whole === undefined);
        if (shared === undefined || whole === undefined) continue;
        expect(printSchema(shared)).toEqual(printSchema(whole));
        expect(identityOf(shared)).toBe(identityOf(whole));
        const places = (schema: Schema) =>
          fieldsOf(schema).map(({ name, origin }) => [name, placeOf(origin)]);
        expect(places(shared)).toEqual(places(whole));
      }
      for (const reader of all)
        for (const writer of all) {
          if (!reader.shared || !reader.whole || !writer.shared || !writer.whole) continue;
          const told = (one: Schema, other: Schema) =>
            comparePair({ schema: one }, { schema: other });
          expect(told(reader.shared, writer.shared)).toEqual(told(reader.whole, writer.whole));
        }
    }),
    { numRuns: 200 },
  );
});

it('are shared where they name no type and nothing is wrong with them', () => {
  const fields: Json[] = [
    { name: 'plain', type: ['null', { type: 'array', items: 'long' }], default: null },
    { name: 'logical', type: { type: 'long', logicalType: 'timestamp-millis' } },
    { name: 'named', type: { type: 'enum', name: 'Kind', symbols: ['A'] } },
    { name: 'wrong', type: 'int', default: 'x' },
    { name: 'odd-name', type: 'int' },
  ];
  const record = { type: 'record', name: 'acme.Order', fields };
  const [one, other] = bothWays([record, { ...record, doc: 'Again.' }]).map(({ shared }) =>
    shared === undefined ? [] : fieldsOf(shared),
  );
  const same = one?.filter((field, index) => field === other?.[index]);
  expect(same?.map(({ name }) => name)).toEqual(['plain', 'logical']);
  expect(one).toHaveLength(fields.length);
});
