import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import zlib from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { blockCodecs } from '../../codegen/decode/block-codecs.js';
import {
  fingerprint,
  frameSingleObject,
  fromAvroJson,
  readContainer,
  readSchema,
  type Schema,
  toAvroJson,
  unframeSingleObject,
  writeContainer,
} from '../../runtime/avro.js';
import type { Json } from '../../runtime/json.js';
import { arbitrarySchema } from '../codegen/arbitrary-schema.js';
import { arbitraryMessage } from '../runtime/arbitrary-message.js';
import {
  asJavaPrints,
  comparable,
  inNamespaces,
  isEnteredTwice,
  isReadByJava,
  printsNothing,
  QUIRKS,
} from './java/quirks.js';
import { type Referee, startReferee } from './java/referee.js';

const START_TIMEOUT_MS = 11 * 60 * 1000;

let java: Referee;
let folder: string;
beforeAll(async () => {
  java = await startReferee();
  folder = await mkdtemp(join(tmpdir(), 'tavro-java-'));
}, START_TIMEOUT_MS);
afterAll(async () => {
  await java?.stop();
  if (folder !== undefined) await rm(folder, { recursive: true });
});

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

const inJava = arbitrarySchema
  .map(inNamespaces)
  .filter((json) => !isEnteredTwice(readSchema(JSON.stringify(json))));
const cases = inJava.chain((json) => {
  const schema = readSchema(JSON.stringify(json));
  return fc.record({
    text: fc.constant(JSON.stringify(json)),
    schema: fc.constant(schema),
    messages: fc.array(arbitraryMessage(schema), { minLength: 1, maxLength: 6 }),
  });
});

/** Every property holds for these, whatever the seed. */
const EXAMPLES = QUIRKS.filter(({ prints }) => prints !== undefined).map(
  ({ schema, hex }): [{ text: string; schema: Schema; messages: Uint8Array[] }] => {
    const text = JSON.stringify(schema);
    return [{ text, schema: readSchema(text), messages: [Buffer.from(hex, 'hex')] }];
  },
);
const runs = (numRuns: number) => ({ numRuns: numRuns + EXAMPLES.length, examples: EXAMPLES });

const first = (messages: readonly Uint8Array[]): Uint8Array => messages[0] ?? new Uint8Array();

/** What we print of a message, as Java prints it. */
const printed = (schema: Schema, message: Uint8Array): Json =>
  comparable(asJavaPrints(schema, toAvroJson(schema, message)));

