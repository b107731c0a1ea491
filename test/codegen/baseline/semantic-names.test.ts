/** What the gate sees of names of Kafka Connect, and what settings of them do to a history. */
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { startRegistry } from '../../../local/registry/server.js';
import type { Json, JsonObject } from '../../../runtime/json.js';
import { createRegistry } from '../../../runtime/registry/client.js';
import { SchemasFolder } from '../schemas-folder.js';
import { DemoRepository, EXIT, ORDER, order, rulesOf } from './demo-repository.js';

const PRESETS = { logicalTypes: { presets: ['connect', 'debezium'] } };
const DEBEZIUM = 'io.debezium.time';
const CONNECT = 'org.apache.kafka.connect.data';

const typed = (type: string, name: string, more: JsonObject = {}): JsonObject => ({
  type,
  'connect.version': 1,
  'connect.name': name,
  ...more,
});
const decimal = (scale: string): Json =>
  typed('bytes', `${CONNECT}.Decimal`, { 'connect.parameters': { scale } });
const record = (type: Json): Json => ({
  type: 'record',
  name: 'acme.Order',
  fields: [{ name: 'at', type }],
});

const micro = typed('long', `${DEBEZIUM}.MicroTimestamp`);
const milli = typed('long', `${DEBEZIUM}.Timestamp`);

let folder: SchemasFolder;
beforeEach(async () => {
  folder = await SchemasFolder.create();
});
afterEach(() => folder.remove());

const configure = (more: JsonObject = {}): Promise<void> =>
  folder.write('tavro.json', { topics: { orders: { value: 'acme.Order' } }, ...more });

/** Releases one schema and checks the next. */
async function change(before: Json, after: Json, config: JsonObject) {
  await configure(config);
  await folder.write('order.avsc', record(before));
  expect(await folder.run('codegen')).toMatchObject({ code: 0 });
  await folder.release();
  await folder.write('order.avsc', record(after));
  const { code, out } = await folder.run('check', ['--format', 'json']);
  const { findings }: { findings: { rule: string; category: string; message: string }[] } =
    JSON.parse(out);
  const semantic = findings.filter(({ category }) => category === 'SEMANTIC');
  return { code, found: semantic.map(({ rule, message }) => `${rule}: ${message}`) };
}

describe('a change of a name that counts is found', () => {
  it.each<[string, Json, Json, number, string]>([
    [
      'another unit',
      micro,
      milli,
      EXIT.findings,
      "time-unit-changed: The writer's local-timestamp-micros is read as local-timestamp-millis.",
    ],
    [
      'a unit for which Avro has no type',
      typed('long', `${DEBEZIUM}.MicroTime`),
      typed('long', `${DEBEZIUM}.NanoTime`),
      EXIT.findings,
      "logical-type-changed: The writer's time-micros is read as io.debezium.time.NanoTime.",
    ],
    [
      'a clock on a wall for an instant',
      milli,
      typed('long', `${CONNECT}.Timestamp`),
      EXIT.findings,
      "logical-type-changed: The writer's local-timestamp-millis is read as timestamp-millis.",
    ],
    [
      'a type of Avro in its place',
      micro,
      { type: 'long', logicalType: 'timestamp-micros' },
      EXIT.findings,
      "logical-type-changed: The writer's local-timestamp-micros is read as timestamp-micros.",
    ],
    [
      'another scale',
      decimal('2'),
      decimal('4'),
      EXIT.findings,
      "decimal-changed: The writer's decimal(64, 2) is read as decimal(64, 4).",
    ],
    [
      'one text for another',
      typed('string', 'io.debezium.data.Json'),
      typed('string', 'io.debezium.data.Xml'),
      EXIT.findings,
      "logical-type-changed: The writer's io.debezium.data.Json is read as io.debezium.data.Xml.",
    ],
    [
      'a name that is gone',
      micro,
      'long',
      EXIT.clean,
      "logical-type-one-sided: The writer's local-timestamp-micros is a plain long to the reader.",
    ],
    [
      'a name that came',
      'int',
      typed('int', `${DEBEZIUM}.Date`),
      EXIT.clean,
      "logical-type-one-sided: The writer's plain int is date to the reader.",
    ],
    [
      'within a union, an array and a map',
      { type: 'array', items: ['null', { type: 'map', values: micro }] },
      { type: 'array', items: ['null', { type: 'map', values: milli }] },
      EXIT.findings,
      "time-unit-changed: The writer's local-timestamp-micros is read as local-timestamp-millis.",
    ],
  ])('%s', async (_, before, after, code, found) => {
    expect(await change(before, after, PRESETS)).toEqual({ code, found: [found] });
    await folder.remove();
    folder = await SchemasFolder.create();
    // Where it does not count, nothing is said, as ever; of what Avro itself says, something is.
    const without = await change(before, after, {});
    expect(without.found.filter((one) => !one.startsWith('logical-type-one-sided'))).toEqual([]);
  });

  it.each<[string, Json, Json]>([
    ['two names of one meaning', typed('int', `${DEBEZIUM}.Date`), typed('int', `${CONNECT}.Date`)],
    [
      'a logicalType that says the same',
      decimal('2'),
      { ...Object(decimal('2')), logicalType: 'decimal', precision: 64, scale: 2 },
    ],
    ['another version of it', micro, { ...micro, 'connect.version': 2 }],
    ['a name that does not count', typed('long', 'com.acme.A'), typed('long', 'com.acme.B')],
  ])('and none is where there is none: %s', async (_, before, after) => {
    expect(await change(before, after, PRESETS)).toEqual({ code: EXIT.clean, found: [] });
  });

  it('by what the project says of it, of a name that only the past has, too', async () => {
    const own = { logicalTypes: { 'com.acme.Cents': 'base', 'com.acme.Euros': 'base' } };
    const beside = (name: string): Json => [
      'null',
      typed('long', name),
      { type: 'array', items: typed('long', 'com.acme.Euros') },
    ];
    expect(await change(beside('com.acme.Cents'), beside('com.acme.Euros'), own)).toEqual({
      code: EXIT.findings,
      found: ["logical-type-changed: The writer's com.acme.Cents is read as com.acme.Euros."],
    });
  });
});

