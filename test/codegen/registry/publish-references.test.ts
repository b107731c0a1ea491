/** Schemas with types of other files, registered as texts that refer to each other. */
import { afterEach, describe, expect, it } from '@jest/globals';
import { parseFiles } from '../../../codegen/model/parse.js';
import type { NamedSchema } from '../../../codegen/model/schema.js';
import { SourceText } from '../../../codegen/model/source-text.js';
import { inOrder, SchemaUnits } from '../../../codegen/registry/schema-units.js';
import { startRegistry } from '../../../local/registry/server.js';
import { fingerprintOf } from '../../../runtime/avro.js';
import type { Json } from '../../../runtime/json.js';
import { createRegistry } from '../../../runtime/registry/client.js';
import { createSubjects } from '../../../runtime/registry/subjects.js';
import { SchemasFolder } from '../schemas-folder.js';

const record = (name: string, fields: Readonly<Record<string, Json>>): Json => ({
  type: 'record',
  name,
  fields: Object.entries(fields).map(([field, type]) => ({ name: field, type })),
});

/** File name -> schema. */
interface Case {
  readonly what: string;
  readonly files: Readonly<Record<string, Json>>;
  readonly root: string;
  /** Names of the units in the order of registering, each with what it refers to. */
  readonly units: readonly string[];
}

const CASES: readonly Case[] = [
  {
    what: 'a schema alone is one text',
    files: { 'a.avsc': record('x.A', { b: record('B', { n: 'int' }) }) },
    root: 'x.A',
    units: ['x.A()'],
  },
  {
    what: 'types of other files are referred to, the deepest first',
    files: {
      'a.avsc': record('x.A', { b: 'B', c: 'C' }),
      'b.avsc': record('x.B', { c: 'C' }),
      'c.avsc': record('x.C', { n: 'int' }),
    },
    root: 'x.A',
    units: ['x.C()', 'x.B(x.C)', 'x.A(x.B,x.C)'],
  },
  {
    what: 'a type within another file is had by the text that defines it',
    files: {
      'a.avsc': record('x.A', { inner: 'Inner' }),
      'b.avsc': record('x.B', { inner: record('Inner', { n: 'int' }) }),
    },
    root: 'x.A',
    units: ['x.B()', 'x.A(x.B)'],
  },
  {
    what: 'files that refer to each other become one text',
    files: {
      'a.avsc': record('x.A', { b: 'B' }),
      'b.avsc': record('x.B', { c: ['null', 'C'] }),
      'c.avsc': record('x.C', { b: ['null', 'B'], d: 'D' }),
      'd.avsc': record('x.D', { n: 'int' }),
    },
    root: 'x.A',
    units: ['x.D()', 'x.B(x.D)', 'x.A(x.B)'],
  },
  {
    what: 'a type that two files repeat gets a text of its own',
    files: {
      'a.avsc': record('x.A', { b: 'B', s: record('x.Same', { n: 'int' }) }),
      'b.avsc': record('x.B', { s: record('x.Same', { n: 'int' }) }),
    },
    root: 'x.A',
    units: ['x.Same()', 'x.B(x.Same)', 'x.A(x.B,x.Same)'],
  },
  {
    what: 'each type of a list is a text',
    files: {
      'list.avsc': [record('x.One', { n: 'int' }), record('x.Two', { one: 'One' })],
      'a.avsc': record('x.A', { two: 'Two', one: 'One' }),
    },
    root: 'x.A',
    units: ['x.One()', 'x.Two(x.One)', 'x.A(x.One,x.Two)'],
  },
];

function parse(files: Case['files']) {
  return parseFiles(
    Object.entries(files).map(([file, json]) => new SourceText(file, JSON.stringify(json))),
  );
}

function typeOf(types: readonly NamedSchema[], name: string): NamedSchema {
  const found = types.find((type) => type.name === name);
  if (found === undefined) throw new Error(`no ${name}`);
  return found;
}

describe('schema units', () => {
  it.each(CASES)('$what', ({ files, root, units }) => {
    const model = parse(files);
    expect(model.problems.errors).toEqual([]);
    const type = typeOf(model.types, root);
    const ordered = inOrder([new SchemaUnits(model).of(type)]);
    expect(
      ordered.map(({ name, needs }) => `${name}(${needs.map((one) => one.name).join()})`),
    ).toEqual(units);
    // Read in this order, each text finds what it needs, and the last one is the whole schema.
    const texts = ordered.map(({ text }) => text);
    const whole = parseFiles(texts.map((text, i) => new SourceText(`${i}.avsc`, text)));
    expect(whole.problems.list).toEqual([]);
    expect(fingerprintOf(texts.at(-1) ?? '', texts.slice(0, -1))).toBe(
      fingerprintOf(JSON.stringify(files['a.avsc']), others(files)),
    );
  });
});

