/** Every door that takes a schema or its data answers schemas whose unfolded tree has no end in sight. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { checkHistory, compare } from '../../codegen/check/compare.js';
import { run } from '../../codegen/program.js';
import { createHandler, deadLetterTo, on } from '../../consumer/index.js';
import { fixedRegistry } from '../../local/fixed-registry.js';
import { mskEvent } from '../../local/msk-event.js';
import { type RegistryServer, startRegistry } from '../../local/registry/server.js';
import {
  fingerprintOf,
  fromAvroJson,
  readContainer,
  readSchema,
  resolvingDecoder,
  toAvroJson,
  writeContainer,
} from '../../runtime/avro.js';
import { frame } from '../../runtime/index.js';
import type { Json } from '../../runtime/json.js';
import { type Codecs, generate, importAllCodecs } from '../codegen/generated-project.js';
import { SchemasFolder } from '../codegen/schemas-folder.js';
import { CLICK_ID, CLICK_SCHEMA, ClickCodec, clicks, testLogger } from '../consumer/clicks.js';
import { retyped, SHAPES, selfContained, typesOf } from './shapes.js';

const DEPTH = 40;
/** Their defaults stand for too much to be written out as code: codegen says so. */
const REFUSED = ['defaults', 'defaults without bytes', 'defaults in arrays'];
const GENERATED = SHAPES.filter((shape) => !REFUSED.includes(shape));

const MESSAGES = [
  [],
  [0],
  [2],
  [4, 0],
  Array<number>(DEPTH).fill(2),
  [0xfe, 0xff, 0x07],
  [0xfe, 0xff, 0xff, 0xff, 0x0f],
].map((bytes) => Uint8Array.from(bytes));

/** `value`, or the code of the error; anything else is thrown on. */
async function answerOf(work: () => unknown): Promise<string> {
  try {
    await work();
    return 'value';
  } catch (error) {
    // Not `instanceof`: bundles have classes of their own.
    const { code } = Object(error);
    if (typeof code === 'string' && /^[A-Z][A-Z_]+$/.test(code) && !code.startsWith('ERR_'))
      return code;
    throw error;
  }
}

const answers = (works: readonly (() => unknown)[]): Promise<string[]> =>
  Promise.all(works.map(answerOf));

async function drained(items: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const all: Uint8Array[] = [];
  for await (const item of items) all.push(item);
  return Buffer.concat(all);
}

/** A container file that says it has `count` objects in a block of these bytes. */
async function containerOf(schema: string, body: Uint8Array, count: number): Promise<Uint8Array> {
  const sync = new Uint8Array(16);
  const codec = { schema, encode: () => new Uint8Array() };
  const header = await drained(writeContainer([], codec, { codec: 'null', sync }));
  const numbers = [count, body.length].map((n) => fromAvroJson({ kind: 'long' }, String(n)));
  return Buffer.concat([header, ...numbers, body, sync]);
}

/** A value in which each level holds the one below in all its places: small, and without end unfolded. */
function shared(depth: number): unknown {
  let value: unknown = { n: null, f: new Uint8Array() };
  for (let level = 1; level < depth; level++) value = { a: value, b: value };
  return value;
}

let codecs = new Map<string, Codecs>();
let registry: RegistryServer;
let folder = '';

beforeAll(async () => {
  const all = await importAllCodecs(
    'bounds',
    GENERATED.map((shape) => generate([...typesOf(shape, DEPTH)])),
  );
  codecs = new Map(GENERATED.map((shape, i) => [shape, all[i] ?? new Map()]));
  registry = await startRegistry();
  folder = await mkdtemp(join(tmpdir(), 'tavro-bounds-'));
}, 120_000);

afterAll(async () => {
  await registry?.stop();
  await rm(folder, { recursive: true, force: true });
});

const context = () => ({
  out: () => {},
  err: () => {},
  env: {},
  signal: new AbortController().signal,
});

/** A writer of clicks that has such a value before the reader's fields. */
function clickOf(text: string): string {
  const click = JSON.parse(CLICK_SCHEMA);
  return JSON.stringify({
    ...click,
    fields: [{ name: 'extra', type: JSON.parse(text) }, ...click.fields],
  });
}

