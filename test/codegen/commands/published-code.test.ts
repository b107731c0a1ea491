/** Code generated after publishing knows its schema ids: neither side asks the registry. */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createHandler, type Logger, on } from '../../../consumer/index.js';
import { MemoryBroker, memoryTransport } from '../../../local/memory/index.js';
import { mskEvent } from '../../../local/msk-event.js';
import { type RegistryServer, startRegistry } from '../../../local/registry/server.js';
import { createProducer } from '../../../producer/index.js';
import { fingerprintOf } from '../../../runtime/avro.js';
import { createRegistry, type Topic, unframe } from '../../../runtime/index.js';
import { importBundled } from '../bundle.js';
import { SchemasFolder } from '../schemas-folder.js';

const SCRATCH = fileURLToPath(
  new URL('../../../node_modules/.cache/tavro-test/published-code', import.meta.url),
);

interface Order {
  id: bigint;
  note: string;
}

const ORDER = {
  type: 'record',
  name: 'acme.Order',
  fields: [{ name: 'id', type: 'long' }],
};
const ORDER_2 = {
  ...ORDER,
  fields: [...ORDER.fields, { name: 'note', type: 'string', default: 'none' }],
};
/** Takes the first id, so that an order's is not what a stub would guess. */
const CUSTOMER = { ...ORDER, name: 'acme.Customer' };

const quiet = () => undefined;
const SILENT: Logger = { debug: quiet, info: quiet, warn: quiet, error: quiet };

let server: RegistryServer;
let folder: SchemasFolder;
let orders: Topic<Order, Order, 'string'>;

beforeAll(async () => {
  server = await startRegistry();
  folder = await SchemasFolder.create({
    'tavro.json': {
      topics: { customers: { value: 'acme.Customer' }, orders: { value: 'acme.Order' } },
    },
    'order.avsc': ORDER,
    'customer.avsc': CUSTOMER,
  });
  expect((await folder.run('publish', ['--registry', server.url])).code).toBe(0);
  await folder.write('order.avsc', ORDER_2);
  expect((await folder.run('publish', ['--registry', server.url])).code).toBe(0);
  await rm(SCRATCH, { recursive: true, force: true });
  orders = await generate('here');
});
afterAll(async () => {
  await server.stop();
  await folder.remove();
});

/** The topic as code generated now has it. */
async function generate(name: string): Promise<typeof orders> {
  const out = join(SCRATCH, name);
  expect((await folder.run('codegen', ['--out', out])).code).toBe(0);
  const module = await importBundled(join(out, 'topics.ts'));
  // Safe: the schemas above say so.
  return module.orders as typeof orders;
}

/** A registry under a URL that fails whatever it is asked, and counts. */
function deafRegistry(url: string) {
  const asked: string[] = [];
  const registry = createRegistry({
    url,
    retries: 0,
    fetch: async (input) => {
      asked.push(String(input));
      throw new Error('no request was to be made');
    },
  });
  return { registry, asked };
}

