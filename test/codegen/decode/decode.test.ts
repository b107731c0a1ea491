import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { blockCodecs } from '../../../codegen/decode/block-codecs.js';
import { run } from '../../../codegen/program.js';
import {
  fingerprintOf,
  frameSingleObject,
  fromAvroJson,
  readSchema,
  writeContainer,
} from '../../../runtime/avro.js';
import { frame, schemaIdBytes } from '../../../runtime/index.js';
import { type Loopback, type Reaction, startLoopback } from '../../runtime/registry/loopback.js';

const CLICK = {
  type: 'record',
  name: 'web.Click',
  fields: [
    { name: 'user', type: 'string' },
    { name: 'at', type: 'long' },
  ],
};
/** What the lock has as version 1. */
const OLD_CLICK = { ...CLICK, fields: [{ name: 'user', type: 'string' }] };
const KEY = { type: 'enum', name: 'web.Key', symbols: ['A', 'B'] };

/** Names that Avro's grammar does not have, and registries hold. */
const OUTSIDE = {
  type: 'record',
  name: 'app-1.Click',
  fields: [
    { name: 'user-id', type: 'string' },
    { name: 'kind', type: { type: 'enum', name: 'Kind-1', symbols: ['left click', 'x/y'] } },
  ],
};
const OUTSIDE_LINE = '{"user-id":"u1","kind":"x/y"}';

const encoded = (schema: unknown, json: string): Uint8Array =>
  fromAvroJson(readSchema(JSON.stringify(schema)), json);
const hexOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
const fingerprint = (schema: unknown): string => fingerprintOf(JSON.stringify(schema));

const JSON_LINE = '{"user":"u1","at":9007199254740993}';
const MESSAGE = encoded(CLICK, JSON_LINE);
const OLD_MESSAGE = encoded(OLD_CLICK, '{"user":"u1"}');

const LOCKED_GUID = '4e4edcd2-844e-c10a-537b-f96ef9241304';
const ASKED_GUID = '00000000-0000-4000-8000-000000000042';
const withGuid = (guid: string, body: Uint8Array): Uint8Array =>
  Uint8Array.of(...schemaIdBytes(guid), ...body);

let folder: string;
let schemas: string;
let registry: Loopback;

function answer(path: string): Reaction {
  if (path === '/schemas/ids/42') return { json: { schema: JSON.stringify(KEY) } };
  if (path === '/schemas/ids/44') return { json: { schema: JSON.stringify(OUTSIDE) } };
  if (path === `/schemas/guids/${ASKED_GUID}`) return { json: { schema: JSON.stringify(KEY) } };
  if (path === '/schemas/ids/43') return { json: { schema: '{}', schemaType: 'JSON' } };
  return { status: 404, json: { error_code: 40403, message: 'Schema not found' } };
}

beforeAll(async () => {
  registry = await startLoopback(({ path, headers }) =>
    headers.authorization === `Basic ${Buffer.from('me:secret').toString('base64')}`
      ? answer(path)
      : { status: 401, json: { error_code: 401, message: 'Unauthorized' } },
  );
  folder = await mkdtemp(join(tmpdir(), 'tavro-decode-'));
  schemas = join(folder, 'schemas');
  await mkdir(schemas);
  await writeFile(join(schemas, 'click.avsc'), JSON.stringify(CLICK));
  await writeFile(join(schemas, 'key.avsc'), JSON.stringify(KEY));
  await writeFile(
    join(schemas, 'tavro.json'),
    JSON.stringify({ topics: { clicks: { value: 'web.Click' } } }),
  );
  const locked = (version: number, schema: unknown, ids: Record<string, number>) => ({
    version,
    state: 'released',
    identity: `${version}`,
    schema,
    ids,
  });
  const versions = [
    {
      ...locked(1, OLD_CLICK, { 'https://a.example': 1, 'https://b.example': 8 }),
      guids: { 'https://a.example': LOCKED_GUID },
    },
    locked(2, CLICK, { 'https://a.example': 8, 'https://b.example': 2, [registry.url]: 9 }),
  ];
  const lock = { format: 1, subjects: { 'clicks-value': { type: 'web.Click', versions } } };
  await writeFile(join(schemas, 'lock.json'), JSON.stringify(lock));
});
afterAll(async () => {
  await registry.stop();
  await rm(folder, { recursive: true });
});

