/** Names in tavro.json that name nothing: an error with the place, and the name that was meant. */
import { afterEach, expect, it } from '@jest/globals';
import type { Json } from '../../../runtime/json.js';
import { nearestName } from '../../../runtime/nearest-name.js';
import { type Ran, SchemasFolder } from '../schemas-folder.js';

const DECIMAL = { logicalType: 'decimal', precision: 8, scale: 2 };
const FILES = {
  'order.avsc': {
    type: 'record',
    name: 'acme.Order',
    fields: [
      { name: 'quantity', type: 'long' },
      { name: 'sizes', type: { type: 'array', items: ['null', 'long'] } },
      { name: 'note', type: 'string' },
      { name: 'at', type: { type: 'long', logicalType: 'timestamp-millis' } },
      { name: 'micros', type: { type: 'long', logicalType: 'timestamp-micros' } },
      { name: 'price', type: ['null', { ...DECIMAL, type: 'bytes' }], default: null },
      {
        name: 'sums',
        type: { type: 'array', items: { ...DECIMAL, type: 'fixed', name: 'Sum', size: 4 } },
      },
      { name: 'item', type: 'acme.Item' },
      { name: 'cents', type: ['null', { type: 'long', 'connect.name': 'acme.Cents' }] },
    ],
  },
  'item.avsc': { type: 'record', name: 'acme.Item', fields: [{ name: 'count', type: 'long' }] },
};
const TOPIC = { value: 'acme.Order', key: 'acme.Item' };
const WAIVER = { rule: 'type-mismatch', path: '', reason: 'agreed', expires: '2099-12-31' };

let folder: SchemasFolder | undefined;
afterEach(() => folder?.remove());

async function codegen(config: Json): Promise<Ran> {
  folder = await SchemasFolder.create(FILES);
  const released = [{ version: 1, state: 'released', identity: '', schema: 'string', ids: {} }];
  const subjects = { 'retired-value': { type: 'acme.Old', versions: released } };
  await folder.write('lock.json', { format: 1, subjects });
  await folder.write('tavro.json', config);
  const { err, ...rest } = await folder.run('codegen');
  return { ...rest, err: err.replaceAll(`${folder.schemas}/`, '') };
}

