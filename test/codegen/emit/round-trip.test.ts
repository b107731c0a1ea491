import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { parseSchema } from '../../../codegen/model/parse-schema.js';
import { printSchema } from '../../../codegen/model/print.js';
import { printJson } from '../../../runtime/json.js';
import { arbitrarySchema } from '../arbitrary-schema.js';
import { arbitraryValue } from '../arbitrary-value.js';
import { throughAvsc } from '../avsc-peer.js';
import {
  compile,
  type Generated,
  generate,
  importAllCodecs,
  writeScratch,
} from '../generated-project.js';

const SCHEMAS = Number(process.env.TAVRO_TEST_SCHEMAS ?? 150);
const VALUES_PER_SCHEMA = 20;

async function generateSample(): Promise<{ projects: Generated[] }> {
  const schemas = fc.sample(arbitrarySchema, { numRuns: SCHEMAS });
  // Half of them show longs as numbers.
  const longs = (i: number) => (i % 2 === 0 ? 'bigint' : 'number');
  return { projects: schemas.map((schema, i) => generate([schema], { longs: longs(i) })) };
}

it('reads back what it wrote, for random schemas and values, in the bytes that avsc writes', async () => {
  const { projects } = await generateSample();
  const all = await importAllCodecs('round-trip', projects);
  let compared = 0;
  for (const [index, generated] of projects.entries()) {
    const root = generated.model.files[0]?.root;
    const codec = root !== undefined && 'name' in root ? all[index]?.get(root.name) : undefined;
    if (root === undefined || codec === undefined) throw new Error('the root has no codec');
    const held = parseSchema(codec.schema).schema;
    expect(printJson(printSchema(held))).toBe(printJson(printSchema(root)));
    const peer = throughAvsc(codec.schema);
    // avsc loses fields named __proto__, which JSON.parse keeps.
    const isComparable = peer !== undefined && !codec.schema.includes('__proto__');
    fc.assert(
      fc.property(arbitraryValue(root, generated.project), (value) => {
        const bytes = codec.encode(value);
        expect(codec.decode(bytes)).toEqual(value);
        if (!isComparable || holdsKey(value, '__proto__') || holdsKey(value, '1')) return;
        compared++;
        expect(Buffer.from(peer(bytes)).toString('hex')).toBe(Buffer.from(bytes).toString('hex'));
      }),
      { numRuns: VALUES_PER_SCHEMA },
    );
  }
  expect(compared).toBeGreaterThan(SCHEMAS);
}, 120_000);

it('generates code that compiles for random schemas', async () => {
  const { projects } = await generateSample();
  const files = projects.flatMap(({ files }, index) =>
    files.map(({ path, text }) => ({ path: `p${index}/${path}`, text })),
  );
  const folder = await writeScratch('random-compile', files);
  expect(await compile(folder)).toEqual([]);
}, 120_000);

/** Objects give integer-like keys first, and avsc drops `__proto__`: such maps come in another order. */
function holdsKey(value: unknown, key: string): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return Object.hasOwn(value, key) || Object.values(value).some((inner) => holdsKey(inner, key));
}
