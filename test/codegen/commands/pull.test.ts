/** `tavro pull` from the dev registry, over real HTTP. */
import { readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import { startRegistry } from '../../../local/registry/server.js';
import type { Json } from '../../../runtime/json.js';
import { createRegistry } from '../../../runtime/registry/client.js';
import type { SchemaReference } from '../../../runtime/registry/schemas.js';
import { createSubjects } from '../../../runtime/registry/subjects.js';
import { startLoopback } from '../../runtime/registry/loopback.js';
import { SchemasFolder } from '../schemas-folder.js';

const record = (name: string, fields: Readonly<Record<string, Json>>): Json => ({
  type: 'record',
  name,
  fields: Object.entries(fields).map(([field, type]) => ({ name: field, type })),
});
const NOTE = { name: 'note', type: 'string', default: '' };
const ORDER = { type: 'record', name: 'acme.Order', fields: [{ name: 'id', type: 'long' }] };
const ORDER_2 = { ...ORDER, fields: [...ORDER.fields, NOTE] };

const open: { stop(): Promise<void> }[] = [];
afterEach(async () => {
  for (const one of open.splice(0)) await one.stop();
});

/** Subject, schema, references: in the order of registering. */
type Registered = readonly [string, Json, (readonly SchemaReference[])?];

async function setUp(
  registered: readonly Registered[],
  files: Readonly<Record<string, Json>> = {},
) {
  const server = await startRegistry();
  const folder = await SchemasFolder.create(files);
  open.push(server, { stop: () => folder.remove() });
  const client = createRegistry({ url: server.url });
  const register = async (all: readonly Registered[]) => {
    for (const [subject, schema, references] of all)
      await client.register(subject, JSON.stringify(schema), { references });
  };
  await register(registered);
  const pull = (...more: string[]) => folder.run('pull', ['--registry', server.url, ...more]);
  return { url: server.url, folder, client, register, pull, ...createSubjects(client) };
}

async function tree(folder: SchemasFolder): Promise<string[]> {
  const entries = await readdir(folder.schemas, { recursive: true });
  return entries.filter((entry) => /\.(avsc|json)$/.test(entry)).sort();
}

const configOf = async (folder: SchemasFolder): Promise<Json> =>
  JSON.parse(await folder.read('tavro.json'));

describe('pull', () => {
  it('writes schemas, topics and history of a registry into an empty folder', async () => {
    const { pull, folder, url, setLevel } = await setUp([
      ['orders-value', ORDER],
      ['orders-value', ORDER_2],
      ['orders-key', record('acme.shop.OrderKey', { id: 'long' })],
      ['customers-value', record('acme.Customer', { name: 'string' })],
    ]);
    await setLevel('FULL_TRANSITIVE', 'orders-value');
    await rm(folder.schemas, { recursive: true });
    const { code, err } = await pull();
    expect({ code, err }).toEqual({
      code: 0,
      err: expect.stringContaining('7 files written: looked at 3 subjects'),
    });
    expect(await tree(folder)).toEqual([
      'acme/Customer.avsc',
      'acme/Order.avsc',
      'acme/shop/OrderKey.avsc',
      'lock/customers-value.json',
      'lock/orders-key.json',
      'lock/orders-value.json',
      'tavro.json',
    ]);
    expect(await configOf(folder)).toEqual({
      topics: {
        customers: { value: 'acme.Customer' },
        orders: {
          value: 'acme.Order',
          key: 'acme.shop.OrderKey',
          compatibility: 'FULL_TRANSITIVE',
        },
      },
    });
    expect(await folder.versions('orders-value')).toEqual([
      [1, 'released', { [url]: 1 }],
      [2, 'released', { [url]: 2 }],
    ]);
    expect(await folder.read('acme/Order.avsc')).toBe(`{
  "type": "record",
  "name": "Order",
  "namespace": "acme",
  "fields": [
    { "name": "id", "type": "long" },
    { "name": "note", "type": "string", "default": "" }
  ]
}
`);
  });

  it('writes GUIDs beside ids, also into a lock that has the ids already', async () => {
    const { pull, folder, url, version } = await setUp([
      ['orders-value', ORDER],
      ['orders-value', ORDER_2],
    ]);
    await pull();
    const text = await folder.read('lock/orders-value.json');
    for (const number of [1, 2]) {
      const { guid, id } = await version('orders-value', number);
      expect(text).toContain(`"ids": {"${url}": ${id}}, "guids": {"${url}": "${guid}"}`);
    }
    await folder.editLock((text) => text.replaceAll(/, "guids": \{[^}]*\}/g, ''));
    await pull();
    expect(await folder.read('lock/orders-value.json')).toBe(text);
  });

  it('leaves nothing to do for codegen, check and publish', async () => {
    const { pull, folder, url } = await setUp([
      ['orders-value', ORDER],
      ['orders-value', { ...ORDER_2, doc: 'Bought.' }],
      ['customers-value', record('acme.Customer', { name: 'string' })],
    ]);
    await pull();
    const lock = await folder.lockTexts();
    const steps = [
      await folder.run('codegen'),
      await folder.run('check'),
      await folder.run('check', ['--against', `registry:${url}`]),
      await folder.run('publish', ['--registry', url]),
      await pull(),
    ];
    expect(steps.map(({ code }) => code)).toEqual([0, 0, 0, 0, 0]);
    expect(steps[3]?.err).toContain('Nothing to publish');
    expect(steps[4]?.err).toContain('Nothing changed');
    expect(await folder.lockTexts()).toEqual(lock);
  });

  it('takes the versions that somebody registered by hand into the lock', async () => {
    const { pull, register, folder, url } = await setUp([['orders-value', ORDER]]);
    await pull();
    await register([['orders-value', ORDER_2]]);
    const drifted = await folder.run('check', ['--against', `registry:${url}`]);
    expect(drifted.out).toContain('registry-version-unknown');
    const local = { ...ORDER, fields: [...ORDER.fields, { name: 'x', type: 'int', default: 0 }] };
    await folder.write('acme/Order.avsc', local);
    const { code, err } = await pull();
    expect(code).toBe(0);
    expect(err).toContain('acme/Order.avsc has another acme.Order than the registry, and was kept');
    expect(JSON.parse(await folder.read('acme/Order.avsc'))).toEqual(local);
    // The own schema comes after what the registry has.
    expect(await folder.versions('orders-value')).toEqual([
      [1, 'released', { [url]: 1 }],
      [2, 'released', { [url]: 2 }],
      [3, 'draft', {}],
    ]);
    expect((await pull('--force')).out).toContain('acme/Order.avsc');
    expect(JSON.parse(await folder.read('acme/Order.avsc')).fields).toEqual(ORDER_2.fields);
    expect(await folder.versions('orders-value')).toHaveLength(2);
  });

  it('takes deleted versions too: their data may still be in the topic', async () => {
    const { pull, register, folder, url } = await setUp([
      ['orders-value', ORDER],
      ['orders-value', ORDER_2],
    ]);
    await fetch(`${url}/subjects/orders-value/versions/1`, { method: 'DELETE' });
    await register([['gone-value', record('acme.Gone', { n: 'int' })]]);
    await fetch(`${url}/subjects/gone-value`, { method: 'DELETE' });
    await pull();
    expect(await folder.versions('orders-value')).toEqual([
      [1, 'released', { [url]: 1 }],
      [2, 'released', { [url]: 2 }],
    ]);
    expect(await tree(folder)).toEqual(['acme/Order.avsc', 'lock/orders-value.json', 'tavro.json']);
  });

  it('keeps the ids of several registries', async () => {
    const { pull, folder, url } = await setUp([['orders-value', ORDER]]);
    await pull();
    const other = await startRegistry();
    open.push(other);
    const client = createRegistry({ url: other.url });
    await client.register('elsewhere', '"int"');
    await client.register('orders-value', JSON.stringify(ORDER));
    await folder.run('pull', ['--registry', other.url, '--subject', 'orders-value']);
    expect(await folder.versions('orders-value')).toEqual([
      [1, 'released', { [url]: 1, [other.url]: 2 }],
    ]);
  });

  it('gives a type that several subjects use a file of its own', async () => {
    const address = record('acme.Address', { zip: record('Zip', { code: 'string' }) });
    const { pull, folder } = await setUp([
      ['orders-value', record('acme.Order', { to: address, extra: record('Extra', { n: 'int' }) })],
      ['customers-value', record('acme.Customer', { home: address })],
    ]);
    await pull();
    expect(await tree(folder)).toEqual([
      'acme/Address.avsc',
      'acme/Customer.avsc',
      'acme/Order.avsc',
      'acme/Zip.avsc',
      'lock/customers-value.json',
      'lock/orders-value.json',
      'tavro.json',
    ]);
    expect(await folder.read('acme/Order.avsc')).toContain('"type": "acme.Address"');
    expect(await folder.read('acme/Order.avsc')).toContain('"name": "Extra"');
    expect((await folder.run('codegen')).code).toBe(0);
    expect((await folder.versions('orders-value')).map(([, state]) => state)).toEqual(['released']);
  });

  it('resolves references, and asks for no topic of what is only referred to', async () => {
    const { pull, folder } = await setUp([
      ['acme.Money', record('acme.Money', { cents: 'long' })],
      [
        'orders-value',
        record('acme.Order', { price: 'Money' }),
        [{ name: 'acme.Money', subject: 'acme.Money', version: 1 }],
      ],
    ]);
    const { code, err } = await pull();
    expect(code).toBe(0);
    expect(err).not.toContain('note:');
    expect(await configOf(folder)).toEqual({ topics: { orders: { value: 'acme.Order' } } });
    expect(await tree(folder)).toContain('acme/Money.avsc');
    expect([...(await folder.lock()).subjects.keys()]).toEqual(['orders-value']);
  });

  it('gives each topic its own definition of a name that subjects define differently', async () => {
    const { pull, folder } = await setUp([
      ['orders-value', ORDER],
      ['returns-value', ORDER_2],
    ]);
    expect((await pull()).code).toBe(0);
    expect(await configOf(folder)).toEqual({
      topics: {
        orders: { value: { file: 'orders-value.avsc', type: 'acme.Order' } },
        returns: { value: { file: 'returns-value.avsc', type: 'acme.Order' } },
      },
    });
    expect(JSON.parse(await folder.read('orders-value.avsc')).fields).toHaveLength(1);
    expect(JSON.parse(await folder.read('returns-value.avsc')).fields).toHaveLength(2);
    for (const command of ['codegen', 'check', 'pull'])
      expect(command === 'pull' ? (await pull()).err : (await folder.run(command)).code).toEqual(
        command === 'pull' ? expect.stringContaining('Nothing changed') : 0,
      );
    for (const subject of ['orders-value', 'returns-value'])
      expect((await folder.versions(subject)).map(([, state]) => state)).toEqual(['released']);
  });

  it('says of a topic that is there which definition it means once there are others', async () => {
    const { pull, folder } = await setUp([
      ['orders-value', ORDER],
      ['returns-value', ORDER_2],
    ]);
    expect((await pull('--subject', 'orders-value')).code).toBe(0);
    expect(await configOf(folder)).toEqual({ topics: { orders: { value: 'acme.Order' } } });
    expect((await pull('--subject', 'returns-value')).code).toBe(0);
    expect(await configOf(folder)).toEqual({
      topics: {
        orders: { value: { file: 'acme/Order.avsc', type: 'acme.Order' } },
        returns: { value: { file: 'returns-value.avsc', type: 'acme.Order' } },
      },
    });
    expect((await folder.run('codegen')).code).toBe(0);
  });

  it('reads what the names of subjects tell, and says what they do not', async () => {
    const { pull, folder } = await setUp([
      ['orders-acme.Order', ORDER],
      [':.staging:clicks-value', record('acme.Click', { n: 'int' })],
      ['acme.Lonely', record('acme.Lonely', { n: 'int' })],
      ['names-value', 'string'],
    ]);
    const { code, err } = await pull();
    expect(code).toBe(0);
    expect(await configOf(folder)).toEqual({
      topics: {
        clicks: { value: 'acme.Click', subjects: { value: ':.staging:clicks-value' } },
        names: { value: { avro: 'string' } },
        orders: { value: 'acme.Order', subjects: 'topic-record' },
      },
    });
    expect(err).toContain('acme.Lonely: its name does not say its topic');
    expect((await folder.run('codegen')).code).toBe(0);
    expect((await folder.run('check')).code).toBe(0);
  });

  it('adds topics to a tavro.json that is there, comments and all', async () => {
    const { pull, folder } = await setUp([
      ['orders-value', ORDER],
      ['acme.Event', record('acme.Event', { n: 'int' })],
    ]);
    await writeFile(
      join(folder.schemas, 'tavro.json'),
      '{\n  // Ours.\n  "topics": {\n    "events": { "value": "acme.Event", "subjects": "record" }\n  }\n}\n',
    );
    expect((await pull()).code).toBe(0);
    const text = await folder.read('tavro.json');
    expect(text).toContain('// Ours.');
    expect(JSON.parse(text.replace('// Ours.', ''))).toEqual({
      topics: {
        events: { value: 'acme.Event', subjects: 'record' },
        orders: { value: 'acme.Order' },
      },
    });
    expect([...(await folder.lock()).subjects.keys()]).toEqual(['acme.Event', 'orders-value']);
  });

  it('pulls only the subjects that are named', async () => {
    const { pull, folder } = await setUp([
      ['orders-value', ORDER],
      ['orders-key', record('acme.Key', { n: 'int' })],
      ['other-value', record('acme.Other', { n: 'int' })],
    ]);
    expect((await pull('--subject', 'orders-*')).code).toBe(0);
    expect(await tree(folder)).toEqual([
      'acme/Key.avsc',
      'acme/Order.avsc',
      'lock/orders-key.json',
      'lock/orders-value.json',
      'tavro.json',
    ]);
    const missing = await pull('--subject', 'nothing-value');
    expect(missing.code).toBe(2);
    expect(missing.err).toContain('no subject nothing-value');
  });

  it('shows what a dry run would write', async () => {
    const { pull, folder } = await setUp([['orders-value', ORDER]]);
    const { code, out } = await pull('--dry-run');
    expect(code).toBe(0);
    expect(out).toContain(`would write ${join(folder.schemas, 'acme/Order.avsc')}`);
    expect(await tree(folder)).toEqual([]);
  });

  it('reads history leniently', async () => {
    const { folder, pull, client, setLevel, url } = await setUp([['orders-value', ORDER]]);
    const put = (path: string, body: Json) =>
      fetch(url + path, {
        method: 'PUT',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      });
    await setLevel('NONE', 'old-value');
    await put('/config/old-value', { compatibility: 'NONE', validateNames: false });
    const invalid = {
      type: 'record',
      name: 'acme.Old',
      // Java before 1.9 took defaults that do not fit.
      fields: [{ name: 'n', type: 'int', default: 'zero' }],
    };
    await client.register('old-value', JSON.stringify(invalid));
    await client.register('old-value', JSON.stringify(record('acme.Old', { n: 'int' })));
    const { code } = await pull();
    expect(code).toBe(0);
    expect(await folder.versions('old-value')).toHaveLength(2);
    expect((await folder.run('codegen')).code).toBe(0);
  });

  it('writes no file outside of the folder', async () => {
    const { folder, pull, url } = await setUp([]);
    await fetch(`${url}/config/evil-value`, {
      method: 'PUT',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ compatibility: 'NONE', validateNames: false }),
    });
    const schema = JSON.stringify(record('../../evil.Name', { n: 'int' }));
    const answer = await fetch(`${url}/subjects/evil-value/versions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ schema }),
    });
    expect(answer.status).toBe(200);
    const { code, err } = await pull();
    expect({ code, err }).toEqual({
      code: 100,
      err: expect.stringContaining('refused: evil-value: left out: its namespace "./../evil"'),
    });
    expect(await readdir(folder.root)).toEqual(['schemas']);
    expect(await tree(folder)).toEqual([]);
  });

  it('tells of versions that nobody can read, and takes the others', async () => {
    const texts = ['{"type":"record"', JSON.stringify(ORDER)];
    const registry = await startLoopback(({ path }) => {
      if (path === '/subjects') return { json: ['orders-value'] };
      const [, number] = /versions\/(\d)/.exec(path) ?? [];
      if (number !== undefined) {
        const version = Number(number);
        const schema = texts[version - 1];
        return { json: { subject: 'orders-value', version, id: version, schema } };
      }
      if (path.startsWith('/config')) return { json: { compatibilityLevel: 'BACKWARD' } };
      return { json: [1, 2] };
    });
    open.push(registry);
    const { folder } = await setUp([]);
    const { code, err } = await folder.run('pull', ['--registry', registry.url]);
    expect(code).toBe(100);
    expect(err).toContain('refused: orders-value@v1:1:');
    expect(await folder.versions('orders-value')).toEqual([[2, 'released', { [registry.url]: 2 }]]);
  });
});

it('gives a type whose name is too long for a file a shorter one', async () => {
  const [long, other] = [`${'ü'.repeat(149)}a`, `${'ü'.repeat(149)}b`];
  const { pull, folder } = await setUp([
    ['a-value', record(`acme.${long}`, { id: 'long' })],
    ['b-value', record(`acme.${other}`, { id: 'long' })],
  ]);
  const before = `${'ü'.repeat(100)}`;
  expect(await pull()).toMatchObject({ code: 0 });
  expect(await tree(folder)).toEqual([
    `acme/${before}-2.avsc`,
    `acme/${before}.avsc`,
    'lock/a-value.json',
    'lock/b-value.json',
    'tavro.json',
  ]);
  expect(await pull()).toMatchObject({ err: expect.stringContaining('Nothing changed') });
});

it('leaves no folder behind where the registry cannot be reached', async () => {
  const folder = await SchemasFolder.create();
  open.push({ stop: () => folder.remove() });
  await rm(folder.schemas, { recursive: true });
  const { code } = await folder.run('pull', ['--registry', 'http://127.0.0.1:9']);
  expect({ code, left: await readdir(folder.root) }).toEqual({ code: 1, left: [] });
});