/** Each setting that names something, with a name that names nothing. */
it.each<[string, Json, string]>([
  [
    'a field',
    { longs: { fields: { 'acme.Order.quantitty': 'number' } } },
    '4:7: error FIELD_UNKNOWN: "longs.fields" names acme.Order.quantitty, and no record has this field. Write <full name of the record>.<field>. Did you mean "acme.Order.quantity"?',
  ],
  [
    'a field without its namespace',
    { longs: { fields: { 'Order.quantity': 'number' } } },
    '4:7: error FIELD_UNKNOWN: "longs.fields" names Order.quantity, and no record has this field. Write <full name of the record>.<field>. Did you mean "acme.Order.quantity"?',
  ],
  [
    'a field of a record that is not there',
    { longs: { fields: { 'zoo.Keeper.shift': 'number' } } },
    '4:7: error FIELD_UNKNOWN: "longs.fields" names zoo.Keeper.shift, and no record has this field. Write <full name of the record>.<field>.',
  ],
  [
    'a field that is no long',
    { longs: { fields: { 'acme.Order.note': 'number' } } },
    '4:7: error FIELD_NOT_LONG: "longs.fields" names acme.Order.note, which holds no long that is shown as one: the setting does nothing.',
  ],
  [
    'a long that is shown as a Date',
    { longs: { fields: { 'acme.Order.at': 'number' } } },
    '4:7: error FIELD_NOT_LONG: "longs.fields" names acme.Order.at, which holds no long that is shown as one: the setting does nothing.',
  ],
  [
    'a field of a type within',
    { longs: { fields: { 'acme.Order.item': 'number' } } },
    '4:7: error FIELD_NOT_LONG: "longs.fields" names acme.Order.item, which holds no long that is shown as one: the setting does nothing.',
  ],
  [
    'a part of longs',
    { longs: { defualt: 'number' } },
    '3:5: "defualt" is not known here. Did you mean "default"? Known: default, fields.',
  ],
  [
    'a field whose decimals are rounded',
    { decimals: { fields: { 'acme.Order.prise': 'down' } } },
    '4:7: error FIELD_UNKNOWN: "decimals.fields" names acme.Order.prise, and no record has this field. Write <full name of the record>.<field>. Did you mean "acme.Order.price"?',
  ],
  [
    'a field that holds no decimal itself',
    { decimals: { fields: { 'acme.Order.item': 'half-up' } } },
    '4:7: error FIELD_NOT_DECIMAL: "decimals.fields" names acme.Order.item, which holds no decimal that is shown as text: the setting does nothing.',
  ],
  [
    'a field whose decimals are shown as bytes',
    {
      decimals: { fields: { 'acme.Order.price': 'half-up' } },
      logicalTypes: { decimal: 'base' },
    },
    '4:7: error FIELD_NOT_DECIMAL: "decimals.fields" names acme.Order.price, ',
  ],
  [
    'a rounding',
    { decimals: 'half-down' },
    '2:15: "decimals" must be one of refuse, half-even, half-up, down.',
  ],
  [
    'a rounding that is spelled otherwise',
    { decimals: 'half_even' },
    '2:15: "decimals" must be one of refuse, half-even, half-up, down. Did you mean "half-even"?',
  ],
  ...(['backward', 'BACKWARDS'] as const).map((compatibility): [string, Json, string] => [
    `the level ${compatibility}`,
    { topics: { orders: { ...TOPIC, compatibility } } },
    `6:24: "compatibility" must be one of BACKWARD, BACKWARD_TRANSITIVE, FORWARD, FORWARD_TRANSITIVE, FULL, FULL_TRANSITIVE, NONE. Did you mean "BACKWARD"?`,
  ]),
  [
    'a severity',
    { check: { rules: { 'doc-missing': 'warn' } } },
    '4:22: The severity of doc-missing must be one of error, warning, off.',
  ],
  [
    'a severity with a slip',
    { check: { rules: { 'doc-missing': 'eror' } } },
    '4:22: The severity of doc-missing must be one of error, warning, off. Did you mean "error"?',
  ],
  ...(
    [
      [{ key: 'strng' }, '5:14', 'strng', '"string"'],
      [{ key: 'lng' }, '5:14', 'lng', '{ "avro": "long" }'],
      [{ key: { avro: 'lng' } }, '6:17', 'lng', '"long"'],
      [{ value: 'strng' }, '4:16', 'strng', '{ "avro": "string" }'],
      [{ value: 'order.avsc' }, '4:16', 'order.avsc', '{ "file": "order.avsc" }'],
    ] as const
  ).map(([part, place, type, meant]): [string, Json, string] => [
    `the ${JSON.stringify(part)} of a topic`,
    { topics: { orders: { ...TOPIC, ...part } } },
    `${place}: error TYPE_UNKNOWN: the topic orders carries ${type}, which no schema defines. Defined: acme.Item, acme.Order, acme.Sum. Did you mean ${meant}?`,
  ]),
  [
    'a rounding of a field',
    { decimals: { fields: { 'acme.Order.price': 'up' } } },
    '4:27: "acme.Order.price" must be one of refuse, half-even, half-up, down.',
  ],
  [
    'a part of a setting of decimals',
    { decimals: { field: {} } },
    '3:5: "field" is not known here. Did you mean "fields"? Known: default, fields.',
  ],
  [
    'a logical type',
    { logicalTypes: { 'timestamp-milis': 'number' } },
    '3:5: "timestamp-milis" is no logical type. Did you mean "timestamp-millis"? Avro names: ',
  ],
  [
    'a representation that a logical type cannot have',
    { logicalTypes: { uuid: 'number' } },
    '3:13: "uuid" stands on string or fixed, whose values are no number: take "base" or a conversion.',
  ],
  [
    'a preset',
    { logicalTypes: { presets: ['connect', 'debesium'] } },
    '5:7: This is no preset. Did you mean "debezium"? Known: connect, debezium.',
  ],
  [
    'presets that are no list',
    { logicalTypes: { presets: 'debezium' } },
    '3:16: "presets" must be a list of connect, debezium.',
  ],
  [
    'a logical type for a name on another base',
    { logicalTypes: { 'io.debezium.time.Date': 'timestamp-millis' } },
    '3:30: "io.debezium.time.Date" is documented to hold something else than "timestamp-millis", which stands on long. Take "date", "base" or a conversion.',
  ],
  [
    'a logical type for a name in another unit',
    { logicalTypes: { 'io.debezium.time.MicroTimestamp': 'timestamp-millis' } },
    '3:40: "io.debezium.time.MicroTimestamp" is documented to hold something else than "timestamp-millis", which stands on long. Take "local-timestamp-micros", "timestamp-micros", "base" or a conversion.',
  ],
  [
    'a logical type for a name that none agrees with',
    { logicalTypes: { 'io.debezium.time.NanoTime': 'time-micros' } },
    'which stands on long. Take "base" or a conversion.',
  ],
  [
    'a number for a name on text',
    { logicalTypes: { 'io.debezium.data.Json': 'number' } },
    '3:30: "io.debezium.data.Json" stands on string, whose values are no number: take "base" or a conversion.',
  ],
  [
    'no logical type for a name',
    { logicalTypes: { 'acme.Cents': 'decimals' } },
    '3:19: "acme.Cents" must be one of base, number, bigint, decimal, big-decimal, uuid, date, ',
  ],
  [
    'half a conversion for a name',
    { logicalTypes: { 'acme.Cents': { module: 'x' } } },
    '3:19: A conversion needs "module", "conversion"',
  ],
  [
    'a name of Connect',
    { logicalTypes: { 'acme.Cent': 'base' } },
    '3:5: error SEMANTIC_UNKNOWN: "logicalTypes" has acme.Cent, and no schema has it as its connect.name. Did you mean "acme.Cents"?',
  ],
  [
    'a name of Debezium',
    { logicalTypes: { 'io.debezium.time.MicroTimestmp': 'base' } },
    'Did you mean "io.debezium.time.MicroTimestamp"?',
  ],
  [
    'a logical type for a name that a schema has on another base',
    { logicalTypes: { 'acme.Cents': 'decimal' } },
    '3:5: error SEMANTIC_INVALID: "acme.Cents" counts as decimal. decimal stands on bytes or fixed, not on this long. It is at order.avsc:',
  ],
  [
    'a value',
    { topics: { orders: { value: 'acme.Ordr' } } },
    '4:16: error TYPE_UNKNOWN: the topic orders carries acme.Ordr, which no schema defines. Defined: acme.Item, acme.Order, acme.Sum. Did you mean "acme.Order"?',
  ],
  [
    'a key',
    { topics: { orders: { ...TOPIC, key: 'acme.item' } } },
    '5:14: error TYPE_UNKNOWN: the topic orders carries acme.item, which no schema defines. Defined: acme.Item, acme.Order, acme.Sum. Did you mean "acme.Item"?',
  ],
  [
    'the subject of keys that have no schema',
    { topics: { orders: { value: 'acme.Order', key: 'string', subjects: { key: 'k' } } } },
    '7:9: The keys of orders have no schema, and so no subject: "key" names nothing.',
  ],
  [
    'a setting of a topic',
    { topics: { orders: { ...TOPIC, config: { 'retention.sm': '1' } } } },
    '7:9: "retention.sm" is no setting of a Kafka topic. Did you mean "retention.ms"?',
  ],
  [
    'a version',
    { topics: { orders: { ...TOPIC, oldestRetained: 9 } } },
    '6:25: error VERSION_UNKNOWN: the topic orders has "oldestRetained" v9 of its values, but the newest is v1.',
  ],
  [
    'a rule',
    { check: { rules: { 'type-mismach': 'off' } } },
    '4:7: "type-mismach" is no rule that can be set here. Did you mean "type-mismatch"? `tavro rules` lists them.',
  ],
  [
    'a subject',
    {
      topics: { orders: TOPIC },
      check: { subjects: { 'order-value': { 'type-mismatch': 'off' } } },
    },
    '10:7: error SUBJECT_UNKNOWN: "order-value" is no subject of a topic, of the lock, and no type. Did you mean "orders-value"?',
  ],
  [
    'a subject without its context',
    {
      registry: { context: '.staging' },
      topics: { orders: TOPIC },
      check: { subjects: { 'orders-value': { 'type-mismatch': 'off' } } },
    },
    '13:7: error SUBJECT_UNKNOWN: "orders-value" is no subject of a topic, of the lock, and no type. Did you mean ":.staging:orders-value"?',
  ],
  [
    'the subject of a waiver',
    { check: { waivers: [{ subject: 'retired', ...WAIVER }] } },
    '5:20: error SUBJECT_UNKNOWN: "retired" is no subject of a topic, of the lock, and no type.',
  ],
  [
    'the rule of a waiver',
    { check: { waivers: [{ subject: 'retired-value', ...WAIVER, rule: 'typemismatch' }] } },
    '6:17: "typemismatch" is no rule that can be set here. Did you mean "type-mismatch"? `tavro rules` lists them.',
  ],
])('%s', async (_, config, message) => {
  const { code, err } = await codegen(config);
  const place = /^\d/.test(message) ? 'tavro.json:' : '';
  expect({ code, err }).toEqual({ code: 1, err: expect.stringContaining(place + message) });
  expect(err).toMatch(/^tavro\.json:\d+:\d+: /m);
});

