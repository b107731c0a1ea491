/** A row of Debezium's, with names of Kafka Connect for logical types, from tavro.json to values. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { run } from '../../../codegen/program.js';
import { type Codec, strictFields } from '../../../runtime/index.js';
import type { Json, JsonObject } from '../../../runtime/json.js';
import { importBundled } from '../bundle.js';
import { compile, writeScratch } from '../generated-project.js';

const typed = (type: string, name: string, more: JsonObject = {}): JsonObject => ({
  type,
  'connect.version': 1,
  'connect.name': name,
  ...more,
});
const time = (type: string, name: string) => typed(type, `io.debezium.time.${name}`);
const data = (type: string, name: string) => typed(type, `io.debezium.data.${name}`);
const connect = (type: string, name: string, more?: JsonObject) =>
  typed(type, `org.apache.kafka.connect.data.${name}`, more);
const PRICE = { scale: '2', 'connect.decimal.precision': '8' };

const FIELDS: Readonly<Record<string, Json>> = {
  day: time('int', 'Date'),
  clock: time('int', 'Time'),
  micros: time('long', 'MicroTime'),
  nanos: time('long', 'NanoTime'),
  at: time('long', 'Timestamp'),
  atMicros: ['null', time('long', 'MicroTimestamp')],
  atNanos: time('long', 'NanoTimestamp'),
  zoned: time('string', 'ZonedTimestamp'),
  id: data('string', 'Uuid'),
  document: data('string', 'Json'),
  state: data('string', 'Enum'),
  born: connect('int', 'Date'),
  opens: connect('int', 'Time'),
  seen: connect('long', 'Timestamp'),
  price: connect('bytes', 'Decimal', { 'connect.parameters': PRICE }),
  prices: { type: 'array', items: connect('bytes', 'Decimal', { 'connect.parameters': PRICE }) },
  cents: typed('long', 'com.acme.Cents'),
  key: typed('fixed', 'com.acme.Key', { name: 'Key', size: 16 }),
  plain: 'long',
};

const SCHEMA: Json = {
  type: 'record',
  name: 'shop.Value',
  'connect.name': 'shop.Value',
  fields: Object.entries(FIELDS).map(([name, type]) => ({ name, type })),
};

const OWN = `import type { Conversion } from 'tavro/runtime';
export const json: Conversion<string, unknown> = { decode: JSON.parse, encode: (value) => JSON.stringify(value) };
export const euros: Conversion<bigint, string> = {
  decode: (cents) => \`\${cents / 100n}.\${String(cents % 100n).padStart(2, '0')}\`,
  encode: (text) => BigInt(text.replace('.', '')),
};
`;

let folder = '';

async function codegen(name: string, config: Json): Promise<string> {
  folder = await writeScratch(name, [
    { path: 'schemas/value.avsc', text: JSON.stringify(SCHEMA) },
    { path: 'schemas/tavro.json', text: JSON.stringify(config) },
    { path: 'own/conversions.ts', text: OWN },
  ]);
  const said: string[] = [];
  const say = (text: string): void => void said.push(text);
  const folders = ['--schemas', join(folder, 'schemas'), '--out', join(folder, 'generated')];
  const context = { out: say, err: say, env: {}, signal: new AbortController().signal };
  const exit = await run(['codegen', ...folders], context);
  if (exit !== 0) throw new Error(said.join('\n'));
  return said.join('\n');
}

const text = (file = 'shop/Value.ts') => readFile(join(folder, 'generated', file), 'utf8');

async function fieldTypes(): Promise<Record<string, string>> {
  const [face = ''] = (await text()).split('/** Writes');
  const found = [...face.matchAll(/^ {2}(\w+)\??: (.+);$/gm)];
  return Object.fromEntries(found.map(([, name, type]) => [name, type]));
}

async function importCodec(): Promise<Codec<unknown, unknown>> {
  const module = await importBundled(join(folder, 'generated', 'shop', 'Value.ts'));
  // Safe: it is the codec of that module.
  return module.ValueCodec as Codec<unknown, unknown>;
}

const PLAIN = {
  day: 20_000,
  clock: 1,
  micros: 2n,
  nanos: 3n,
  at: 1_700_000_000_123n,
  atMicros: 1_700_000_000_123_456n,
  atNanos: -1n,
  zoned: '2024-01-01T00:00:00Z',
  id: '0f8fad5b-d9cb-469f-a165-70867728950e',
  document: '{"a":[1]}',
  state: 'open',
  born: -1,
  opens: 28_800_000,
  seen: 1_700_000_000_123n,
  price: Uint8Array.of(0x04, 0xd2),
  prices: [Uint8Array.of(0xff)],
  cents: 1_999n,
  key: Uint8Array.from({ length: 16 }, (_, i) => i),
  plain: 5n,
};

const SHOWN = {
  ...PLAIN,
  day: '2024-10-04',
  at: '2023-11-14T22:13:20.123',
  atMicros: '2023-11-14T22:13:20.123456',
  atNanos: '1969-12-31T23:59:59.999999999',
  born: '1969-12-31',
  seen: new Date(1_700_000_000_123),
  price: '12.34',
  prices: ['-0.01'],
};

describe('with no name that counts', () => {
  beforeAll(() => codegen('semantic-none', {}));

  it('shows what stands in the data, as ever', async () => {
    const codec = await importCodec();
    expect(codec.decode(codec.encode(PLAIN))).toEqual(PLAIN);
    expect(await fieldTypes()).toMatchObject({ at: 'bigint', day: 'number', price: 'Uint8Array' });
  });
});

describe('with both presets', () => {
  beforeAll(() =>
    codegen('semantic-presets', { logicalTypes: { presets: ['connect', 'debezium'] } }),
  );

  it('shows values by the logical types that the names stand for, from the same bytes', async () => {
    const codec = await importCodec();
    const bytes = codec.encode(SHOWN);
    expect(codec.decode(bytes)).toEqual(SHOWN);
    await codegen('semantic-none', {});
    expect((await importCodec()).encode(PLAIN)).toEqual(bytes);
  });

  it('checks what is written', async () => {
    await codegen('semantic-presets', { logicalTypes: { presets: ['connect', 'debezium'] } });
    const codec = await importCodec();
    const refused = (value: object) => () => codec.encode({ ...SHOWN, ...value });
    expect(refused({ price: '1.005' })).toThrow(/price: .*at most 8 digits, 2 of them/);
    expect(refused({ day: '2024-02-30' })).toThrow(/day: /);
    expect(refused({ atMicros: '2024-02-01T00:00:00.000' })).toThrow(/atMicros: /);
    expect(refused({ id: 'x' })).toThrow(/id: .*UUID/);
    expect(refused({ seen: 5 })).toThrow(/seen: .*Date/);
    expect(refused({ micros: 5 })).toThrow(/micros: .*bigint/);
    expect(strictFields(codec).encode(SHOWN)).toEqual(codec.encode(SHOWN));
  });

  it('types them, and compiles', async () => {
    expect(await fieldTypes()).toEqual({
      day: 'string',
      clock: 'number',
      micros: 'bigint',
      nanos: 'bigint',
      at: 'string',
      atMicros: 'string | null',
      atNanos: 'string',
      zoned: 'string',
      id: 'string',
      document: 'string',
      state: 'string',
      born: 'string',
      opens: 'number',
      seen: 'Date',
      price: 'string',
      prices: 'string[]',
      cents: 'bigint',
      key: 'Key',
      plain: 'bigint',
    });
    expect(await compile(folder)).toEqual([]);
  });
});

describe('with names of its own, and others for those of a preset', () => {
  const own = (conversion: string, type: string) => ({
    module: '../own/conversions.js',
    conversion,
    type,
  });
  beforeAll(() =>
    codegen('semantic-own', {
      logicalTypes: {
        presets: ['debezium'],
        'io.debezium.time.Timestamp': 'timestamp-millis',
        'io.debezium.time.MicroTimestamp': 'base',
        'io.debezium.time.NanoTime': 'number',
        'io.debezium.data.Json': own('json', 'unknown'),
        'com.acme.Cents': own('euros', 'string'),
        'com.acme.Key': 'uuid',
        'local-timestamp-nanos': 'bigint',
      },
      longs: { fields: { 'shop.Value.atMicros': 'number' } },
      decimals: 'half-up',
    }),
  );

  it('shows them so', async () => {
    const codec = await importCodec();
    const value = {
      ...PLAIN,
      day: SHOWN.day,
      at: SHOWN.seen,
      atMicros: 1_700_000_000_123_456,
      nanos: 3,
      atNanos: -1n,
      document: { a: [1] },
      cents: '19.99',
      key: '00010203-0405-0607-0809-0a0b0c0d0e0f',
    };
    expect(codec.decode(codec.encode(value))).toEqual(value);
    expect(() => codec.encode({ ...value, cents: 'x' })).toThrow(
      /cents: .*com\.acme\.Cents that the project's conversion takes/,
    );
    expect(await compile(folder)).toEqual([]);
  });
});

it('rounds decimals of Connect where it is told to', async () => {
  await codegen('semantic-rounded', {
    logicalTypes: { presets: ['connect'] },
    decimals: { fields: { 'shop.Value.prices': 'half-up' } },
  });
  const codec = await importCodec();
  const value = { ...PLAIN, born: SHOWN.born, seen: SHOWN.seen, price: '1.00', prices: ['1.005'] };
  expect(codec.decode(codec.encode(value))).toMatchObject({ prices: ['1.01'], day: 20_000 });
});
