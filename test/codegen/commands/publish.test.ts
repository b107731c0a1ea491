/** `tavro publish` against the dev registry, over real HTTP. */
import { afterEach, describe, expect, it } from '@jest/globals';
import { type RegistryServer, startRegistry } from '../../../local/registry/server.js';
import { createRegistry, type RegistryClient } from '../../../runtime/registry/client.js';
import { createSubjects } from '../../../runtime/registry/subjects.js';
import { thisMachine } from '../../../runtime/registry/this-machine.js';
import { SchemasFolder } from '../schemas-folder.js';

const ORDER = {
  type: 'record',
  name: 'Order',
  namespace: 'acme',
  fields: [{ name: 'id', type: 'long' }],
};
const NOTE = { name: 'note', type: 'string', default: '' };
const ORDER_2 = { ...ORDER, fields: [...ORDER.fields, NOTE] };
const CUSTOMER = { ...ORDER, name: 'Customer' };
const CONFIG = {
  topics: {
    orders: { value: 'acme.Order', compatibility: 'FULL' },
    customers: { value: 'acme.Customer', key: 'acme.Order' },
  },
};

const open: { stop(): Promise<void> }[] = [];
afterEach(async () => {
  for (const one of open.splice(0)) await one.stop();
});

async function setUp(
  files: Parameters<typeof SchemasFolder.create>[0] = {},
  options: Parameters<typeof startRegistry>[0] = {},
) {
  const server = await startRegistry(options);
  const folder = await SchemasFolder.create({
    'tavro.json': CONFIG,
    'order.avsc': ORDER,
    'customer.avsc': CUSTOMER,
    ...files,
  });
  open.push(server, { stop: () => folder.remove() });
  const client = clientOf(server);
  return { server, folder, client, ...createSubjects(client) };
}

function clientOf({ url }: RegistryServer): RegistryClient {
  return createRegistry({ url });
}

const publish = (folder: SchemasFolder, url: string, ...more: string[]) =>
  folder.run('publish', ['--registry', url, ...more]);