it('all at once', async () => {
  const { err } = await codegen({
    longs: { fields: { 'acme.Order.x': 'number', 'acme.Order.y': 'number' } },
    check: { waivers: [{ subject: 'x', ...WAIVER }] },
  });
  expect(err.split('\n')).toHaveLength(3);
});

it('lets through what is there, was there, or is gone on purpose', async () => {
  const { code, err } = await codegen({
    topics: { orders: { ...TOPIC, config: { 'retention.ms': '1', 'redpanda.remote.read': true } } },
    longs: {
      default: 'bigint',
      fields: {
        'acme.Order.quantity': 'number',
        'acme.Order.sizes': 'number',
        'acme.Order.micros': 'number',
        'acme.Item.count': 'number',
      },
    },
    decimals: {
      default: 'down',
      fields: { 'acme.Order.price': 'half-even', 'acme.Order.sums': 'refuse' },
    },
    logicalTypes: {
      'timestamp-nanos': 'number',
      date: 'base',
      'time-millis': 'number',
      presets: ['connect', 'debezium'],
      'acme.Cents': 'number',
      // No schema has them, but they are documented.
      'io.debezium.time.NanoTime': 'number',
      'io.debezium.time.Timestamp': 'timestamp-millis',
    },
    check: {
      rules: { 'subject-removed': 'off' },
      subjects: {
        'orders-value': { 'type-mismatch': 'warning' },
        'orders-key': { 'type-mismatch': 'warning' },
        // Retired, but remembered by the lock.
        'retired-value': { 'subject-removed': 'off' },
        // A type that no topic carries is checked under its name.
        'acme.Item': { 'type-mismatch': 'warning' },
        // Nowhere any more, which is what it says.
        'acme.Gone': { 'subject-removed': 'off' },
      },
      waivers: [
        { subject: 'retired-value', ...WAIVER },
        { subject: 'acme.Gone', ...WAIVER, rule: 'subject-removed' },
      ],
    },
  });
  expect({ code, err }).toEqual({ code: 0, err: expect.stringMatching(/^3 types, 1 topic/m) });
});

