/** Names that Avro's grammar does not have give code that compiles, and bytes like those of any other name. */
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { nameTypes } from '../../../codegen/emit/naming.js';
import { isName } from '../../../codegen/model/names.js';
import { parseFiles } from '../../../codegen/model/parse.js';
import { parseSchema } from '../../../codegen/model/parse-schema.js';
import { printSchema } from '../../../codegen/model/print.js';
import { childrenOf, type Schema, visit } from '../../../codegen/model/schema.js';
import { SourceText } from '../../../codegen/model/source-text.js';
import { canonicalForm, fingerprint, readSchema, resolvingDecoder } from '../../../runtime/avro.js';
import { isArray, isObject, type Json, printJson } from '../../../runtime/json.js';
import { isPrimitive } from '../../../runtime/schema/schema.js';
import { NAMES_OUTSIDE, schemasOf } from '../arbitrary-schema.js';
import { arbitraryValue } from '../arbitrary-value.js';
import { throughAvsc } from '../avsc-peer.js';
import { byName } from '../by-name.js';
import {
  compile,
  type Generated,
  generate,
  importAllCodecs,
  writeScratch,
} from '../generated-project.js';
import { biome } from './biome.js';

const LENIENT = { names: 'lenient' } as const;
const SCHEMAS = 80;
const VALUES_PER_SCHEMA = 15;

const sample = (): Generated[] =>
  fc
    .sample(schemasOf(NAMES_OUTSIDE), { numRuns: SCHEMAS })
    .map((schema) => generate([schema], {}, LENIENT));

/** A canonical form with a name of Avro's grammar in place of each. */
function legalTwin(form: string): string {
  const names = new Map<string, string>();
  const legal = (name: string): string => {
    const known = names.get(name) ?? `n${names.size}`;
    names.set(name, known);
    return known;
  };
  const twin = (json: Json): Json => {
    if (typeof json === 'string') return isPrimitive(json) ? json : legal(json);
    if (isArray(json)) return json.map(twin);
    if (!isObject(json)) return json;
    const { name = '', type = '', items = '', values = '', fields, symbols, size = 0 } = json;
    if (isArray(symbols)) return { type, name: twin(name), symbols: symbols.map(named) };
    if (isArray(fields)) return { type, name: twin(name), fields: fields.map(member) };
    if (type === 'array') return { type, items: twin(items) };
    if (type === 'map') return { type, values: twin(values) };
    if (type === 'fixed') return { type, name: twin(name), size };
    return json;
  };
  const member = (field: Json): Json =>
    isObject(field) ? { name: named(field.name ?? ''), type: twin(field.type ?? '') } : field;
  // Of a field or a symbol, which may be called like a primitive.
  const named = (name: Json): string => legal(`part ${String(name)}`);
  return printJson(twin(JSON.parse(form)));
}

it('reads back what it wrote, in the bytes that avsc writes under other names', async () => {
  const projects = sample();
  const all = await importAllCodecs('names-outside', projects);
  let compared = 0;
  let outside = 0;
  for (const [index, { model, project }] of projects.entries()) {
    const root = model.files[0]?.root;
    const codec = root !== undefined && 'name' in root ? all[index]?.get(root.name) : undefined;
    if (root === undefined || codec === undefined) throw new Error('the root has no codec');
    if (model.problems.list.some(({ code }) => code === 'NAME_INVALID')) outside++;
    const held = parseSchema(codec.schema, LENIENT).schema;
    expect(printJson(printSchema(held))).toBe(printJson(printSchema(root)));
    // The runtime's own reading of the text, which a registry would give it.
    expect(canonicalForm(readSchema(codec.schema))).toBe(canonicalForm(root));
    expect(codec.fingerprint).toBe(fingerprint(root));
    const peer = throughAvsc(legalTwin(canonicalForm(root)));
    if (peer === undefined) throw new Error('avsc refuses the twin');
    // Of another writer: the same with a field more, which is passed over.
    const plain = { ...codec, schema: printJson(withoutAliases(JSON.parse(codec.schema))) };
    const decode = resolvingDecoder(withField(plain.schema), plain);
    fc.assert(
      fc.property(arbitraryValue(root, project), (value) => {
        const bytes = codec.encode(value);
        expect(codec.decode(bytes)).toEqual(value);
        if (!isWithinItself(root)) expect(decode(Uint8Array.from([...bytes, 2]))).toEqual(value);
        if (holdsIntegerKey(value)) return;
        compared++;
        expect(Buffer.from(peer(bytes)).toString('hex')).toBe(Buffer.from(bytes).toString('hex'));
      }),
      { numRuns: VALUES_PER_SCHEMA },
    );
  }
  expect(outside).toBeGreaterThan(SCHEMAS / 2);
  expect(compared).toBeGreaterThan(SCHEMAS);
}, 120_000);

function withField(schema: string): string {
  const json = JSON.parse(schema);
  return JSON.stringify({ ...json, fields: [...json.fields, { name: 'and-more', type: 'int' }] });
}

function isWithinItself(root: Schema): boolean {
  let isFound = false;
  for (const child of childrenOf(root)) visit(child, (part) => (isFound ||= part === root));
  return isFound;
}

/** An alias may be a sibling's name: then two fields of the data claim one place, whatever they are called. */
function withoutAliases(json: Json): Json {
  if (isArray(json)) return json.map(withoutAliases);
  if (!isObject(json)) return json;
  const { aliases: _, ...rest } = json;
  return Object.fromEntries(Object.entries(rest).map(([key, one]) => [key, withoutAliases(one)]));
}

