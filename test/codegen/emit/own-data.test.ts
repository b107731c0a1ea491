/** A codec and its own data: aliases within a type, references, and what shows in texts only. */
import { expect, it } from '@jest/globals';
import { judgeVersions } from '../../../codegen/check/verdicts.js';
import { identityOf } from '../../../codegen/model/identity.js';
import { parseSchema } from '../../../codegen/model/parse-schema.js';
import { resolvingDecoder } from '../../../runtime/avro.js';
import type { Json } from '../../../runtime/json.js';
import { compile, generate, importCodecs, writeScratch } from '../generated-project.js';

const SPAN = {
  type: 'record',
  name: 'Span',
  fields: [
    { name: 'start', type: 'long' },
    { name: 'begin', type: ['null', 'long'], default: null, aliases: ['start'] },
  ],
};
const SPAN_BYTES = [0x0e, 0x02, 0x12];

const CROSSED = {
  type: 'record',
  name: 'Crossed',
  fields: [
    { name: 'a', type: 'string', aliases: ['b'] },
    { name: 'b', type: 'int', aliases: ['a'] },
    { name: 'in', type: SPAN },
  ],
};

const ROWS: readonly [string, Json, unknown, readonly number[]][] = [
  ['an alias that names a sibling', SPAN, { start: 7n, begin: 9n }, SPAN_BYTES],
  [
    'aliases that are crossed, in a record around another',
    CROSSED,
    { a: 'x', b: -1, in: { start: 7n, begin: 9n } },
    [0x02, 0x78, 0x01, ...SPAN_BYTES],
  ],
];

it.each(ROWS)('reads its own data field by field: %s', async (what, schema, value, bytes) => {
  const { model, ...generated } = generate([schema]);
  const codecs = await importCodecs(`own-data/${what}`, { model, ...generated });
  const root = model.files[0]?.root;
  const codec = codecs.get(root !== undefined && 'name' in root ? root.name : '');
  if (codec === undefined) throw new Error('the root has no codec');
  expect([...codec.encode(value)]).toEqual(bytes);
  expect(codec.decode(Uint8Array.from(bytes))).toEqual(value);
  // A writer of the same schema that comes with its text, as from a registry.
  expect(resolvingDecoder(codec.schema, codec)(Uint8Array.from(bytes))).toEqual(value);
});

it('says of such a type that it reads its own version', () => {
  const versions = [1, 2].map((version) => {
    const { schema } = parseSchema(CROSSED);
    return { version, identity: identityOf(schema), schema };
  });
  expect(judgeVersions(versions).refused).toEqual({});
});

const INNER = { type: 'record', name: 'B', namespace: 'n', fields: [{ name: 'x', type: 'int' }] };

/** Texts that look like a reference, where no type stands. */
const LOOKALIKES: readonly [string, Json][] = [
  [
    'a default',
    { name: 'm', type: { type: 'map', values: 'string' }, default: { $ref: 'n.B', type: 'n.B' } },
  ],
  ['a text default', { name: 'm', type: 'string', default: '{"$ref":"n.B"}' }],
  ['a property', { name: 'm', type: { type: 'string', of: ['n.B', { $ref: 'n.B' }] } }],
  ['a property of a field', { name: 'm', type: 'string', values: 'n.B' }],
];

it.each(LOOKALIKES)('puts no definition where no type stands: %s', async (what, field) => {
  const fields = [field, { name: 'b', type: 'n.B' }];
  const generated = generate([{ type: 'record', name: 'R', fields }, INNER]);
  const codecs = await importCodecs(`lookalikes/${what}`, generated);
  expect(JSON.parse(codecs.get('R')?.schema ?? '')).toEqual({
    type: 'record',
    name: 'R',
    namespace: '',
    fields: [field, { name: 'b', type: INNER }],
  });
});

it('imports nothing for an error text, and names no reader that it does not use', async () => {
  const outer = {
    type: 'record',
    name: 'Outer',
    fields: [{ name: 'who', type: ['string', { ...INNER, name: 'Inner' }] }],
  };
  const gone = { type: 'record', name: 'Grown', fields: [{ name: 'nothing', type: 'null' }] };
  const grown = {
    ...gone,
    fields: [...gone.fields, { name: 'r', type: 'string', default: 'r' }],
  };
  const { schema: older } = parseSchema(gone);
  const { files } = generate([outer, grown], { versions: new Map([['Grown', [older]]]) });
  expect(files.map(({ path }) => path)).toContain('Grown.versions.ts');
  expect(await compile(await writeScratch('unused', files))).toEqual([]);
});