describe('a setting changes no history', () => {
  const files = async () => [await folder.lockTexts(), await folder.versions('orders-value')];

  it.each([
    ['comes', {}, PRESETS],
    ['goes', PRESETS, {}],
    [
      'is another',
      PRESETS,
      { logicalTypes: { presets: ['debezium'], [`${DEBEZIUM}.MicroTimestamp`]: 'base' } },
    ],
  ])('that %s', async (_, before, after) => {
    await configure(before);
    await folder.write('order.avsc', record(micro));
    await folder.run('codegen');
    await folder.release();
    const was = await files();
    await configure(after);
    expect(await folder.run('codegen')).toMatchObject({ code: 0 });
    expect(await folder.run('check')).toMatchObject({
      code: EXIT.clean,
      out: expect.not.stringMatching(/SEMANTIC|WIRE|released/),
    });
    expect(await files()).toEqual(was);
  });

  it('of format 1 or 2, which hold the same identity with it and without', async () => {
    await configure();
    await folder.write('order.avsc', record(micro));
    await folder.run('codegen');
    const [without] = await files();
    await folder.writeFormat1(await folder.lock());
    await configure(PRESETS);
    expect(await folder.run('codegen')).toMatchObject({ code: 0 });
    expect((await files())[0]).toEqual(without);
  });

  it('and a version of the past that was edited is found with it, too', async () => {
    await configure(PRESETS);
    await folder.write('order.avsc', record(micro));
    await folder.run('codegen');
    await folder.release();
    await folder.editLock((text) => text.replaceAll('"long"', '"int"'));
    const { code, out } = await folder.run('check');
    expect({ code, out }).toEqual({
      code: EXIT.findings,
      out: expect.stringContaining('released-version-edited'),
    });
  });
});

describe('beside the lock', () => {
  const fields = (name: string) => order([{ name: 'at', type: typed('long', name) }]);
  const config = JSON.stringify({
    topics: { orders: { value: 'com.acme.shop.Order' } },
    ...PRESETS,
  });
  let demo: DemoRepository;
  beforeEach(() => {
    demo = DemoRepository.create();
    demo.write(ORDER, fields(`${DEBEZIUM}.MicroTimestamp`));
    // The commit does not count it; whoever checks does.
    demo.commit('Plain');
    demo.write('schemas/tavro.json', config);
  });
  afterEach(() => demo.remove());

  it('a commit is read as the project counts now', async () => {
    const same = await demo.tavro('check', '--against', 'git:HEAD', '--format', 'json');
    expect([same.exit, rulesOf(same, 'SEMANTIC')]).toEqual([EXIT.clean, []]);
    demo.write(ORDER, fields(`${DEBEZIUM}.Timestamp`));
    const changed = await demo.tavro('check', '--against', 'git:HEAD', '--format', 'json');
    expect([changed.exit, rulesOf(changed, 'SEMANTIC')]).toEqual([
      EXIT.findings,
      ['time-unit-changed at'],
    ]);
  });

  it('a registry is read so, and told by its words', async () => {
    const server = await startRegistry({ port: 0, host: '127.0.0.1' });
    try {
      const registry = createRegistry({ url: server.url });
      const against = ['check', '--against', `registry:${server.url}`, '--format', 'json'];
      await registry.register('orders-value', fields(`${DEBEZIUM}.MicroTimestamp`));
      const same = await demo.tavro(...against);
      expect([same.exit, rulesOf(same, 'SEMANTIC')]).toEqual([EXIT.clean, []]);
      demo.write(ORDER, fields(`${DEBEZIUM}.Timestamp`));
      const changed = await demo.tavro(...against);
      expect([changed.exit, rulesOf(changed, 'SEMANTIC')]).toEqual([
        EXIT.findings,
        ['time-unit-changed at'],
      ]);
    } finally {
      await server.stop();
    }
  });

  it('what was published with one name is published again with another', async () => {
    const server = await startRegistry({ port: 0, host: '127.0.0.1' });
    try {
      const out = ['--out', `${demo.folder}/generated`];
      const publish = ['publish', '--registry', server.url];
      await demo.tavro('codegen', ...out);
      expect(await demo.tavro(...publish)).toMatchObject({ exit: EXIT.clean });
      demo.write(ORDER, fields(`${DEBEZIUM}.Timestamp`));
      expect(await demo.tavro('codegen', ...out)).toMatchObject({ exit: EXIT.findings });
      expect(await demo.tavro(...publish)).toMatchObject({ exit: EXIT.findings });
      const waiver = { reason: 'a new topic', expires: '2099-12-31', path: 'at' };
      const waivers = [{ rule: 'time-unit-changed', subject: 'orders-value', ...waiver }];
      demo.write(
        'schemas/tavro.json',
        JSON.stringify({ ...JSON.parse(config), check: { waivers } }),
      );
      await demo.tavro('codegen', ...out);
      expect(await demo.tavro(...publish)).toMatchObject({ exit: EXIT.clean });
      const registry = createRegistry({ url: server.url });
      const { schema } = await registry.schemaById(2);
      expect(schema).toContain(`${DEBEZIUM}.Timestamp`);
    } finally {
      await server.stop();
    }
  });
});
