/** `tavro decode` of dead letters: what can be read of each record, and why not. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { run } from '../../../codegen/program.js';
import { mskEvent } from '../../../local/msk-event.js';
import { onFailureRecord } from '../../../local/poller/on-failure.js';
import {
  fingerprintOf,
  frameSingleObject,
  fromAvroJson,
  readSchema,
} from '../../../runtime/avro.js';
import { frame, schemaIdBytes } from '../../../runtime/index.js';

const CLICK = {
  type: 'record',
  name: 'web.Click',
  fields: [{ name: 'user', type: 'string' }],
};
const CLICK_TEXT = JSON.stringify(CLICK);
const BODY = fromAvroJson(readSchema(CLICK_TEXT), '{"user":"ann"}');
const GUID = '4e4edcd2-844e-c10a-537b-f96ef9241304';

const base64 = (bytes: Uint8Array | string) => Buffer.from(bytes).toString('base64');

interface Part {
  readonly key?: Uint8Array | string | null;
  readonly value?: Uint8Array | string | null;
  readonly headers?: readonly (readonly [string, Uint8Array | string | null])[];
}

function letter(offset: number, { key = null, value = null, headers = [] }: Part) {
  return {
    id: `clicks-0@${offset}`,
    cause: { code: 'DECODE', topic: 'clicks', partition: '0', offset: `${offset}` },
    record: {
      key: key && base64(key),
      value: value && base64(value),
      headers: headers.map(([name, bytes]) => ({
        name,
        value: bytes === null ? null : base64(bytes),
      })),
    },
  };
}

let folder: string;
let schemas: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tavro-letters-'));
  schemas = join(folder, 'schemas');
  await mkdir(schemas);
  await writeFile(join(schemas, 'click.avsc'), CLICK_TEXT);
  const config = { topics: { clicks: { value: 'web.Click' } } };
  await writeFile(join(schemas, 'tavro.json'), JSON.stringify(config));
  const url = 'https://a.example';
  const version = { version: 1, state: 'released', identity: '1', schema: CLICK };
  const versions = [{ ...version, ids: { [url]: 7 }, guids: { [url]: GUID } }];
  const lock = { format: 1, subjects: { 'clicks-value': { type: 'web.Click', versions } } };
  await writeFile(join(schemas, 'lock.json'), JSON.stringify(lock));
});
afterAll(() => rm(folder, { recursive: true }));

async function decode(text: string, ...args: readonly string[]) {
  const out: string[] = [];
  const err: string[] = [];
  const exit = await run(['decode', '--schemas', schemas, ...args], {
    out: (line) => out.push(line),
    err: (line) => err.push(line),
    env: {},
    signal: new AbortController().signal,
    stdin: Readable.from([Buffer.from(text)]),
  });
  return { exit, out, err };
}

const lines = (...letters: readonly object[]) =>
  letters.map((one) => JSON.stringify(one)).join('\n');

/** What was printed of key and value. */
async function parts(part: Part, ...args: readonly string[]) {
  const { out } = await decode(lines(letter(7, part)), ...args);
  const { id, cause, headers, ...rest } = JSON.parse(out[0] ?? '');
  return rest;
}

it('prints one line for each: where it lay, why, and its record', async () => {
  const headers = [
    ['trace', 'abc'],
    ['bytes', Uint8Array.of(0xff)],
    ['none', null],
  ] as const;
  const text = lines(
    letter(7, { key: 'ann', value: frame(7, BODY), headers }),
    letter(8, { value: Uint8Array.of(0, 0, 0, 0, 7, 200) }),
    { id: 'clicks-0@9', cause: { code: 'HANDLER', topic: 'clicks', partition: '0', offset: '9' } },
  );
  expect(await decode(text)).toMatchInlineSnapshot(`
{
  "err": [
    "Confluent frame, schema id 7: web.Click, from clicks-value version 1 in the lock",
  ],
  "exit": 0,
  "out": [
    "{"id":"clicks-0@7","cause":{"code":"DECODE","topic":"clicks","partition":"0","offset":"7"},"key":"ann","value":{"user":"ann"},"headers":[{"name":"trace","value":"abc"},{"name":"bytes","base64":"/w=="},{"name":"none","value":null}]}",
    "{"id":"clicks-0@8","cause":{"code":"DECODE","topic":"clicks","partition":"0","offset":"8"},"key":null,"valueProblem":"as Confluent frame, schema id 7, with the schema from clicks-value version 1 in the lock: web.Click at user: Expected string, got the end of the message (byte 1)","valueBase64":"AAAAAAfI","headers":[]}",
    "{"id":"clicks-0@9","cause":{"code":"HANDLER","topic":"clicks","partition":"0","offset":"9"}}",
  ],
}
`);
});

