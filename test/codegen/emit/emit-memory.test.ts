/** What `--watch` keeps between runs never shows: its output is that of a run from nothing. */
import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { generateFiles } from '../../../codegen/emit/generate.js';
import { EmitMemory } from '../../../codegen/emit/memory.js';
import { DEFAULT_OPTIONS } from '../../../codegen/emit/options.js';
import { parseFiles } from '../../../codegen/model/parse.js';
import { SourceText } from '../../../codegen/model/source-text.js';
import { soundPart } from '../../../codegen/project/load.js';
import type { Json } from '../../../runtime/json.js';

const FILES = 6;

const reference = fc.constantFrom(...Array.from({ length: FILES }, (_, i) => `n${i % 2}.T${i}`));

/** One definition of a type, or none: kinds, defaults, lists and references all change. */
function definition(file: number): fc.Arbitrary<Json | undefined> {
  const name = fc.constantFrom(`n${file % 2}.T${file}`, `n${file % 2}.T${(file + 2) % FILES}`);
  const type: fc.Arbitrary<Json> = fc.oneof(
    reference,
    reference.map((to): Json => ['null', to]),
    reference.map((to): Json => ({ type: 'array', items: to })),
    reference.map((to): Json => ['string', { type: 'map', values: to }]),
    fc.constantFrom<Json>('int', 'long', { type: 'long', logicalType: 'timestamp-millis' }),
  );
  const field = fc.record({ type, hasDefault: fc.boolean(), doc: fc.constantFrom('one', 'two') });
  return fc.oneof(
    { weight: 1, arbitrary: fc.constant(undefined) },
    {
      weight: 1,
      arbitrary: name.map((full): Json => ({ type: 'enum', name: full, symbols: ['A', 'B'] })),
    },
    { weight: 1, arbitrary: name.map((full): Json => ({ type: 'fixed', name: full, size: file })) },
    {
      weight: 5,
      arbitrary: fc.tuple(name, fc.array(field, { maxLength: 4 })).map(
        ([full, fields]): Json => ({
          type: 'record',
          name: full,
          fields: fields.map(({ type, hasDefault, doc }, i) => ({
            name: `f${i}`,
            type,
            doc,
            ...(hasDefault ? { default: defaultOf(type) } : {}),
          })),
        }),
      ),
    },
  );
}

function defaultOf(type: Json): Json {
  if (Array.isArray(type)) return type[0] === 'null' ? null : 'text';
  if (typeof type === 'string' && type.startsWith('n')) return {};
  return typeof type === 'object' && type !== null && 'items' in type ? [] : 0;
}

const edit = fc
  .nat({ max: FILES - 1 })
  .chain((file) => definition(file).map((json) => ({ file, json })));

it('generates what a run from nothing does, whatever was edited before', () => {
  let reused = 0;
  fc.assert(
    fc.property(fc.array(edit, { minLength: 10, maxLength: 40 }), (edits) => {
      const memory = new EmitMemory();
      const sources = new Map<number, SourceText>();
      let last = new Set<unknown>();
      for (const { file, json } of edits) {
        if (json === undefined) sources.delete(file);
        else sources.set(file, new SourceText(`${file}.avsc`, JSON.stringify(json)));
        const texts = [...sources.values()];
        const model = soundPart(parseFiles(texts), { sources: texts });
        const files = generateFiles(model, [], DEFAULT_OPTIONS, memory);
        expect(files).toEqual(generateFiles(model, [], DEFAULT_OPTIONS));
        reused += files.filter((made) => last.has(made)).length;
        last = new Set(files);
      }
    }),
    { numRuns: 60 },
  );
  // The memory is of use, too.
  expect(reused).toBeGreaterThan(100);
});