describe('with Java as referee', () => {
  it.each(QUIRKS)('$what', async ({ schema, hex, prints, reads }) => {
    const text = JSON.stringify(schema);
    const answer = await java.ask({ do: 'toJson', schema: text, hex });
    expect(answer).toEqual(prints === undefined ? { error: expect.any(String) } : { json: prints });
    const json = toAvroJson(readSchema(text), Buffer.from(hex, 'hex'));
    const read = await java.ask({ do: 'fromJson', schema: text, json });
    expect('hex' in read).toBe(reads);
  });

  it('prints the Avro-JSON that Java prints', async () => {
    await fc.assert(
      fc.asyncProperty(cases, async ({ text, schema, messages }) => {
        const message = first(messages);
        const answer = await java.ask({ do: 'toJson', schema: text, hex: hex(message) });
        expect(answer).toEqual({ json: expect.any(String) });
        expect(comparable(String(answer.json))).toEqual(printed(schema, message));
      }),
      runs(200),
    );
  });

  it('reads the Avro-JSON that Java prints', async () => {
    await fc.assert(
      fc.asyncProperty(cases, async ({ text, schema, messages }) => {
        fc.pre(!printsNothing(schema));
        const answer = await java.ask({ do: 'toJson', schema: text, hex: hex(first(messages)) });
        const json = String(answer.json);
        const again = toAvroJson(schema, fromAvroJson(schema, json));
        expect(comparable(again)).toEqual(comparable(json));
      }),
      runs(200),
    );
  });

  it('prints Avro-JSON that Java reads', async () => {
    await fc.assert(
      fc.asyncProperty(cases, async ({ text, schema, messages }) => {
        const json = toAvroJson(schema, first(messages));
        fc.pre(isReadByJava(json));
        const answer = await java.ask({ do: 'fromJson', schema: text, json });
        expect(answer).toEqual({ hex: expect.any(String) });
        const back = toAvroJson(schema, Buffer.from(answer.hex ?? '', 'hex'));
        expect(comparable(back)).toEqual(comparable(json));
      }),
      runs(200),
    );
  });

  it('writes and reads single-object messages as Java does', async () => {
    await fc.assert(
      fc.asyncProperty(cases, async ({ text, schema, messages }) => {
        const message = first(messages);
        const written = await java.ask({ do: 'toSingleObject', schema: text, hex: hex(message) });
        const { fingerprint: print, body } = unframeSingleObject(
          Buffer.from(written.hex ?? '', 'hex'),
        );
        expect(print).toBe(fingerprint(schema));
        expect(comparable(toAvroJson(schema, body))).toEqual(
          comparable(toAvroJson(schema, message)),
        );
        const ours = hex(frameSingleObject(fingerprint(schema), message));
        const read = await java.ask({ do: 'fromSingleObject', schema: text, hex: ours });
        expect(comparable(String(read.json))).toEqual(printed(schema, message));
      }),
      runs(200),
    );
  });

  it.each(['null', 'deflate', 'snappy', 'zstandard'])(
    'reads container files of Java: %s',
    async (codec) => {
      const codecs = await blockCodecs();
      const path = join(folder, `java-${codec}.avro`);
      await fc.assert(
        fc.asyncProperty(cases, async ({ text, schema, messages }) => {
          const task = { do: 'writeContainer', path, schema: text, codec, blockBytes: 32 } as const;
          expect(await java.ask({ ...task, messages: messages.map(hex) })).toEqual({});
          const file = await readContainer(await readFile(path), { codecs });
          expect(file.codec).toBe(codec);
          expect(Buffer.from(file.metadata.get('origin') ?? []).toString()).toBe('Java');
          const read: Json[] = [];
          for await (const object of file.objects()) read.push(printed(schema, object));
          expect(read).toEqual(messages.map((message) => printed(schema, message)));
        }),
        runs(60),
      );
    },
  );

  // Zstandard can be written from Node 22.15 on.
  const writable = [
    'null',
    'deflate',
    'snappy',
    ...('zstdCompressSync' in zlib ? ['zstandard'] : []),
  ];
  it.each(writable)('writes container files that Java reads: %s', async (codec) => {
    const codecs = await blockCodecs();
    const path = join(folder, `ours-${codec}.avro`);
    await fc.assert(
      fc.asyncProperty(cases, async ({ text, schema, messages }) => {
        const passed = { schema: text, encode: (bytes: Uint8Array) => bytes };
        const options = { codec, codecs, blockBytes: 32, metadata: { origin: 'Node' } };
        const pieces: Uint8Array[] = [];
        for await (const piece of writeContainer(messages, passed, options)) pieces.push(piece);
        await writeFile(path, Buffer.concat(pieces));
        const answer = await java.ask({ do: 'readContainer', path });
        expect(answer).toMatchObject({ codec, origin: 'Node' });
        expect([answer.json].flat().map((json) => comparable(String(json)))).toEqual(
          messages.map((message) => printed(schema, message)),
        );
      }),
      runs(60),
    );
  });

  it('reads and writes large container files of many blocks', async () => {
    const schema =
      '{"type":"record","name":"R","fields":[{"name":"i","type":"int"},{"name":"s","type":"string"}]}';
    const type = readSchema(schema);
    const messages = Array.from({ length: 20_000 }, (_, i) =>
      hex(fromAvroJson(type, `{"i":${i},"s":"text ${i % 100}"}`)),
    );
    const codecs = await blockCodecs();
    for (const codec of ['deflate', 'snappy', 'zstandard']) {
      const path = join(folder, `large-${codec}.avro`);
      const task = {
        do: 'writeContainer',
        path,
        schema,
        codec,
        blockBytes: 64_000,
        messages,
      } as const;
      expect(await java.ask(task)).toEqual({});
      const read: string[] = [];
      const file = await readContainer(await readFile(path), { codecs });
      for await (const object of file.objects()) read.push(hex(object));
      expect(read).toEqual(messages);
    }
  });
});