describe('publish', () => {
  it('registers the drafts, sets the levels and writes ids and releases to the lock', async () => {
    const { folder, server, list, level, latest } = await setUp();
    const { code, out, err } = await publish(folder, server.url);
    expect({ code, out }).toEqual({
      code: 0,
      out: [
        `plan for ${server.url}`,
        'orders-value',
        '  set the level FULL (now unset)',
        '  register v1 of acme.Order (draft)',
        'customers-value',
        '  register v1 of acme.Customer (draft)',
        'customers-key',
        '  register v1 of acme.Order (draft)',
      ].join('\n'),
    });
    expect(err).toContain('orders-value: v1 has id 1');
    expect(err).toContain(
      `Published. Run \`npx tavro codegen --schemas "${folder.schemas}"\` to put the ids into the generated code.`,
    );
    expect(err).toContain('elsewhere http://127.0.0.1');
    expect(err).toContain('its ids are ignored');
    expect(await list()).toEqual(['customers-key', 'customers-value', 'orders-value']);
    expect([await level('orders-value'), await level('customers-value')]).toEqual([
      'FULL',
      undefined,
    ]);
    expect(JSON.parse((await latest('orders-value')).schema)).toEqual(ORDER);
    expect(await folder.versions('orders-value')).toEqual([[1, 'released', { [server.url]: 1 }]]);
    expect(await folder.versions('customers-value')).toEqual([
      [1, 'released', { [server.url]: 2 }],
    ]);
    expect(await folder.versions('customers-key')).toEqual([[1, 'released', { [server.url]: 1 }]]);
  });

  it('writes the GUIDs that the registry tells into the lock', async () => {
    const { folder, server, latest } = await setUp();
    await publish(folder, server.url);
    const { guid } = await latest('orders-value');
    expect(guid).toMatch(/^[0-9a-f-]{36}$/);
    const ids = `"ids": {"${server.url}": 1}, "guids": {"${server.url}": "${guid}"}`;
    expect(await folder.read('lock/orders-value.json')).toContain(ids);
  });

  it('needs no GUIDs in a lock: only new versions come with them', async () => {
    const { folder, server, latest } = await setUp();
    await publish(folder, server.url);
    await folder.editLock((text) => text.replace(/, "guids": \{[^}]*\}/, ''));
    const before = await folder.lockTexts();
    expect((await publish(folder, server.url)).err).toContain('Nothing to publish');
    expect(await folder.lockTexts()).toEqual(before);
    await folder.write('order.avsc', ORDER_2);
    await publish(folder, server.url);
    const { guid } = await latest('orders-value');
    const text = await folder.read('lock/orders-value.json');
    expect(text.match(/"guids": \{[^}]*\}/g)).toEqual([`"guids": {"${server.url}": "${guid}"}`]);
  });

  it('does nothing the second time', async () => {
    const { folder, server } = await setUp();
    await publish(folder, server.url);
    const before = await folder.lockTexts();
    const { code, out, err } = await publish(folder, server.url);
    expect({ code, out, err }).toEqual({
      code: 0,
      out: '',
      err: `Nothing to publish: ${server.url} has everything.`,
    });
    expect(await folder.lockTexts()).toEqual(before);
  });

  it('publishes a change as the next version', async () => {
    const { folder, server, versions } = await setUp();
    await publish(folder, server.url);
    await folder.write('order.avsc', ORDER_2);
    const { out } = await publish(folder, server.url);
    expect(out).toContain('orders-value\n  register v2 of acme.Order (draft)');
    expect(await versions('orders-value')).toEqual([1, 2]);
    expect(await folder.versions('orders-value')).toEqual([
      [1, 'released', { [server.url]: 1 }],
      [2, 'released', { [server.url]: 3 }],
    ]);
  });

  it('publishes new documentation, which producers look up word for word', async () => {
    const { folder, server, client, versions } = await setUp();
    await publish(folder, server.url);
    const documented = { ...ORDER, doc: 'What somebody bought.' };
    await folder.write('order.avsc', documented);
    const { out } = await publish(folder, server.url);
    expect(out).toContain('register v2 of acme.Order (documentation)');
    expect(await client.lookup('orders-value', JSON.stringify(documented))).toBe(3);
    expect(await versions('orders-value')).toEqual([1, 2]);
    expect((await publish(folder, server.url)).err).toContain('Nothing to publish');
    expect((await folder.run('codegen')).code).toBe(0);
    expect(await folder.versions('orders-value')).toHaveLength(2);
  });

  it('takes documentation back to what it was without another version', async () => {
    const { folder, server, versions } = await setUp();
    await publish(folder, server.url);
    await folder.write('order.avsc', { ...ORDER, doc: 'What somebody bought.' });
    await publish(folder, server.url);
    const published = await folder.lockTexts();
    await folder.write('order.avsc', ORDER);
    expect((await publish(folder, server.url)).err).toContain('Nothing to publish');
    expect((await folder.run('codegen')).code).toBe(0);
    expect(await folder.lockTexts()).toEqual(published);
    const pull = await folder.run('pull', ['--registry', server.url]);
    expect([pull.code, await folder.lockTexts()]).toEqual([0, published]);
    // Where the registry lost it, it comes back behind the other: both mean the same.
    await fetch(`${server.url}/subjects/orders-value/versions/1`, { method: 'DELETE' });
    expect((await publish(folder, server.url)).out).toContain('register v1 of acme.Order');
    expect(await versions('orders-value')).toEqual([2, 3]);
    expect((await publish(folder, server.url)).err).toContain('Nothing to publish');
  });

  it('shows the plan of a dry run and does nothing', async () => {
    const { folder, server, list } = await setUp();
    const { code, out } = await publish(folder, server.url, '--dry-run');
    expect(code).toBe(0);
    expect(out).toContain('register v1 of acme.Order (draft)');
    expect(await list()).toEqual([]);
    expect(await folder.versions('orders-value')).toEqual([]);
  });

  it('refuses what the registry has associated with another subject, before it registers', async () => {
    const { folder, server, client, list } = await setUp();
    await client.register('sales', JSON.stringify(CUSTOMER));
    const associate = (associationType: string, subject: string) =>
      fetch(`${server.url}/associations/resources/orders-topic`, {
        method: 'PUT',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({
          ...{ resourceName: 'orders', resourceNamespace: 'lkc-1', resourceId: 'orders-topic' },
          associations: [{ subject, associationType }],
        }),
      });
    // Its keys are text: no subject of the project.
    await associate('key', 'sales');
    expect((await associate('value', 'sales')).status).toBe(200);
    for (const more of [[], ['--dry-run']]) {
      const { code, err } = await publish(folder, server.url, ...more);
      expect(code).toBe(1);
      expect(err).toContain(
        'the value of orders with sales, and tavro.json has it under orders-value',
      );
    }
    expect(await list()).toEqual(['sales']);
    await client.register('orders-value', JSON.stringify(ORDER));
    await associate('value', 'orders-value');
    expect((await publish(folder, server.url)).code).toBe(0);
    // What is published already is not asked about again.
    await associate('value', 'sales');
    expect((await publish(folder, server.url)).err).toContain('Nothing to publish');
  });

  it('refuses an association of keys, and knows a subject by its context', async () => {
    const { folder, server, client } = await setUp();
    const key = { ...CUSTOMER, name: 'acme.Key' };
    await folder.write('key.avsc', key);
    await folder.write('tavro.json', {
      topics: { orders: { value: 'acme.Order', key: 'acme.Key' } },
    });
    const associate = (associationType: string, subject: string, url: string) =>
      fetch(`${url}/associations/resources/orders-topic`, {
        method: 'PUT',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({
          ...{ resourceName: 'orders', resourceNamespace: 'lkc-1', resourceId: 'orders-topic' },
          associations: [{ subject, associationType }],
        }),
      });
    await client.register('sales', JSON.stringify(CUSTOMER));
    expect((await associate('key', 'sales', server.url)).status).toBe(200);
    const { code, err } = await publish(folder, server.url);
    expect(code).toBe(1);
    expect(err).toContain('the key of orders with sales, and tavro.json has it under orders-key');
    const context = `${server.url}/contexts/:.c:`;
    await createRegistry({ url: context }).register('orders-key', JSON.stringify(key));
    expect((await associate('key', ':.c:orders-key', context)).status).toBe(200);
    expect(await publish(folder, context)).toMatchObject({ code: 0 });
  });

  it('asks the gate first', async () => {
    const { folder, server, versions } = await setUp();
    await publish(folder, server.url);
    await folder.write('order.avsc', {
      ...ORDER,
      fields: [...ORDER.fields, { name: 'who', type: 'string' }],
    });
    const { code, out } = await publish(folder, server.url);
    expect(code).toBe(100);
    expect(out).toContain('field-default-missing');
    expect(await versions('orders-value')).toEqual([1]);
  });

  it('refuses to publish over a version that the lock does not know', async () => {
    const { folder, server, client, versions } = await setUp();
    await publish(folder, server.url);
    await client.register('orders-value', JSON.stringify({ ...ORDER_2, doc: 'By hand.' }));
    const other = [...ORDER.fields, { name: 'other', type: 'int', default: 0 }];
    await folder.write('order.avsc', { ...ORDER, fields: other });
    const { code, out } = await publish(folder, server.url);
    expect(code).toBe(100);
    expect(out).toContain('registry-version-unknown');
    expect(out).toContain('version 2 of orders-value');
    expect(await versions('orders-value')).toEqual([1, 2]);
  });

  it('asks the registry before it registers anything', async () => {
    const topics = { customers: { value: 'acme.Customer' }, orders: { value: 'acme.Order' } };
    const { folder, server, setLevel, versions } = await setUp({ 'tavro.json': { topics } });
    await publish(folder, server.url);
    await setLevel('FULL', 'orders-value');
    await folder.write('order.avsc', {
      ...ORDER,
      fields: [{ name: 'id', type: ['null', 'long'] }],
    });
    await folder.write('customer.avsc', { ...CUSTOMER, fields: [...CUSTOMER.fields, NOTE] });
    const { code, out } = await publish(folder, server.url);
    expect(code).toBe(100);
    expect(out).toContain('registry-disagrees');
    expect(out).toContain('TYPE_MISMATCH');
    expect(await versions('customers-value')).toEqual([1]);
    expect(await folder.versions('customers-value')).toEqual([
      [1, 'released', { [server.url]: 1 }],
    ]);
  });

  it('takes over what a registry has already', async () => {
    const { folder, server, client, versions } = await setUp();
    await client.register('customers-value', JSON.stringify(CUSTOMER));
    const { out } = await publish(folder, server.url);
    expect(out).toContain('customers-value\n  record id 1 for v1: the registry has it already');
    expect(await versions('customers-value')).toEqual([1]);
    expect(await folder.versions('customers-value')).toEqual([
      [1, 'released', { [server.url]: 1 }],
    ]);
  });

  it('brings the whole history to another registry, and keeps their ids apart', async () => {
    const { folder, server } = await setUp();
    await publish(folder, server.url);
    await folder.write('order.avsc', ORDER_2);
    await publish(folder, server.url);
    const other = await startRegistry();
    open.push(other);
    const client = clientOf(other);
    await client.register('elsewhere', '"int"');
    const { code, out } = await publish(folder, other.url);
    expect(code).toBe(0);
    expect(out).toContain('register v1 of acme.Order (released)\n  register v2');
    expect(await createSubjects(client).versions('orders-value')).toEqual([1, 2]);
    expect(await folder.versions('orders-value')).toEqual([
      [1, 'released', { [server.url]: 1, [other.url]: 2 }],
      [2, 'released', { [server.url]: 3, [other.url]: 3 }],
    ]);
    expect((await publish(folder, server.url)).err).toContain('Nothing to publish');
  });

  it('mends ids that a registry no longer gives', async () => {
    const { folder, server } = await setUp();
    await publish(folder, server.url);
    const { port } = new URL(server.url);
    await server.stop();
    const reset = await startRegistry({ port: Number(port) });
    open.push(reset);
    await clientOf(reset).register('elsewhere', '"int"');
    await publish(folder, reset.url);
    expect(await folder.versions('orders-value')).toEqual([[1, 'released', { [server.url]: 2 }]]);
  });

  it('does not take the ids of another machine’s local registry for its own', async () => {
    const { folder, server } = await setUp();
    await publish(folder, server.url);
    const file = 'lock/orders-value.json';
    const subject = JSON.parse(await folder.read(file));
    const [version] = subject.versions;
    expect(version.machine).toBe(thisMachine());
    version.machine = 'another';
    version.ids = { [server.url]: 77, 'https://registry.example': 5 };
    await folder.write(file, subject);
    const drift = await folder.run('check', ['--against', `registry:${server.url}`]);
    expect([drift.code, drift.out]).toEqual([0, expect.not.stringContaining('77')]);
    const { out } = await publish(folder, server.url);
    expect(out).toContain('record id 1 for v1');
    expect(await folder.versions('orders-value')).toEqual([
      [1, 'released', { [server.url]: 1, 'https://registry.example': 5 }],
    ]);
    expect((await publish(folder, server.url)).err).toContain('Nothing to publish');
  });

  it('does not put an old version behind newer ones', async () => {
    const { folder, server } = await setUp();
    await publish(folder, server.url);
    await folder.write('order.avsc', ORDER_2);
    await publish(folder, server.url);
    const other = await startRegistry();
    open.push(other);
    const client = clientOf(other);
    await client.register('orders-value', JSON.stringify(ORDER_2));
    const { out } = await publish(folder, other.url);
    expect(out).toContain('leave v1 out: the registry lacks it');
    expect(await createSubjects(client).versions('orders-value')).toEqual([1]);
    expect((await publish(folder, other.url)).err).toContain('Nothing to publish');
  });

  it('changes a level that tavro.json gives, and leaves others alone', async () => {
    const { folder, server, setLevel, level } = await setUp();
    await publish(folder, server.url);
    await setLevel('NONE', 'orders-value');
    await setLevel('NONE', 'customers-value');
    const { out } = await publish(folder, server.url);
    expect(out).toContain('orders-value\n  set the level FULL (now NONE)');
    expect([await level('orders-value'), await level('customers-value')]).toEqual(['FULL', 'NONE']);
  });

  it('reads URL and login from the environment and never prints the password', async () => {
    const auth = { username: 'ci', password: 's3cret-word' };
    const { folder, server } = await setUp({}, { auth });
    const refused = await publish(folder, server.url);
    expect(refused.code).toBe(1);
    expect(refused.err).toContain('401');
    const env = {
      SCHEMA_REGISTRY_URL: server.url,
      SCHEMA_REGISTRY_API_KEY: auth.username,
      SCHEMA_REGISTRY_API_SECRET: auth.password,
    };
    const byEnvironment = await folder.run('publish', [], env);
    expect(byEnvironment.code).toBe(0);
    const inside = server.url.replace('//', `//${auth.username}:${auth.password}@`);
    const byUrl = await folder.run('publish', ['--registry', inside]);
    expect(byUrl.err).toContain('Nothing to publish');
    const wrong = await publish(folder, inside.replace('s3cret', 'wr0ng'));
    expect(wrong.code).toBe(1);
    const printed =
      JSON.stringify([byEnvironment, byUrl, wrong]) + JSON.stringify(await folder.lockTexts());
    expect(printed).not.toMatch(/s3cret|wr0ng|Y2k6/);
    expect(await folder.versions('orders-value')).toEqual([[1, 'released', { [server.url]: 1 }]]);
  });

  it.each([
    ['record', ['acme.Customer', 'acme.Order']],
    ['topic-record', ['customers-acme.Customer', 'customers-acme.Order', 'orders-acme.Order']],
  ])('names subjects by %s', async (subjects, names) => {
    const topics = {
      orders: { value: 'acme.Order' },
      customers: { value: 'acme.Customer', key: 'acme.Order' },
    };
    const { folder, server, list } = await setUp({
      'tavro.json': { topics, registry: { subjects } },
    });
    expect((await publish(folder, server.url)).code).toBe(0);
    expect(await list()).toEqual(names);
    expect((await publish(folder, server.url)).err).toContain('Nothing to publish');
  });

  it.each([
    [true, 'record id 1 for v1', [1]],
    [false, 'register v1', [1, 2]],
  ])(
    'leaves it to the registry what is the same: normalize %s',
    async (normalize, step, numbers) => {
      const { folder, server, client, versions } = await setUp({
        'tavro.json': { topics: { orders: { value: 'acme.Order' } }, registry: { normalize } },
        'order.avsc': { ...ORDER, owner: 'shop', area: 'sales' },
      });
      const other = { ...ORDER, area: 'sales', owner: 'shop' };
      await client.register('orders-value', JSON.stringify(other), { normalize: true });
      expect((await publish(folder, server.url)).out).toContain(step);
      expect(await versions('orders-value')).toEqual(numbers);
      expect((await publish(folder, server.url)).err).toContain('Nothing to publish');
    },
  );

  it('asks which registry when none is named', async () => {
    const { folder } = await setUp();
    const { code, err } = await folder.run('publish');
    expect(code).toBe(2);
    expect(err).toContain('SCHEMA_REGISTRY_URL');
  });
});