it('waits for names until the schemas are sound', async () => {
  folder = await SchemasFolder.create({ 'order.avsc': { type: 'record', name: 'acme.Order' } });
  await folder.write('tavro.json', { longs: { fields: { 'acme.Order.quantity': 'number' } } });
  const { err } = await folder.run('codegen');
  expect(err).toMatch(/FIELDS_MISSING/);
  expect(err).not.toMatch(/FIELD_UNKNOWN/);
});

it.each<[string, Json]>([
  ['a type', 'acme.Order'],
  ['a file', { file: 'order.avsc' }],
  ['a type of a file', { file: 'order.avsc', type: 'acme.Order' }],
])('does not call unknown what a file with errors has: %s', async (_, value) => {
  folder = await SchemasFolder.create({ 'order.avsc': { type: 'record', name: 'acme.Order' } });
  await folder.write('tavro.json', { topics: { orders: { value } } });
  const { code, err } = await folder.run('codegen');
  expect({ code, codes: err.match(/[A-Z]+_[A-Z]+(?=:)/g) }).toEqual({
    code: 1,
    codes: ['FIELDS_MISSING'],
  });
});

it.each([
  ['retention.sm', ['segment.ms', 'retention.ms', 'retention.bytes'], 'retention.ms'],
  ['user_name', ['username', 'user_names'], 'username'],
  ['Order', ['acme.Item', 'acme.order'], 'acme.order'],
  ['abcd', ['wxyz', 'abcdefgh'], undefined],
  ['', ['a', 'abc'], 'a'],
  ['x', [], undefined],
])('the name meant by %j among %j is %j', (name, names, meant) => {
  expect(nearestName(name, names)).toBe(meant);
});
