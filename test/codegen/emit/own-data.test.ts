/** A codec and its own data: `found/` holds the types whose code was once wrong, a file each. */
import { expect, it } from '@jest/globals';
import { judgeVersions } from '../../../codegen/check/verdicts.js';
import { identityOf } from '../../../codegen/model/identity.js';
import { parseSchema } from '../../../codegen/model/parse-schema.js';
import { printSchema } from '../../../codegen/model/print.js';
import { resolvingDecoder } from '../../../runtime/avro.js';
import { type Json, parseJson } from '../../../runtime/json.js';
import { foundBeside } from '../../found.js';
import { byName } from '../by-name.js';
import { compile, generate, importCodecs, writeScratch } from '../generated-project.js';

interface Given {
  readonly schemas: readonly [Json, ...Json[]];
  /** A value of the first; its longs are small. */
  readonly value: Json;
  readonly hex: string;
}

it.each(foundBeside<Given>(import.meta.url))('%s', async (what, { schemas, value, hex }) => {
  const generated = generate(schemas);
  const codecs = await importCodecs(`own-data/${what}`, generated);
  const root = generated.model.files[0]?.root;
  const codec = codecs.get(root !== undefined && 'name' in root ? root.name : '');
  if (root === undefined || codec === undefined) throw new Error('the root has no codec');
  expect(printSchema(parseSchema(codec.schema).schema)).toEqual(printSchema(root));
  const bytes = Buffer.from(hex, 'hex');
  const read = codec.decode(bytes);
  expect(
    parseJson(JSON.stringify(read, (_, held) => (typeof held === 'bigint' ? Number(held) : held))),
  ).toEqual(value);
  expect(Buffer.from(codec.encode(read)).toString('hex')).toBe(hex);
  // A writer of the same schema that comes with its text, as from a registry.
  expect(resolvingDecoder(codec.schema, codec)(bytes)).toEqual(read);
});

it('says of a type whose aliases are crossed that it reads its own version', () => {
  const crossed = {
    type: 'record',
    name: 'Crossed',
    fields: [
      { name: 'a', type: 'string', aliases: ['b'] },
      { name: 'b', type: 'int', aliases: ['a'] },
    ],
  };
  const versions = [1, 2].map((version) => {
    const { schema } = parseSchema(crossed);
    return { version, identity: identityOf(schema), schema };
  });
  expect(judgeVersions(versions).refused).toEqual({});
});

const INNER = { type: 'record', name: 'B', namespace: 'n', fields: [{ name: 'x', type: 'int' }] };

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
  // What it passes over takes no bytes.
  const empty = { type: 'record', name: 'Empty', fields: [] };
  const lost = { type: 'record', name: 'Lost', fields: [{ name: 'gone', type: empty }] };
  const left = { ...lost, fields: [{ name: 'x', type: ['null', 'int'], default: null }] };
  const versions = byName([
    ['Grown', [parseSchema(gone).schema]],
    ['Lost', [parseSchema(lost).schema]],
  ]);
  const { files } = generate([outer, grown, left], { versions });
  expect(files.map(({ path }) => path)).toEqual(
    expect.arrayContaining(['Grown.versions.ts', 'Lost.versions.ts']),
  );
  expect(await compile(await writeScratch('unused', files))).toEqual([]);
});