/** avsc gives such keys of maps, and `__proto__`, in another order, or not at all. */
function holdsIntegerKey(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return Object.entries(value).some(
    ([key, inner]) =>
      (!Array.isArray(value) && /^(\d+|__proto__)$/.test(key)) || holdsIntegerKey(inner),
  );
}

it('generates code that compiles and is formatted', async () => {
  const files = sample().flatMap(({ files }, i) =>
    files.map(({ path, text }) => ({ path: `p${i}/${path}`, text })),
  );
  expect(await compile(await writeScratch('names-outside-compile', files))).toEqual([]);
  // JavaScript takes some marks for parts of an identifier; here a name with one is quoted.
  const unmarked = files.filter(({ text }) => !/[\p{M}\u200d]/u.test(text));
  expect(unmarked.length).toBeGreaterThan(SCHEMAS);
  expect(await biome(['format'], unmarked)).toBe('');
}, 120_000);

describe('types whose names come to one', () => {
  const recordOf = (name: string): Json => ({ type: 'record', name, fields: [] });
  const named = (names: readonly string[]) => {
    const sources = names.map((name) => new SourceText(name, JSON.stringify(recordOf(name))));
    return nameTypes(parseFiles(sources, LENIENT).types);
  };
  const NAMES = ['m.app-1', 'm.app_1', 'm.app 1', 'm.App-1', 'm-x.T', 'm_x.T', 'm..x.T', 'm.x.T'];

  it('have files of their own; one that is called so keeps its name', () => {
    const paths = [...named(NAMES)].map(([{ name }, { path }]) => [name, path]);
    expect(Object.fromEntries(paths)).toEqual({
      'm.app_1': 'm/app_1',
      'm.App-1': 'm/App_1_2',
      'm.app 1': 'm/app_1_3',
      'm.app-1': 'm/app_1_4',
      'm_x.T': 'm_x/T',
      'm-x.T': 'm_x/T_2',
      'm.x.T': 'm/x/T',
      'm..x.T': 'm/x/T_2',
    });
  });

  it('are named alike in each order', () => {
    const table = (order: readonly string[]) =>
      [...named(order)].map(([{ name }, { path }]) => `${name} ${path}`).sort();
    const orders = fc.shuffledSubarray(NAMES, { minLength: NAMES.length });
    fc.assert(fc.property(orders, (order) => expect(table(order)).toEqual(table(NAMES))));
  });

  it('give paths that every file system takes, none twice', () => {
    const names = fc.uniqueArray(
      fc
        .tuple(fc.constantFrom(...NAMES_OUTSIDE.namespaces), NAMES_OUTSIDE.parts)
        .map(([space, part]) => (space === '' ? part : `${space}.${part}`))
        .filter(
          (name) => !/^\.|\.$|\/|^(int|long|float|double|bytes|string|null|boolean)$/.test(name),
        ),
      { maxLength: 12 },
    );
    fc.assert(
      fc.property(names, (all) => {
        const paths = [...named(all).values()].map(({ path }) => path);
        expect(paths).toHaveLength(all.length);
        const keys = paths.map((path) => path.normalize('NFC').toLowerCase());
        expect(new Set(keys).size).toBe(all.length);
        for (const path of paths)
          expect(path.split('/').filter((part) => !isName(part))).toEqual([]);
      }),
    );
  });

  it('can be used side by side in one file', async () => {
    const types = [
      'a-1.Status',
      'a_1.Status',
      'a-1.sub.Status',
      '1.Status',
      'b.Sta-tus',
      'b.Sta_tus',
    ];
    const schemas: Json[] = [
      ...types.map((name, i) => ({ type: 'enum', name, symbols: [`s-${i}`, 'x/y'] })),
      {
        type: 'record',
        name: 'b.All',
        fields: types.map((type, i) => ({ name: `f-${i}`, type, default: `s-${i}` })),
      },
    ];
    const generated = generate(schemas, {}, LENIENT);
    const folder = await writeScratch('names-outside-beside', generated.files);
    expect(await compile(folder)).toEqual([]);
    const [codecs] = await importAllCodecs('names-outside-beside-run', [generated]);
    const all = codecs?.get('b.All');
    const value = Object.fromEntries(types.map((_, i) => [`f-${i}`, `s-${i}`]));
    expect(all?.decode(all.encode({}))).toEqual(value);
    expect(all?.decode(all.encode({ ...value, 'f-2': 'x/y' }))).toEqual({ ...value, 'f-2': 'x/y' });
  });
});

it('gives functions that pass over an older record a name, whatever it was called', async () => {
  const now = { type: 'record', name: 'a-b.R', fields: [{ name: 'id', type: 'int' }] };
  const gone: Json = {
    type: 'record',
    name: "x(){}/*'evil-1",
    fields: [
      { name: 'next', type: ['null', "x(){}/*'evil-1"] },
      { name: 'text', type: 'string' },
    ],
  };
  const older: Json = {
    ...(now as object),
    fields: [
      { name: 'go ne', type: gone },
      { name: 'id', type: 'int' },
    ],
  };
  const { schema } = parseSchema(older, { role: 'history' });
  const generated = generate([now], { versions: byName([['a-b.R', [schema]]]) }, LENIENT);
  expect(generated.files.map(({ path }) => path)).toContain('a_b/R.versions.ts');
  expect(await compile(await writeScratch('names-outside-older', generated.files))).toEqual([]);
});
