/** A registry as ksqlDB, Kafka Connect, Debezium and Java producers leave it: pulled, generated, compiled, read. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type RegistryServer, startRegistry } from '../../../local/registry/server.js';
import type { Json } from '../../../runtime/json.js';
import { createRegistry } from '../../../runtime/registry/client.js';
import type { SchemaReference } from '../../../runtime/registry/schemas.js';
import { compile, writeScratch } from '../generated-project.js';
import { type Ran, SchemasFolder } from '../schemas-folder.js';
import { generatedFiles, type Handled, handleAll } from './pulled-code.js';

const record = (name: string, fields: Readonly<Record<string, Json>>, more = {}): Json => ({
  ...{ type: 'record', name, ...more },
  fields: Object.entries(fields).map(([field, type]) => ({ name: field, type })),
});
const KSQL = 'io.confluent.ksql.avro_schemas.KsqlDataSourceSchema';
const CONNECT = 'io.confluent.connect.avro.ConnectDefault';
const ROW = record('app-1.public.items.Value', { id: 'long', 'unit-price': 'double' });
const reference = (name: string): SchemaReference => ({ name, subject: name, version: 1 });

const SUBJECTS: readonly (readonly [string, Json, (readonly SchemaReference[])?])[] = [
  ['ORDERS-value', record(KSQL, { ORDER_ID: ['null', 'long'], NAME: ['null', 'string'] })],
  ['ORDERS-key', 'string'],
  ['CLICKS-value', record(KSQL, { URL: ['null', 'string'] })],
  ['CLICKS-key', { type: 'long', 'connect.version': 1 }],
  ['TOTALS-value', record(KSQL, { KEY: 'string', TOTAL: 'double' })],
  ['users-value', record(CONNECT, { name: 'string' }, { 'connect.name': 'users' })],
  ['users-key', { type: 'int', 'connect.version': 1, 'connect.name': 'id' }],
  [
    'jobs-value',
    record(CONNECT, {
      at: { type: 'long', 'connect.version': 1, 'connect.name': 'io.debezium.time.MicroTimestamp' },
    }),
  ],
  ['jobs-key', { type: 'array', items: 'string' }],
  [
    'app-1.public.items-value',
    record('app-1.public.items.Envelope', { before: ['null', ROW], op: 'string' }),
  ],
  ['app-1.public.items-key', record('app-1.public.items.Key', { id: 'long' })],
  ['ev.Created', record('ev.Created', { id: 'string' })],
  ['ev.Deleted', record('ev.Deleted', { id: 'string', why: 'string' })],
  ['events-value', ['ev.Created', 'ev.Deleted'], ['ev.Created', 'ev.Deleted'].map(reference)],
  ['events-key', ['null', 'string', 'long']],
  ['audit-ev.Created', record('ev.Created', { id: 'string' })],
  ['audit-ev.Deleted', record('ev.Deleted', { id: 'string', why: 'string' })],
  ['audit-ev.Moved', record('ev.Moved', { to: 'string' })],
  ['counts-value', 'long'],
  ['counts-key', { type: 'bytes', logicalType: 'decimal', precision: 9, scale: 2 }],
  [
    'states-value',
    { type: 'map', values: { type: 'enum', name: 'ev.State', symbols: ['A', 'B'] } },
  ],
];

let server: RegistryServer;
let folder: SchemasFolder;
let pulled: Ran;
beforeAll(async () => {
  server = await startRegistry();
  folder = await SchemasFolder.create();
  await fetch(`${server.url}/config`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ validateNames: false }),
  });
  const client = createRegistry({ url: server.url });
  for (const [subject, schema, references] of SUBJECTS)
    await client.register(subject, JSON.stringify(schema), { references });
  pulled = await folder.run('pull', ['--registry', server.url]);
});
afterAll(async () => {
  await server.stop();
  await folder.remove();
});

describe('pull, and what comes after it', () => {
  it('takes all of them', async () => {
    expect({ ...pulled, out: '' }).toMatchObject({ code: 0 });
    const { topics } = JSON.parse(await folder.read('tavro.json'));
    expect(topics).toEqual({
      CLICKS: {
        value: { file: expect.stringContaining('.avsc'), type: KSQL },
        key: { avro: { type: 'long', 'connect.version': 1 } },
      },
      ORDERS: {
        value: { file: expect.stringContaining('.avsc'), type: KSQL },
        key: { avro: 'string' },
      },
      TOTALS: { value: { file: expect.stringContaining('.avsc'), type: KSQL } },
      'app-1.public.items': {
        value: 'app-1.public.items.Envelope',
        key: 'app-1.public.items.Key',
      },
      audit: { value: ['ev.Created', 'ev.Deleted', 'ev.Moved'], subjects: 'topic-record' },
      counts: {
        value: { avro: 'long' },
        key: { avro: { type: 'bytes', logicalType: 'decimal', precision: 9, scale: 2 } },
      },
      events: { value: { file: 'events-value.avsc' }, key: { file: 'events-key.avsc' } },
      jobs: { value: { file: 'jobs-value.avsc', type: CONNECT }, key: { file: 'jobs-key.avsc' } },
      states: { value: { file: 'states-value.avsc' } },
      users: {
        value: { file: 'users-value.avsc', type: CONNECT },
        key: { avro: { type: 'int', 'connect.version': 1, 'connect.name': 'id' } },
      },
    });
  });

  it('leaves nothing to do for codegen, check, publish and tsc', async () => {
    const steps = [
      await folder.run('codegen'),
      await folder.run('codegen', ['--check']),
      await folder.run('check'),
      await folder.run('check', ['--against', `registry:${server.url}`]),
      await folder.run('publish', ['--registry', server.url]),
      await folder.run('pull', ['--registry', server.url]),
    ];
    expect(steps.map(({ code }) => code)).toEqual([0, 0, 0, 0, 0, 0]);
    expect(steps[4]?.err).toContain('Nothing to publish');
    expect(steps[5]?.err).toContain('Nothing changed');
    const files = await generatedFiles(folder, 'code');
    expect(await compile(await writeScratch('pull-showcase', files))).toEqual([]);
  });

  it('a handler of each topic reads what the registered schemas write', async () => {
    await folder.run('codegen');
    const handled = await handleAll(folder, server.url);
    expect(handled.map(({ topic, got }) => [topic, got.length])).toEqual([
      ...['CLICKS', 'ORDERS', 'TOTALS', 'app-1.public.items'].map((topic) => [topic, 3]),
      ['audit', 9],
      ...['counts', 'events', 'jobs', 'states', 'users'].map((topic) => [topic, 3]),
    ]);
    for (const { topic, written, read } of handled) expect([topic, read]).toEqual([topic, written]);
    const of = (name: string): Handled['got'] =>
      handled.find(({ topic }) => topic === name)?.got ?? [];
    const shapes = (name: string) => [...new Set(of(name).map(({ value }) => shapeOf(value)))];
    expect(shapes('ORDERS')).toEqual(['NAME,ORDER_ID']);
    expect(shapes('CLICKS')).toEqual(['URL']);
    expect(shapes('TOTALS')).toEqual(['KEY,TOTAL']);
    expect(shapes('users')).toEqual(['name']);
    expect(shapes('jobs')).toEqual(['at']);
    expect(shapes('app-1.public.items')).toEqual(['before,op']);
    expect(shapes('audit')).toEqual(['Created', 'Deleted', 'Moved']);
    const kinds = (name: string) => [...new Set(of(name).map(({ key }) => typeof key))];
    expect({ ORDERS: kinds('ORDERS'), CLICKS: kinds('CLICKS'), users: kinds('users') }).toEqual({
      ORDERS: ['string'],
      CLICKS: ['bigint'],
      users: ['number'],
    });
  });
});

function shapeOf(value: unknown): string {
  if (typeof value !== 'object' || value === null) return typeof value;
  return 'case' in value ? String(value.case) : Object.keys(value).sort().join();
}
