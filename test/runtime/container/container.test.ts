import { randomBytes } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import zlib from 'node:zlib';
import { describe, expect, it } from '@jest/globals';
import avsc from 'avsc';
import fc from 'fast-check';
import { blockCodecs } from '../../../codegen/decode/block-codecs.js';
import {
  type ReadContainerOptions,
  readContainer,
  readSchema,
  type WriteContainerOptions,
  writeContainer,
} from '../../../runtime/avro.js';
import { AvroError } from '../../../runtime/index.js';
import { message, raw } from '../../../runtime/wire/output.js';
import * as write from '../../../runtime/wire/write.js';
import { arbitrarySchema } from '../../codegen/arbitrary-schema.js';
import {
  type UserClick,
  UserClickCodec,
} from '../../frozen/generated/com/mycompany/events/UserClick.js';
import { arbitraryMessage } from '../arbitrary-message.js';

const codecs = await blockCodecs();
const NODE_HAS_ZSTANDARD = 'zstdCompressSync' in zlib;
/** What this Node can write. */
const WRITABLE = ['null', 'deflate', 'snappy', ...(NODE_HAS_ZSTANDARD ? ['zstandard'] : [])];

async function gather<T>(items: AsyncIterable<T>): Promise<T[]> {
  const gathered: T[] = [];
  for await (const item of items) gathered.push(item);
  return gathered;
}

/** A file of messages that are Avro already. */
async function fileOf(
  schema: unknown,
  messages: readonly Uint8Array[],
  options: WriteContainerOptions = {},
): Promise<Buffer> {
  const codec = { schema: JSON.stringify(schema), encode: (bytes: Uint8Array) => bytes };
  return Buffer.concat(await gather(writeContainer(messages, codec, { codecs, ...options })));
}

async function objectsOf(bytes: Uint8Array, options: ReadContainerOptions = {}): Promise<string[]> {
  const file = await readContainer(bytes, { codecs, ...options });
  return (await gather(file.objects())).map((object) => Buffer.from(object).toString('hex'));
}