interface Outcome {
  readonly exit: number;
  readonly out: readonly string[];
  readonly err: string;
}

async function decode(
  args: readonly string[],
  { stdin = '', env = {} }: { stdin?: string | Uint8Array; env?: Record<string, string> } = {},
): Promise<Outcome> {
  const out: string[] = [];
  const err: string[] = [];
  const exit = await run(
    ['decode', ...(args.includes('--schemas') ? [] : ['--schemas', schemas]), ...args],
    {
      out: (text) => out.push(text),
      err: (text) => err.push(text),
      env,
      signal: new AbortController().signal,
      stdin: Readable.from([typeof stdin === 'string' ? Buffer.from(stdin) : stdin]),
    },
  );
  return { exit, out, err: err.join('\n') };
}

async function containerFile(
  codec: string,
  schema: unknown = CLICK,
  messages = [MESSAGE, encoded(CLICK, '{"user":"u2","at":2}')],
): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  const passed = { schema: JSON.stringify(schema), encode: (bytes: Uint8Array) => bytes };
  const codecs = await blockCodecs();
  for await (const piece of writeContainer(messages, passed, { codec, codecs })) pieces.push(piece);
  return Buffer.concat(pieces);
}

describe('tavro decode', () => {
  it.each<[string, readonly string[], readonly string[], RegExp]>([
    [
      'plain Avro of the only topic type',
      ['--hex', hexOf(MESSAGE)],
      [JSON_LINE],
      /^plain Avro: web.Click, from the project$/,
    ],
    ['plain Avro of a type', ['--type', 'web.Key', '--hex', '02'], ['"B"'], /web.Key/],
    [
      'plain Avro of a locked id',
      ['--id', '1', '--hex', hexOf(OLD_MESSAGE)],
      ['{"user":"u1"}'],
      /clicks-value version 1 in the lock/,
    ],
    [
      'plain Avro of a locked GUID, as beside a header',
      ['--id', LOCKED_GUID.toUpperCase(), '--hex', hexOf(OLD_MESSAGE)],
      ['{"user":"u1"}'],
      /clicks-value version 1 in the lock/,
    ],
    [
      'a frame with a locked GUID',
      ['--hex', hexOf(withGuid(LOCKED_GUID, OLD_MESSAGE))],
      ['{"user":"u1"}'],
      /^Confluent frame, schema GUID 4e4edcd2-.*: web.Click, from clicks-value version 1/,
    ],
    [
      'a frame with an unknown GUID and a type',
      ['--form', 'confluent', '--type', 'web.Click', '--hex', hexOf(withGuid(ASKED_GUID, MESSAGE))],
      [JSON_LINE],
      /schema GUID 00000000-/,
    ],
    [
      'a frame with a locked id',
      ['--hex', hexOf(frame(2, MESSAGE))],
      [JSON_LINE],
      /^Confluent frame, schema id 2: web.Click, from clicks-value version 2/,
    ],
    [
      'a frame of an older version',
      ['--hex', hexOf(frame(1, OLD_MESSAGE))],
      ['{"user":"u1"}'],
      /version 1/,
    ],
    [
      'a frame with an unknown id and a type',
      ['--type', 'web.Click', '--hex', hexOf(frame(700, MESSAGE))],
      [JSON_LINE],
      /schema id 700/,
    ],
    [
      'plain Avro that starts like a frame',
      ['--type', 'web.Click', '--hex', hexOf(encoded(CLICK, '{"user":"","at":9007199254740993}'))],
      ['{"user":"","at":9007199254740993}'],
      /^plain/,
    ],
    [
      'a single object of the project',
      ['--hex', hexOf(frameSingleObject(fingerprint(CLICK), MESSAGE))],
      [JSON_LINE],
      /^single object, [0-9a-f]{16}: web.Click, from the project/,
    ],
    [
      'a single object of the lock',
      ['--hex', hexOf(frameSingleObject(fingerprint(OLD_CLICK), OLD_MESSAGE))],
      ['{"user":"u1"}'],
      /version 1 in the lock/,
    ],
    [
      'hex with colons',
      ['--type', 'web.Click', '--hex', '0x02:78: 02'],
      ['{"user":"x","at":1}'],
      /plain/,
    ],
    ['base64', ['--base64', Buffer.from(MESSAGE).toString('base64')], [JSON_LINE], /plain/],
    [
      'base64url',
      ['--base64', Buffer.from(frame(2, MESSAGE)).toString('base64url')],
      [JSON_LINE],
      /Confluent/,
    ],
  ])('prints %s', async (_, args, lines, note) => {
    const { exit, out, err } = await decode(args);
    expect({ exit, out, err }).toEqual({ exit: 0, out: lines, err: expect.stringMatching(note) });
  });

  it('prints data of schemas whose names are outside the grammar, wherever they come from', async () => {
    const message = encoded(OUTSIDE, OUTSIDE_LINE);
    const [avsc, avro] = ['outside.avsc', 'outside.avro'].map((name) => join(folder, name));
    if (avsc === undefined || avro === undefined) throw new Error('two were made');
    await writeFile(avsc, JSON.stringify(OUTSIDE));
    await writeFile(avro, await containerFile('null', OUTSIDE, [message]));
    const registered = ['--registry', registry.url, '--hex', hexOf(frame(44, message))];
    const env = { SCHEMA_REGISTRY_API_KEY: 'me', SCHEMA_REGISTRY_API_SECRET: 'secret' };
    for (const args of [registered, ['--schema', avsc, '--hex', hexOf(message)], [avro]])
      expect(await decode(args, { env })).toEqual({
        exit: 0,
        out: [OUTSIDE_LINE],
        err: expect.stringContaining('app-1.Click'),
      });
  });

  it.each(['null', 'deflate', 'snappy'])(
    'prints container files, however they come: %s',
    async (codec) => {
      const lines = [JSON_LINE, '{"user":"u2","at":2}'];
      const bytes = await containerFile(codec);
      const path = join(folder, `${codec}.avro`);
      await writeFile(path, bytes);
      const anywhere = ['--schemas', join(folder, 'none')];
      expect(await decode([path, ...anywhere])).toEqual({
        exit: 0,
        out: lines,
        err: `container file, ${codec}: web.Click`,
      });
      expect((await decode(anywhere, { stdin: bytes })).out).toEqual(lines);
      expect((await decode(['-', ...anywhere], { stdin: bytes })).out).toEqual(lines);
      expect((await decode(['--base64', bytes.toString('base64'), ...anywhere])).out).toEqual(
        lines,
      );
      expect((await decode([path, '--limit', '1', ...anywhere])).out).toEqual(lines.slice(0, 1));
    },
  );

  it('reads one message per line, and goes on after a bad one', async () => {
    const stdin = [hexOf(MESSAGE), '', 'xyz', 'ff', hexOf(frame(2, MESSAGE))].join('\r\n');
    const { exit, out, err } = await decode(['--encoding', 'hex'], { stdin });
    expect({ exit, out }).toEqual({ exit: 1, out: [JSON_LINE, JSON_LINE] });
    expect(err).toMatch(/standard input:3: not an even number of hex digits/);
    expect(err).toMatch(/standard input:4: as plain Avro.*web\.Click at user/);
    expect(err).toMatch(/2 lines were not decoded/);
  });

  it('takes a schema from a file, with the files it refers to', async () => {
    const order = { type: 'record', name: 'web.Order', fields: [{ name: 'key', type: 'web.Key' }] };
    await writeFile(join(folder, 'order.json'), JSON.stringify(order));
    const args = [
      '--schema',
      join(folder, 'order.json'),
      '--hex',
      '02',
      '--schemas',
      join(folder, 'none'),
    ];
    expect((await decode([...args, '--reference', join(schemas, 'key.avsc')])).out).toEqual([
      '{"key":"B"}',
    ]);
    expect((await decode(args)).err).toMatch(/web\.Key, which nothing defines/);
  });

  it('asks the registry, with credentials of the options or the environment', async () => {
    const hex = hexOf(frame(42, Uint8Array.of(2)));
    const want = {
      exit: 0,
      out: ['"B"'],
      err: 'Confluent frame, schema id 42: web.Key, from the registry',
    };
    expect(await decode(['--hex', hex, '--registry', registry.url, '--auth', 'me:secret'])).toEqual(
      want,
    );
    const env = {
      SCHEMA_REGISTRY_URL: registry.url,
      SCHEMA_REGISTRY_API_KEY: 'me',
      SCHEMA_REGISTRY_API_SECRET: 'secret',
    };
    expect(await decode(['--hex', hex], { env })).toEqual(want);
    const url = registry.url.replace('://', '://me:secret@');
    expect(
      await decode(['--hex', hex, '--registry', url], {
        env: { ...env, SCHEMA_REGISTRY_API_KEY: 'other' },
      }),
    ).toEqual(want);
  });

  it('asks the registry for a GUID, and reads plain Avro that starts like one', async () => {
    const login = ['--registry', registry.url, '--auth', 'me:secret'];
    const hex = hexOf(withGuid(ASKED_GUID, Uint8Array.of(2)));
    expect(await decode(['--hex', hex, ...login])).toEqual({
      exit: 0,
      out: ['"B"'],
      err: `Confluent frame, schema GUID ${ASKED_GUID}: web.Key, from the registry`,
    });
    // A long of -1, and more than 16 bytes after it.
    const late = { ...CLICK, fields: [...CLICK.fields].reverse() };
    await writeFile(join(folder, 'late.json'), JSON.stringify(late));
    const line = '{"at":-1,"user":"a name of many letters"}';
    const plain = hexOf(encoded(late, line));
    expect(plain.slice(0, 2)).toBe('01');
    const given = await decode(['--schema', join(folder, 'late.json'), '--hex', plain, ...login]);
    expect(given.out).toEqual([line]);
  });

  it('uses the ids that the lock has for the registry before it asks', async () => {
    const before = registry.heard.length;
    const { out } = await decode(['--hex', hexOf(frame(9, MESSAGE)), '--registry', registry.url]);
    expect(out).toEqual([JSON_LINE]);
    expect(registry.heard).toHaveLength(before);
  });

  it.each<[string, readonly string[], number, RegExp]>([
    [
      'a file that is not there',
      ['no-such-file'],
      1,
      /no-such-file cannot be read: it does not exist/,
    ],
    [
      'an unknown id',
      ['--hex', hexOf(frame(700, MESSAGE))],
      1,
      /schema id 700, which neither.*--registry/,
    ],
    [
      'an id of two registries',
      ['--hex', hexOf(frame(8, MESSAGE))],
      2,
      /several registries.*--registry/,
    ],
    [
      'an unknown fingerprint',
      ['--hex', hexOf(frameSingleObject('00'.repeat(8), MESSAGE))],
      1,
      /fingerprint 0000000000000000.*--schema/,
    ],
    [
      'an unknown type',
      ['--type', 'web.Clack', '--hex', '00'],
      2,
      /web\.Clack\. Defined: web\.Click, web\.Key/,
    ],
    ['an unknown --id', ['--id', '700', '--hex', '00'], 1, /id 700 is not in the project's lock/],
    [
      'a GUID as --id',
      ['--id', ASKED_GUID, '--hex', '00'],
      1,
      /GUID 0.* is not in the project's lock/,
    ],
    ['half a GUID', ['--id', '4e4edcd2', '--hex', '00'], 2, /A whole number is needed/],
    [
      'an unknown GUID',
      ['--form', 'confluent', '--hex', hexOf(withGuid(ASKED_GUID, MESSAGE))],
      1,
      /schema GUID 0.*, which neither.*--registry/,
    ],
    [
      'a message of Glue',
      ['--form', 'confluent', '--hex', `0300${'88'.repeat(18)}`],
      1,
      /AWS Glue Schema Registry/,
    ],
    [
      'bytes that are not of the schema',
      ['--hex', 'ff'],
      1,
      /the command line: as plain Avro.*web\.Click at user/,
    ],
    [
      'JSON text',
      ['--hex', hexOf(new TextEncoder().encode('{"user":"u1"}'))],
      1,
      /as plain Avro.*\n.*It looks like JSON text/s,
    ],
    ['bytes left over', ['--hex', `${hexOf(MESSAGE)}00`], 1, /got 1 bytes more/],
    ['a wrong form', ['--form', 'confluent', '--hex', '0102'], 1, /Not a Confluent frame/],
    [
      'another wrong form',
      ['--form', 'single-object', '--hex', '0102'],
      1,
      /Not a single-object message/,
    ],
    ['no container file', ['--form', 'container', '--hex', '0102'], 1, /does not start with "Obj"/],
    ['hex that is none', ['--hex', '123'], 1, /not an even number of hex digits/],
    ['base64 that is none', ['--base64', '!'], 1, /not base64/],
    ['two messages', ['--hex', '00', '--base64', 'AA=='], 2, /one of them/],
    [
      'an encoding of the command line',
      ['--hex', '00', '--encoding', 'hex'],
      2,
      /--encoding is for/,
    ],
    ['a form that is none', ['--form', 'json'], 2, /Allowed choices/],
    ['a limit that is none', ['--limit', '-1'], 2, /whole number/],
    ['two schemas', ['--type', 'a', '--schema', 'b'], 2, /cannot be used with/],
    [
      'credentials without a registry',
      ['--hex', '00', '--auth', 'a:b'],
      2,
      /--auth needs --registry/,
    ],
    [
      'no project, schema or id',
      ['--hex', '02', '--schemas', 'no-such-folder'],
      2,
      /does not say its schema.*no no-such-folder folder/,
    ],
  ])('refuses %s', async (_, args, exit, message) => {
    const outcome = await decode(args);
    expect(outcome).toEqual({ exit, out: [], err: expect.stringMatching(message) });
    // One message, no stack.
    expect(outcome.err).not.toMatch(/\n\s+at /);
  });

  it.each<[string, number, readonly string[], RegExp]>([
    ['an id it does not know', 44, ['me:secret'], /schema id 44/],
    ['a schema that is not Avro', 43, ['me:secret'], /JSON, not AVRO/],
    ['wrong credentials', 42, ['me:wrong'], /401|credentials|authori/i],
  ])('says what the registry answered about %s', async (_, id, [auth = ''], message) => {
    const args = ['--hex', hexOf(frame(id, MESSAGE)), '--registry', registry.url, '--auth', auth];
    const { exit, out, err } = await decode(args);
    expect({ exit, out }).toEqual({ exit: 1, out: [] });
    expect(err).toMatch(message);
    expect(err).not.toMatch(/secret|wrong|\n\s+at /);
  });

  it('does not choose when a message fits with a frame and without', async () => {
    const schema = join(folder, 'ambiguous.json');
    const fields = [
      { name: 'a', type: 'int' },
      { name: 'b', type: { type: 'array', items: 'int' } },
    ];
    await writeFile(schema, JSON.stringify({ type: 'record', name: 'Either', fields }));
    // A frame with id 0x08020202 around {1, []}, or {0, [1, 1, 1, 1]}.
    const args = ['--schema', schema, '--hex', '00080202020200'];
    expect(await decode(args)).toMatchObject({
      exit: 2,
      out: [],
      err: expect.stringMatching(/--form confluent or --form plain/),
    });
    expect((await decode([...args, '--form', 'confluent'])).out).toEqual(['{"a":1,"b":[]}']);
    expect((await decode([...args, '--form', 'plain'])).out).toEqual(['{"a":0,"b":[1,1,1,1]}']);
  });
});