describe('a value', () => {
  const value = frame(7, BODY);

  it.each([
    ['by its frame', { value }],
    ['by its header', { value: BODY, headers: [['__value_schema_id', schemaIdBytes(7)]] }],
    [
      'by the GUID in its header',
      { value: BODY, headers: [['__value_schema_id', schemaIdBytes(GUID)]] },
    ],
    ['by its fingerprint', { value: frameSingleObject(fingerprintOf(CLICK_TEXT), BODY) }],
  ] as const)('is read %s', async (_, part) => {
    expect(await parts(part)).toEqual({ key: null, value: { user: 'ann' } });
  });

  it('without any of these is not guessed at, unless its schema is given', async () => {
    expect(await parts({ value: BODY })).toEqual({
      key: null,
      valueProblem:
        'It does not say its schema: no header, Confluent frame or fingerprint. Give the schema (--type NAME, --schema FILE or --id ID).',
      valueBase64: base64(BODY),
    });
    const given = await parts({ value: BODY }, '--type', 'web.Click');
    expect(given).toEqual({ key: null, value: { user: 'ann' } });
  });

  it('of a schema that nobody knows, or cut, is given in bytes with the reason', async () => {
    const unknown = frame(99, BODY);
    expect(await parts({ value: unknown })).toEqual({
      key: null,
      valueProblem: expect.stringMatching(
        /schema id 99, which neither the project's lock nor a registry says/,
      ),
      valueBase64: base64(unknown),
    });
    const cut = frame(7, BODY.subarray(0, 2));
    expect(await parts({ value: cut })).toEqual({
      key: null,
      valueProblem: expect.stringMatching(/^as Confluent frame, schema id 7/),
      valueBase64: base64(cut),
    });
  });

  it('is null for a tombstone', async () => {
    expect(await parts({ key: 'ann' })).toEqual({ key: 'ann', value: null });
  });
});

describe('a key', () => {
  it.each([
    ['text', 'Zoë', { key: 'Zoë' }],
    ['Avro', frame(7, BODY), { key: { user: 'ann' } }],
    ['other bytes', Uint8Array.of(1, 0xff), { keyBase64: 'Af8=' }],
    [
      'a frame that nobody knows',
      frame(99, Uint8Array.of(0xff)),
      {
        keyProblem: expect.stringContaining('schema id 99'),
        keyBase64: base64(frame(99, Uint8Array.of(0xff))),
      },
    ],
  ])('is shown as %s', async (_, key, shown) => {
    expect(await parts({ key })).toEqual({ ...shown, value: null });
  });
});

describe('the text', () => {
  const one = letter(7, { key: 'ann' });
  const event = mskEvent([{ topic: 'clicks', value: frame(7, BODY) }], { recordFormat: 'SOURCE' });
  const onFailure = onFailureRecord({
    batch: Object.values(event.records).flat(),
    event,
    condition: 'RetriesExhausted',
    invocations: 2,
    requestId: 'r',
    functionName: 'f',
  });

  it.each([
    ['a document of many lines', JSON.stringify(one, null, 2)],
    ['behind a byte order mark', `\uFEFF${JSON.stringify(one)}`],
    ['a list', `[\n${JSON.stringify(one)}\n]`],
    [
      'what is printed of a queue',
      JSON.stringify({ Messages: [{ Body: JSON.stringify(one) }] }, null, 1),
    ],
    ['lines with empty ones between', `\n${JSON.stringify(one)}\n\n`],
  ])('may be %s', async (_, text) => {
    const { exit, out } = await decode(text);
    expect([exit, out.map((line) => JSON.parse(line).key)]).toEqual([0, ['ann']]);
  });

  it("may be what Lambda's on-failure destination has in S3", async () => {
    const { exit, out } = await decode(JSON.stringify(onFailure));
    expect([exit, out.map((line) => JSON.parse(line).value)]).toEqual([0, [{ user: 'ann' }]]);
  });

  it('is told by file, line and field where it is wrong, and the rest is printed', async () => {
    const wrong = { ...one, record: { ...one.record, headers: [{ name: 'h', value: 1 }] } };
    const { exit, out, err } = await decode(lines(one, wrong, one).replace(/$/, '\n{"cause'));
    expect({ exit, printed: out.length, err }).toEqual({
      exit: 1,
      printed: 2,
      err: [
        'standard input:2: record.headers[0].value is not base64, or null.',
        'standard input:4: not JSON.',
      ],
    });
  });

  it('of many lines is told by the line where it stops', async () => {
    const text = JSON.stringify(one, null, 2).replace('"record"', '"record');
    const { exit, err } = await decode(text);
    expect([exit, err]).toEqual([1, [expect.stringMatching(/^standard input:\d+: not JSON\.$/)]]);
  });

  it('that is none of these needs --form, and is told then', async () => {
    const { exit, err } = await decode('{"a":1}', '--form', 'dead-letter');
    expect([exit, err]).toEqual([
      1,
      [expect.stringMatching(/^standard input:1: neither a dead letter of tavro/)],
    ]);
    expect((await decode('[{"x')).err.join()).not.toContain('dead letter');
  });

  it('stops at --limit', async () => {
    const { out } = await decode(lines(one, one, one), '--limit', '2');
    expect(out).toHaveLength(2);
  });
});

it('reads a folder, by the names of its files', async () => {
  const letters = join(folder, 'letters');
  await mkdir(join(letters, 'clicks'), { recursive: true });
  await writeFile(join(letters, 'clicks', '2.json'), JSON.stringify(letter(2, {})));
  await writeFile(join(letters, 'clicks', '1.json'), JSON.stringify(letter(1, {}), null, 2));
  await writeFile(join(letters, '3.json'), '7');
  await writeFile(join(letters, '.DS_Store'), 'x');
  const { exit, out, err } = await decode('', letters);
  expect([exit, out.map((line) => JSON.parse(line).id), err]).toEqual([
    1,
    ['clicks-0@1', 'clicks-0@2'],
    [expect.stringMatching(/3\.json:1: neither a dead letter/)],
  ]);
});