const DOORS: Readonly<Record<string, (text: string, other: string, shape: string) => unknown>> = {
  fingerprintOf: (text) => fingerprintOf(text),
  'resolving decoder of such data': (text) => {
    const decode = resolvingDecoder(clickOf(text), ClickCodec);
    return answers(MESSAGES.map((bytes) => () => decode(bytes)));
  },
  'resolving decoder from one to another': (text, other) => {
    const codec = { name: 'Root', schema: other, decode: (bytes: Uint8Array) => bytes };
    const decode = resolvingDecoder(text, codec);
    return answers(MESSAGES.map((bytes) => () => decode(bytes)));
  },
  'Avro-JSON, printed': (text) => {
    const schema = readSchema(text);
    return answers(
      MESSAGES.flatMap((bytes) => [
        () => toAvroJson(schema, bytes),
        () => toAvroJson({ kind: 'array', items: schema }, bytes),
      ]),
    );
  },
  'Avro-JSON, read': (text) => {
    const schema = readSchema(text);
    return answers(
      ['{}', '{"a":{},"b":{}}', '[]', '{"a":{"a":{"a":[]}}}'].map(
        (json) => () => fromAvroJson(schema, json),
      ),
    );
  },
  'container, read': (text) =>
    answers(
      MESSAGES.flatMap((bytes) =>
        [1, 65_536, 1e9].flatMap((count) => [
          async () => {
            const file = await readContainer(await containerOf(text, bytes, count));
            await drained(file.objects());
          },
          async () => {
            const file = await readContainer(await containerOf(clickOf(text), bytes, count));
            for await (const _ of file.values(ClickCodec));
          },
        ]),
      ),
    ),
  'container, written': (schema) =>
    drained(writeContainer(MESSAGES, { schema, encode: (bytes: Uint8Array) => bytes })),
  'compare, the library': (text, other) => [compare(text, other), compare(text, text)],
  checkHistory: (text, other) =>
    checkHistory({ compatibility: 'FULL_TRANSITIVE', history: [text, other], candidate: text }),
  'tavro compare': async (text, other, shape) => {
    const [reader, writer] = [text, other].map((_, i) => join(folder, `${shape}-${i}.avsc`));
    if (reader === undefined || writer === undefined) return;
    await writeFile(reader, text);
    await writeFile(writer, other);
    const exit = await run(['compare', '--reader', reader, '--writer', writer], context());
    expect([0, 100]).toContain(exit);
  },
  'tavro decode': async (text, _, shape) => {
    const file = join(folder, `${shape}.avsc`);
    await writeFile(file, text);
    for (const hex of ['00', '02', '0400', 'feff07']) {
      const exit = await run(['decode', '--schema', file, '--hex', hex], context());
      expect([0, 1]).toContain(exit);
    }
  },
  'tavro codegen, then check of a change': async (text, other) => {
    const schemas = await SchemasFolder.create({ 'Root.avsc': JSON.parse(text) as Json });
    const generated = await schemas.run('codegen');
    expect([0, 1]).toContain(generated.code);
    expect(generated.err).not.toMatch(/RangeError|at .*\.ts:/);
    await schemas.write('Root.avsc', JSON.parse(other) as Json);
    expect([0, 1, 100]).toContain((await schemas.run('check')).code);
    await schemas.remove();
  },
  'dev registry': async (text, other, shape) => {
    const subject = encodeURIComponent(shape);
    const post = async (path: string, schema: string): Promise<number> => {
      const { status } = await fetch(`${registry.url}${path}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ schema }),
      });
      return status;
    };
    // 422: as an invalid schema, which defaults that stand for too much are.
    expect([200, 422]).toContain(await post(`/subjects/${subject}/versions`, text));
    const path = `/compatibility/subjects/${subject}/versions/latest?verbose=true`;
    expect([200, 404, 422]).toContain(await post(path, other));
    expect([200, 409, 422]).toContain(await post(`/subjects/${subject}/versions`, other));
  },
  'consumer, records of such a writer': async (text) => {
    const codes: string[] = [];
    let handled = 0;
    const handler = createHandler({
      registry: fixedRegistry({ [CLICK_ID]: clickOf(text) }),
      logger: testLogger(),
      onFailure: { decode: deadLetterTo(async ({ error }) => void codes.push(error.code)) },
      routes: [on(clicks, async () => void handled++)],
    });
    const records = MESSAGES.map((body) => ({ topic: 'clicks', value: frame(CLICK_ID, body) }));
    await handler(mskEvent(records));
    // Each record is handled, or told of as what asking the registry again would not mend.
    expect(handled + codes.length).toBe(records.length);
    expect(new Set(codes)).toEqual(new Set(codes.length > 0 ? ['DECODE'] : []));
  },
};

describe.each(SHAPES)('%s, 40 deep', (shape) => {
  const types = typesOf(shape, DEPTH);
  const [text, other] = [selfContained(types), selfContained(retyped(types))];

  it.each(Object.entries(DOORS))('%s answers', async (_, door) => {
    expect(await answerOf(() => door(text, other, shape))).toMatch(/^(value|[A-Z_]+)$/);
  });
});

describe.each(GENERATED)('%s, 40 deep, generated', (shape) => {
  const codecOf = () => codecs.get(shape)?.get('Root');

  it('decodes or refuses', async () => {
    const codec = codecOf();
    expect(codec).toBeDefined();
    await answers(MESSAGES.map((bytes) => () => codec?.decode(bytes)));
  });

  it('encodes or refuses, and says where', async () => {
    const codec = codecOf();
    expect(await answerOf(() => codec?.encode({}))).toBe('AVRO_VALUE');
    expect(await answerOf(() => codec?.encode({ a: {}, b: [] }))).toBe('AVRO_VALUE');
  });
});

describe.each(['fields of records without fields', 'fields of records of null'])('%s', (shape) => {
  const text = selfContained(typesOf(shape, DEPTH));
  const limit = { code: 'AVRO_LIMIT', expected: 'at most 65536 values without bytes' };
  const failure = async (work: () => unknown): Promise<unknown> => {
    try {
      return { value: await work() };
    } catch (error) {
      return error;
    }
  };

  it('are refused by the same limit wherever they are read', async () => {
    const none = new Uint8Array();
    const bare = { name: 'test.Click', schema: CLICK_SCHEMA, decode: (bytes: Uint8Array) => bytes };
    const works: readonly (() => unknown)[] = [
      () => codecs.get(shape)?.get('Root')?.decode(none),
      () => toAvroJson(readSchema(text), none),
      () => resolvingDecoder(clickOf(text), bare)(new Uint8Array(10)),
      async () => drained((await readContainer(await containerOf(text, none, 1))).objects()),
    ];
    for (const work of works) expect(await failure(work)).toMatchObject(limit);
  });

  it('are refused by it where they are written', async () => {
    expect(
      await failure(() => codecs.get(shape)?.get('Root')?.encode(shared(DEPTH))),
    ).toMatchObject({
      code: 'AVRO_VALUE',
      expected: limit.expected,
    });
  });

  it('are read and written where they are few', async () => {
    const [small] = await importAllCodecs('bounds-few', [generate([...typesOf(shape, 17)])]);
    const codec = small?.get('Root');
    const bytes = codec?.encode(shared(17)) ?? Uint8Array.of(1);
    expect(bytes).toHaveLength(0);
    const value = codec?.decode(bytes);
    expect(codec?.encode(value)).toHaveLength(0);
    const path = Array<string>(16).fill('b');
    const leaf = path.reduce((at: unknown, key) => Object(at)[key], value);
    expect(leaf).toEqual(shape.endsWith('null') ? { n: null } : {});
  });
});

it('as many items without bytes are read as are written', async () => {
  const nulls = { name: 'nulls', type: { type: 'array', items: 'null' } };
  const [made] = await importAllCodecs('bounds-items', [
    generate([{ type: 'record', name: 'Root', fields: [nulls] }]),
  ]);
  const codec = made?.get('Root');
  const most = { nulls: new Array<null>(65_536).fill(null) };
  expect(codec?.decode(codec.encode(most))).toEqual(most);
  expect(() => codec?.encode({ nulls: [...most.nulls, null] })).toThrow(
    /at most 65536 values without bytes/,
  );
  const items = fromAvroJson({ kind: 'long' }, '65537');
  expect(() => codec?.decode(Buffer.concat([items, Uint8Array.of(0)]))).toThrow(
    /nulls: Expected at most 65536 values without bytes/,
  );
});
