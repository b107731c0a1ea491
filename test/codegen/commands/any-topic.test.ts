/** Topics of any schema, from `tavro.json` to bytes: generated, compiled, guarded, published, read in older versions. */
import { cp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type RegistryServer, startRegistry } from '../../../local/registry/server.js';
import { fingerprintOf, readSchema, resolvingDecoder } from '../../../runtime/avro.js';
import type { Codec, Topic, TopicOfTypes } from '../../../runtime/index.js';
import { printJson } from '../../../runtime/json.js';
import { arbitraryMessage } from '../../runtime/arbitrary-message.js';
import { throughAvsc } from '../avsc-peer.js';
import { importBundled } from '../bundle.js';
import { compile } from '../generated-project.js';
import { SchemasFolder } from '../schemas-folder.js';

const SCRATCH = fileURLToPath(
  new URL('../../../node_modules/.cache/tavro-test/any-topic', import.meta.url),
);

const record = (name: string, ...fields: readonly { name: string }[]) => ({
  type: 'record',
  name,
  fields,
});
const ID = { name: 'id', type: 'long' };
const NOTE = { name: 'note', type: 'string', default: 'none' };
const TAVRO = {
  topics: {
    lists: { value: { avro: { type: 'array', items: 'ev.Created' } }, key: { avro: 'string' } },
    maps: { value: { file: 'map.avsc' }, key: { avro: { type: 'long', 'connect.version': 1 } } },
    texts: { value: { avro: { type: 'string', 'connect.version': 1 } }, key: 'bytes' },
    unions: { value: ['null', 'ev.Created', 'ev.Deleted'], key: 'none' },
    types: { value: ['ev.Created', 'ev.Deleted'], subjects: 'topic-record' },
    first: { value: { file: 'one.avsc', type: 'io.Same' } },
    second: { value: { file: 'two.avsc', type: 'io.Same' } },
  },
};

type AnyCodec = Codec<unknown, unknown>;
interface Generated {
  readonly [topic: string]:
    | Topic<unknown, unknown>
    | TopicOfTypes<{ case: string; value: unknown }>;
}

let server: RegistryServer;
let folder: SchemasFolder;
let topics: Generated;

beforeAll(async () => {
  server = await startRegistry();
  folder = await SchemasFolder.create({
    'tavro.json': TAVRO,
    'created.avsc': record('ev.Created', ID),
    'deleted.avsc': record('ev.Deleted', ID),
    'map.avsc': { type: 'map', values: ['null', 'ev.Created'] },
    'one.avsc': record('io.Same', ID),
    'two.avsc': record('io.Same', NOTE),
  });
  const publish = () => folder.run('publish', ['--registry', server.url]);
  expect(await publish()).toMatchObject({ code: 0 });
  await folder.write('created.avsc', record('ev.Created', ID, NOTE));
  await folder.write('one.avsc', record('io.Same', ID, NOTE));
  expect(await publish()).toMatchObject({ code: 0 });
  topics = await generated();
});
afterAll(async () => {
  await server?.stop();
  await folder?.remove();
});

async function generated(): Promise<Generated> {
  expect((await folder.run('codegen')).code).toBe(0);
  await rm(SCRATCH, { recursive: true, force: true });
  await cp(folder.generated, SCRATCH, { recursive: true });
  // Safe: the module of topics exports topics.
  return (await importBundled(join(SCRATCH, 'topics.ts'))) as Generated;
}

/** All codecs by subject. */
function codecs(): ReadonlyMap<string, AnyCodec> {
  const found = new Map<string, unknown>();
  for (const topic of Object.values(topics)) {
    if ('types' in topic)
      for (const { codec, subject } of Object.values(topic.types)) found.set(subject, codec);
    else found.set(topic.subjects.value, topic.value);
    if (typeof topic.key !== 'string') found.set(topic.subjects.key ?? '', topic.key);
  }
  // Safe: a test gives them what their schemas take.
  return found as Map<string, AnyCodec>;
}

describe('topics of any schema', () => {
  it('have a codec for each subject, and the lock a history', async () => {
    const { subjects } = await folder.lock();
    expect([...codecs().keys()].sort()).toEqual([...subjects.keys()].sort());
    expect([...subjects.keys()].sort()).toEqual([
      'first-value',
      'lists-key',
      'lists-value',
      'maps-key',
      'maps-value',
      'second-value',
      'texts-value',
      'types-ev.Created',
      'types-ev.Deleted',
      'unions-value',
    ]);
  });

  it('compile', async () => {
    expect(await compile(SCRATCH)).toEqual([]);
  });

  it('say what they carry', () => {
    const { types, unions } = topics;
    expect(types !== undefined && 'types' in types && Object.keys(types.types)).toEqual([
      'Created',
      'Deleted',
    ]);
    expect(unions?.key).toBe('none');
    expect(codecs().get('maps-key')).toMatchObject({ name: 'long' });
    expect(codecs().get('first-value')?.fingerprint).not.toBe(
      codecs().get('second-value')?.fingerprint,
    );
  });

  it('read and write as the specification has it, as avsc does, in every version', async () => {
    const { subjects } = await folder.lock();
    for (const [subject, codec] of codecs()) {
      const versions = subjects.get(subject)?.versions ?? [];
      const texts = versions.map(({ schema }) => printJson(schema));
      expect(texts.at(-1)).toBe(codec.schema);
      for (const text of texts) {
        const decode = codec.version(fingerprintOf(text));
        if (decode === undefined) throw new Error(`no decoder of ${text} in ${subject}`);
        const resolve = resolvingDecoder(text, codec);
        const referee = throughAvsc(codec.schema);
        if (referee === undefined) throw new Error(`avsc refuses ${codec.schema}`);
        fc.assert(
          fc.property(arbitraryMessage(readSchema(text)), (bytes) => {
            const value = decode(bytes);
            expect(value).toEqual(resolve(bytes));
            const encoded = codec.encode(value);
            expect(codec.decode(encoded)).toEqual(value);
            // avsc drops that key of a map.
            const isHeld = !Buffer.from(bytes).includes('__proto__');
            if (isHeld) expect(codec.decode(referee(encoded))).toEqual(value);
          }),
          { numRuns: 50 },
        );
      }
    }
  });

  it.each([
    ['a key', 'lists', { ...TAVRO.topics.lists, key: { avro: 'long' } }, 'lists-key'],
    ['a root', 'lists', { ...TAVRO.topics.lists, value: { avro: 'bytes' } }, 'lists-value'],
    ['a union', 'unions', { value: ['null', 'ev.Created'], key: 'none' }, 'unions-value'],
  ])('are guarded: %s that became another', async (_, topic, entry, subject) => {
    await folder.write('tavro.json', { topics: { ...TAVRO.topics, [topic]: entry } });
    try {
      const { code, out } = await folder.run('check');
      expect(code).toBe(100);
      expect(out).toContain(subject);
      expect(out).toMatch(/tavro\.json:\d+:\d+/);
      expect((await folder.run('codegen')).code).toBe(100);
      expect((await folder.run('plan')).code).toBe(0);
    } finally {
      await folder.write('tavro.json', TAVRO);
    }
  });

  it('are as the lock has them once all is as it was', async () => {
    expect((await folder.run('codegen', ['--check'])).code).toBe(0);
    expect((await folder.run('check')).code).toBe(0);
  });
});