async function failure(run: () => Promise<unknown>): Promise<AvroError> {
  try {
    await run();
  } catch (error) {
    if (error instanceof AvroError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}

const click = (i: number): UserClick => ({
  user_id: `u${i}`,
  url: `/${i}`,
  timestamp: new Date(i),
});

describe('object container files', () => {
  it.each(WRITABLE)('gives back every object of any schema: %s', async (codec) => {
    const files = arbitrarySchema.chain((schema) =>
      fc.record({
        schema: fc.constant(schema),
        messages: fc.array(arbitraryMessage(readSchema(JSON.stringify(schema))), { maxLength: 8 }),
        blockBytes: fc.integer({ min: 1, max: 200 }),
        cut: fc.integer({ min: 1, max: 50 }),
      }),
    );
    await fc.assert(
      fc.asyncProperty(files, async ({ schema, messages, blockBytes, cut }) => {
        const bytes = await fileOf(schema, messages, { codec, blockBytes });
        const want = messages.map((message) => Buffer.from(message).toString('hex'));
        expect(await objectsOf(bytes)).toEqual(want);
        const pieces: Uint8Array[] = [];
        for (let at = 0; at < bytes.length; at += cut) pieces.push(bytes.subarray(at, at + cut));
        const file = await readContainer(Readable.from(pieces), { codecs });
        const got = await gather(file.objects());
        expect(got.map((object) => Buffer.from(object).toString('hex'))).toEqual(want);
        expect(JSON.parse(file.schema)).toEqual(JSON.parse(JSON.stringify(schema)));
        expect(file.codec).toBe(codec);
      }),
      { numRuns: 60 },
    );
  });

  it.each(['null', 'deflate', 'snappy'])('is read by avsc: %s', async (codec) => {
    const clicks = Array.from({ length: 500 }, (_, i) => click(i));
    const pieces = writeContainer(clicks, UserClickCodec, { codec, codecs, blockBytes: 1_000 });
    const decoder = new avsc.streams.BlockDecoder({
      codecs: {
        snappy: (block: Buffer, done: (error: Error | null, plain?: Buffer) => void) =>
          void Promise.resolve(codecs.snappy?.decompress(block.subarray(0, -4), 1e6)).then(
            (plain) => done(null, Buffer.from(plain ?? [])),
            done,
          ),
        deflate: (block: Buffer, done: (error: Error | null, plain?: Buffer) => void) =>
          zlib.inflateRaw(block, done),
        null: (block: Buffer, done: (error: Error | null, plain?: Buffer) => void) =>
          done(null, block),
      },
    });
    const read = await gather<{ user_id: string }>(
      Readable.from(pieces, { objectMode: false }).pipe(decoder),
    );
    expect(read.map(({ user_id }) => user_id)).toEqual(clicks.map(({ user_id }) => user_id));
  });

  it.each(['null', 'deflate'])('reads what avsc writes: %s', async (codec) => {
    const encoder = new avsc.streams.BlockEncoder(JSON.parse(UserClickCodec.schema), {
      codec,
      blockSize: 500,
    });
    for (let i = 0; i < 200; i++) encoder.write({ user_id: `u${i}`, url: `/${i}`, timestamp: i });
    encoder.end();
    const file = await readContainer(encoder);
    expect(await gather(file.values(UserClickCodec))).toEqual(
      Array.from({ length: 200 }, (_, i) => click(i)),
    );
  });

  it('reads files of other versions into the type of today', async () => {
    const old = {
      type: 'record',
      name: 'com.mycompany.events.UserClick',
      fields: [
        { name: 'extra', type: 'int' },
        { name: 'timestamp', type: 'int' },
        { name: 'url', type: 'string' },
        { name: 'user_id', type: 'string' },
      ],
    };
    const click = message(() => {
      write.int(9);
      write.int(1_000);
      write.string('/');
      write.string('u1');
    });
    const file = await readContainer(await fileOf(old, [click]));
    expect(await gather(file.values(UserClickCodec))).toEqual([
      { user_id: 'u1', url: '/', timestamp: new Date(1_000) },
    ]);
  });

  it('streams through files, keeps metadata, and is reproducible with a sync marker', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'tavro-container-'));
    try {
      const path = join(folder, 'clicks.avro');
      const clicks = Array.from({ length: 20_000 }, (_, i) => click(i));
      const options = {
        metadata: { origin: 'test', raw: Uint8Array.of(0, 255) },
        sync: Buffer.alloc(16, 7),
      };
      await pipeline(writeContainer(clicks, UserClickCodec, options), createWriteStream(path));
      const file = await readContainer(createReadStream(path));
      expect(Buffer.from(file.metadata.get('origin') ?? []).toString()).toBe('test');
      expect([...(file.metadata.get('raw') ?? [])]).toEqual([0, 255]);
      expect(await gather(file.values(UserClickCodec))).toEqual(clicks);
      const again = Buffer.concat(await gather(writeContainer(clicks, UserClickCodec, options)));
      expect(again.equals(Buffer.concat(await gather(createReadStream(path))))).toBe(true);
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it('lets go of the stream when the reader leaves, and when the header is wrong', async () => {
    const bytes = await fileOf('int', [Uint8Array.of(2), Uint8Array.of(4)], { blockBytes: 1 });
    let closed = 0;
    const source = (content: Uint8Array): AsyncIterable<Uint8Array> => ({
      [Symbol.asyncIterator]: () => ({
        next: async () => ({ done: false, value: content }),
        return: async () => {
          closed++;
          return { done: true, value: undefined };
        },
      }),
    });
    const file = await readContainer(source(bytes));
    for await (const object of file.objects()) {
      expect([...object]).toEqual([2]);
      break;
    }
    expect(closed).toBe(1);
    expect(await failure(() => readContainer(source(Buffer.from('no container'))))).toMatchObject({
      code: 'AVRO_CONTAINER',
    });
    expect(closed).toBe(2);
  });

  it('writes objects that take no bytes, and bounds them', async () => {
    const none = Array.from({ length: 70_000 }, () => new Uint8Array());
    expect(await objectsOf(await fileOf('null', none))).toHaveLength(70_000);
  });
});

/** A file by hand: header, then blocks as given. */
function rawFile(
  { schema = '"int"', codec = 'null', count = 2 },
  ...blocks: { count: bigint; size?: bigint; data: Uint8Array; sync?: Uint8Array }[]
): Buffer {
  const sync = Buffer.alloc(16, 1);
  const file = message(() => {
    raw(Buffer.from('Obj\x01', 'latin1'));
    write.longNumber(count);
    write.string('avro.schema');
    write.string(schema);
    write.string('avro.codec');
    write.string(codec);
    write.end();
    raw(sync);
    for (const block of blocks) {
      write.long(block.count);
      write.long(block.size ?? BigInt(block.data.length));
      raw(block.data);
      raw(block.sync ?? sync);
    }
  });
  return Buffer.from(file);
}

describe('container files that cannot be read', () => {
  const two = Uint8Array.of(2, 4);
  const bomb = zlib.deflateRawSync(Buffer.alloc(10_000_000));

  it.each<[string, Uint8Array, string, RegExp, ReadContainerOptions?]>([
    ['nothing', new Uint8Array(), 'AVRO_CONTAINER', /does not start with "Obj"/],
    ['another file', Buffer.from('{"a":1}'), 'AVRO_CONTAINER', /does not start with "Obj"/],
    ['a later format', Buffer.from('Obj\x02\x00', 'latin1'), 'AVRO_CONTAINER', /does not start/],
    [
      'a header without a schema',
      Buffer.concat([Buffer.from('Obj\x01\x00', 'latin1'), Buffer.alloc(16)]),
      'AVRO_CONTAINER',
      /no avro.schema/,
    ],
    [
      'a header with endless entries',
      Buffer.from('4f626a01feffffffffffffffff01', 'hex'),
      'AVRO_CONTAINER',
      /over 1000 metadata entries/,
    ],
    [
      'a header with an endless key',
      Buffer.from('4f626a0102feffffffffffffffff01', 'hex'),
      'AVRO_CONTAINER',
      /damaged or over/,
    ],
    [
      'a header that stops',
      Buffer.from('4f626a010216', 'hex'),
      'AVRO_TRUNCATED',
      /ends inside a metadata key, at byte 6/,
    ],
    ['a schema that is none', rawFile({ schema: '{"type":"no.Such"}' }), 'AVRO_SCHEMA', /no\.Such/],
    [
      'a compression that is not there',
      rawFile({ codec: 'bzip2' }),
      'AVRO_COMPRESSION',
      /"bzip2", which is not there\. Give one/,
    ],
    [
      'an inherited property as compression',
      rawFile({ codec: 'constructor' }),
      'AVRO_COMPRESSION',
      /not there/,
    ],
    [
      'another sync marker',
      rawFile({}, { count: 2n, data: two, sync: Buffer.alloc(16, 9) }),
      'AVRO_SYNC',
      /Block 1 .* sync marker/,
    ],
    [
      'a block that stops',
      rawFile({}, { count: 2n, data: two }).subarray(0, -17),
      'AVRO_TRUNCATED',
      /ends inside block 1/,
    ],
    [
      'a sync marker that stops',
      rawFile({}, { count: 2n, data: two }).subarray(0, -1),
      'AVRO_TRUNCATED',
      /inside the sync marker of block 1/,
    ],
    [
      'a negative number of objects',
      rawFile({}, { count: -1n, data: two }),
      'AVRO_LENGTH',
      /negative/,
    ],
    [
      'a negative size',
      rawFile({}, { count: 1n, size: -1n, data: two }),
      'AVRO_LENGTH',
      /negative/,
    ],
    [
      'a size beyond the limit',
      rawFile({}, { count: 1n, size: 2n ** 62n, data: two }),
      'AVRO_LIMIT',
      /maxBlockBytes/,
    ],
    [
      'a size beyond one given',
      rawFile({}, { count: 2n, data: two }),
      'AVRO_LIMIT',
      /over 1 bytes/,
      { maxBlockBytes: 1 },
    ],
    [
      'more objects than fit',
      rawFile({}, { count: 2n ** 62n, data: two }),
      'AVRO_LENGTH',
      /at most 2/,
    ],
    [
      'endless objects without bytes',
      rawFile({ schema: '"null"' }, { count: 2n ** 62n, data: new Uint8Array() }),
      'AVRO_LIMIT',
      /at most 65536/,
    ],
    [
      'fewer objects than there are',
      rawFile({}, { count: 1n, data: two }),
      'AVRO_TRAILING_BYTES',
      /1 bytes after its last/,
    ],
    [
      'an object that stops',
      rawFile(
        { schema: '{"type":"array","items":"string"}' },
        { count: 2n, data: Uint8Array.of(0, 2, 8, 1) },
      ),
      'AVRO_TRUNCATED',
      /^Object 2 in block 1 .*\[0\]/,
    ],
    [
      'a damaged deflate block',
      rawFile({ codec: 'deflate' }, { count: 2n, data: two }),
      'AVRO_COMPRESSION',
      /cannot be decompressed/,
    ],
    [
      'a deflate bomb',
      rawFile({ codec: 'deflate', schema: '"int"' }, { count: 1n, data: bomb }),
      'AVRO_LIMIT',
      /over 1000000 bytes/,
      { maxBlockBytes: 1_000_000 },
    ],
    [
      'a snappy block with a wrong checksum',
      rawFile(
        { codec: 'snappy' },
        { count: 2n, data: Buffer.from('02040204' + '00000000', 'hex') },
      ),
      'AVRO_COMPRESSION',
      /cannot be decompressed/,
    ],
    [
      'a snappy block that says it is huge',
      rawFile(
        { codec: 'snappy' },
        { count: 2n, data: Buffer.from('ffffffff07' + '0000000000', 'hex') },
      ),
      'AVRO_COMPRESSION',
      /cannot be decompressed/,
    ],
    [
      'a zstandard block that is none',
      rawFile({ codec: 'zstandard' }, { count: 2n, data: Buffer.alloc(30) }),
      'AVRO_COMPRESSION',
      /cannot be decompressed/,
    ],
    [
      'a codec that does not look at its limit',
      rawFile({ codec: 'mine' }, { count: 2n, data: two }),
      'AVRO_LIMIT',
      /over 5 bytes/,
      { maxBlockBytes: 5, codecs: { mine: { decompress: () => Buffer.alloc(6) } } },
    ],
  ])('%s', async (...[, bytes, code, message, options]) => {
    const error = await failure(() => objectsOf(bytes, options));
    expect([error.code, error.message]).toEqual([code, expect.stringMatching(message)]);
  });

  it('gives the objects before the damage', async () => {
    const bytes = rawFile(
      {},
      { count: 2n, data: two },
      { count: 2n, data: two, sync: Buffer.alloc(16, 9) },
    );
    const file = await readContainer(bytes);
    const read: number[] = [];
    const error = await failure(async () => {
      for await (const [byte] of file.objects()) read.push(byte ?? -1);
    });
    expect(read).toEqual([2, 4]);
    expect(error).toMatchObject({ code: 'AVRO_SYNC', message: expect.stringMatching(/Block 2/) });
  });

  it('says which object a codec could not take', async () => {
    const bytes = rawFile({}, { count: 2n, data: two });
    const file = await readContainer(bytes);
    const picky = {
      name: 'Picky',
      schema: '"int"',
      version: () => undefined,
      decode: (): number => {
        throw new AvroError('AVRO_LOGICAL', 'too picky');
      },
    };
    const error = await failure(() => gather(file.values(picky)));
    expect(error).toMatchObject({
      code: 'AVRO_LOGICAL',
      message: expect.stringMatching(/^Object 1 in block 1 .*too picky/),
    });
  });

  it.each(WRITABLE)('is a coded error wherever a byte is changed or missing: %s', async (codec) => {
    const messages = Array.from({ length: 12 }, (_, i) => UserClickCodec.encode(click(i)));
    const bytes = await fileOf(JSON.parse(UserClickCodec.schema), messages, {
      codec,
      blockBytes: 100,
    });
    const codes = new Set<string>();
    const judge = async (damaged: Uint8Array): Promise<void> => {
      try {
        await objectsOf(damaged);
      } catch (error) {
        // Anything else fails the test: no crash of zlib, snappyjs or ours may come through.
        expect(error).toBeInstanceOf(AvroError);
        if (error instanceof AvroError) codes.add(error.code);
      }
    };
    for (let at = 0; at < bytes.length; at++) {
      await judge(bytes.subarray(0, at));
      for (const flip of [1, 0x80, 0xff]) {
        const damaged = Buffer.from(bytes);
        damaged[at] = (damaged[at] ?? 0) ^ flip;
        await judge(damaged);
      }
    }
    for (const code of ['AVRO_CONTAINER', 'AVRO_SYNC', 'AVRO_TRUNCATED'])
      expect(codes).toContain(code);
  });

  it.each<[string, WriteContainerOptions, string]>([
    ['an unknown codec', { codec: 'lzma' }, 'AVRO_COMPRESSION'],
    [
      'a codec that only reads',
      { codec: 'mine', codecs: { mine: { decompress: (block) => block } } },
      'AVRO_COMPRESSION',
    ],
    ['metadata of Avro', { metadata: { 'avro.schema': 'x' } }, 'AVRO_VALUE'],
    ['a short sync marker', { sync: randomBytes(8) }, 'AVRO_VALUE'],
  ])('does not write with %s', async (_, options, code) => {
    expect((await failure(() => fileOf('int', [], options))).code).toBe(code);
  });

  it('says when Zstandard needs a newer Node', async () => {
    const write = () => fileOf('int', [Uint8Array.of(2)], { codec: 'zstandard', codecs: {} });
    if (NODE_HAS_ZSTANDARD) expect(await objectsOf(await write(), { codecs: {} })).toEqual(['02']);
    else expect((await failure(write)).message).toMatch(/22\.15/);
  });
});