describe('generated code after publish', () => {
  it('knows the ids of the registry', () => {
    const [ids, guids] = [/^\d+$/, /^[0-9a-f-]{36}$/].map((pattern) =>
      Object.entries(orders.value.knownIds[server.url] ?? {}).filter(([id]) => pattern.test(id)),
    );
    const fingerprints = [fingerprintOf(JSON.stringify(ORDER)), orders.value.fingerprint];
    expect(Object.fromEntries(ids ?? [])).toEqual({ 2: fingerprints[0], 3: fingerprints[1] });
    expect(guids?.map(([, fingerprint]) => fingerprint)).toEqual(fingerprints);
  });

  it('lets both sides use GUIDs without a request', async () => {
    const { registry, asked } = deafRegistry(server.url);
    const broker = new MemoryBroker();
    broker.createTopic('orders');
    const transport = memoryTransport(broker);
    const producer = createProducer({ transport, registry, framing: 'header-guid' });
    await producer.send(orders, { key: 'a', value: { id: 8n, note: 'gift' } });
    await producer.close();
    const seen: unknown[] = [];
    const handler = createHandler({
      routes: [on(orders, (order, record) => void seen.push([order, record.schemaGuid]))],
      registry,
      logger: SILENT,
    });
    const stored = broker.read({ topic: 'orders', partition: 0 }, 0n, 1);
    await handler(mskEvent(stored.map((record) => ({ topic: 'orders', ...record }))));
    const guid = Object.keys(orders.value.knownIds[server.url] ?? {}).at(-1);
    expect(seen).toEqual([[{ id: 8n, note: 'gift' }, guid]]);
    expect(asked).toEqual([]);
    const { schemaByGuid } = createRegistry({ url: server.url });
    expect(fingerprintOf((await schemaByGuid?.(guid ?? ''))?.schema ?? '')).toBe(
      orders.value.fingerprint,
    );
    const versions = Object.entries(orders.writerVersions?.[server.url] ?? {});
    expect(versions.filter(([, version]) => version === 1).map(([id]) => id)).toEqual([
      '2',
      expect.stringMatching(/^[0-9a-f-]{36}$/),
    ]);
    expect(Object.values(Object.fromEntries(versions)).sort()).toEqual([1, 1, 2, 2]);
  });

  it('lets a Lambda decode its first records, old and new, without a request', async () => {
    const { registry, asked } = deafRegistry(server.url);
    const seen: Order[] = [];
    const versions: unknown[] = [];
    const handler = createHandler({
      routes: [
        on(orders, (order, { writerVersion }) => {
          seen.push(order);
          versions.push(writerVersion);
        }),
      ],
      registry,
      logger: SILENT,
    });
    const old = Uint8Array.of(0, 0, 0, 0, 2, 12);
    const value = orders.value.encodeFramed({ id: 7n, note: 'gift' }, 3);
    await handler(mskEvent([old, value].map((one) => ({ topic: 'orders', value: one }))));
    expect(seen).toEqual([
      { id: 6n, note: 'none' },
      { id: 7n, note: 'gift' },
    ]);
    expect(versions).toEqual([1, 2]);
    expect(asked).toEqual([]);
  });

  it('lets a producer send its first message without a request', async () => {
    const { registry, asked } = deafRegistry(`${server.url}/`);
    const broker = new MemoryBroker();
    broker.createTopic('orders');
    const producer = createProducer({ transport: memoryTransport(broker), registry });
    const report = await producer.send(orders, { key: 'a', value: { id: 8n, note: '' } });
    await producer.close();
    const [stored] = broker.read({ topic: 'orders', partition: report.partition }, 0n, 1);
    expect(unframe(stored?.value ?? new Uint8Array()).schemaId).toBe(3);
    expect(asked).toEqual([]);
  });

  it('trusts no other registry with these ids', async () => {
    const { registry, asked } = deafRegistry('http://other.example');
    const handler = createHandler({
      routes: [on(orders, () => undefined)],
      registry,
      logger: SILENT,
    });
    const value = orders.value.encodeFramed({ id: 7n, note: '' }, 2);
    await expect(handler(mskEvent([{ topic: 'orders', value }]))).rejects.toThrow('schema id 2');
    expect(asked).toEqual(['http://other.example/schemas/ids/2']);
  });

  it('asks for an id that was not known', async () => {
    const { registry, asked } = deafRegistry(server.url);
    const handler = createHandler({
      routes: [on(orders, () => undefined)],
      registry,
      logger: SILENT,
    });
    const value = orders.value.encodeFramed({ id: 7n, note: '' }, 4);
    await expect(handler(mskEvent([{ topic: 'orders', value }]))).rejects.toThrow('schema id 4');
    expect(asked).toEqual([`${server.url}/schemas/ids/4`]);
  });

  it('trusts no ids that another machine had of its own registry under this URL', async () => {
    const mine = await folder.lockTexts();
    await folder.editLock((text) => text.replaceAll(/"machine": "\w+"/g, '"machine": "another"'));
    const theirs = await generate('elsewhere');
    await folder.restoreLock(mine);
    expect(theirs.value.knownIds).toEqual({ [server.url]: {} });
    expect(theirs.writerVersions).toEqual({ [server.url]: {} });
    const { registry, asked } = deafRegistry(server.url);
    const handler = createHandler({
      routes: [on(theirs, () => undefined)],
      registry,
      logger: SILENT,
    });
    const value = theirs.value.encodeFramed({ id: 7n, note: '' }, 3);
    await expect(handler(mskEvent([{ topic: 'orders', value }]))).rejects.toThrow('schema id 3');
    expect(asked).toEqual([`${server.url}/schemas/ids/3`]);
    const broker = new MemoryBroker();
    broker.createTopic('orders');
    const producer = createProducer({ transport: memoryTransport(broker), registry });
    await expect(
      producer.send(theirs, { key: 'a', value: { id: 8n, note: '' } }),
    ).rejects.toMatchObject({ code: 'REGISTRY' });
  });
});