/** Texts of the other files, whatever the order they need. */
function others(files: Case['files']): string[] {
  return Object.entries(files)
    .filter(([file]) => file !== 'a.avsc')
    .map(([, json]) => JSON.stringify(json))
    .reverse();
}

const open: { stop(): Promise<void> }[] = [];
afterEach(async () => {
  for (const one of open.splice(0)) await one.stop();
});

const ADDRESS = record('acme.Address', { street: 'string', country: 'Country' });
const COUNTRY = { type: 'enum', name: 'acme.Country', symbols: ['DE', 'FR'] };
const FILES = {
  'tavro.json': {
    topics: {
      orders: { value: 'acme.Order', compatibility: 'BACKWARD' },
      customers: { value: 'acme.Customer' },
    },
    registry: { references: true },
  },
  'order.avsc': record('acme.Order', { to: 'Address', from: 'Country' }),
  'customer.avsc': record('acme.Customer', { home: 'Address' }),
  'address.avsc': ADDRESS,
  'country.avsc': COUNTRY,
};

describe('publish with references', () => {
  async function setUp(files: Readonly<Record<string, Json>> = {}) {
    const server = await startRegistry();
    const folder = await SchemasFolder.create({ ...FILES, ...files });
    open.push(server, { stop: () => folder.remove() });
    const client = createRegistry({ url: server.url });
    const publish = (...more: string[]) =>
      folder.run('publish', ['--registry', server.url, ...more]);
    return { server, folder, client, publish, ...createSubjects(client) };
  }

  it('registers types that several topics share once, under their own names', async () => {
    const { publish, list, latest, client, level, folder, server } = await setUp();
    const { code, out } = await publish();
    expect(code).toBe(0);
    expect(out).toContain('register v1 of acme.Order (draft), after acme.Country, acme.Address');
    expect(await list()).toEqual([
      'acme.Address',
      'acme.Country',
      'customers-value',
      'orders-value',
    ]);
    const order = await latest('orders-value');
    expect(order.references).toEqual([
      { name: 'acme.Address', subject: 'acme.Address', version: 1 },
      { name: 'acme.Country', subject: 'acme.Country', version: 1 },
    ]);
    expect(await level('acme.Address')).toBe('NONE');
    const { schema, references } = await client.schemaById(order.id);
    expect(references).toHaveLength(2);
    const locked = (await folder.lock()).subjects.get('orders-value')?.versions[0];
    expect(fingerprintOf(schema, references)).toBe(fingerprintOf(JSON.stringify(locked?.schema)));
    // A producer looks up the whole text, and finds what was registered in parts.
    expect(await client.lookup('orders-value', JSON.stringify(locked?.schema))).toBe(order.id);
    expect(locked?.ids).toEqual({ [server.url]: order.id });
    expect((await publish()).err).toContain('Nothing to publish');
  });

  it('gives all that refer to a changed type a version', async () => {
    const { publish, versions, latest, folder } = await setUp();
    await publish();
    await folder.write('country.avsc', { ...COUNTRY, symbols: ['DE', 'FR', 'IT'] });
    expect((await publish()).code).toBe(0);
    const subjects = ['acme.Country', 'acme.Address', 'orders-value', 'customers-value'];
    for (const subject of subjects) expect(await versions(subject)).toEqual([1, 2]);
    expect((await latest('customers-value')).references).toEqual([
      { name: 'acme.Address', subject: 'acme.Address', version: 2 },
    ]);
    expect((await publish()).err).toContain('Nothing to publish');
  });

  it('takes a schema that was registered whole as it is', async () => {
    const { publish, folder, list } = await setUp({
      'tavro.json': { ...FILES['tavro.json'], registry: { references: false } },
    });
    await publish();
    expect(await list()).toEqual(['customers-value', 'orders-value']);
    await folder.write('tavro.json', FILES['tavro.json']);
    expect((await publish()).err).toContain('Nothing to publish');
  });

  it('keeps references in the context of what refers to them', async () => {
    const { publish, server, latest } = await setUp({
      'tavro.json': {
        ...FILES['tavro.json'],
        registry: { references: true, context: '.staging' },
      },
    });
    expect((await publish()).code).toBe(0);
    const inContext = createRegistry({ url: `${server.url}/contexts/:.staging:` });
    expect(await createSubjects(inContext).list()).toEqual([
      ':.staging:acme.Address',
      ':.staging:acme.Country',
      ':.staging:customers-value',
      ':.staging:orders-value',
    ]);
    const { id } = await latest(':.staging:orders-value');
    expect((await inContext.schemaById(id)).references).toHaveLength(2);
    expect((await publish()).err).toContain('Nothing to publish');
  });
});
