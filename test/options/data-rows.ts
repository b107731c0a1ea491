/** `tavro/codegen`, `tavro/runtime` and `tavro/avro`. */

import { DEFAULT_OPTIONS, type GenerateOptions } from '../../codegen/emit/options.js';
import {
  CodegenError,
  type CompareOptions,
  checkHistory,
  compare,
  generateFiles,
  type HistoryInput,
  type ParseOptions,
  parseFiles,
  parseSchema,
  printSchema,
  SourceText,
} from '../../codegen/index.js';
import type { ParseSchemaOptions } from '../../codegen/model/parse-schema.js';
import type { PrintOptions } from '../../codegen/model/print.js';
import {
  fingerprintOf,
  type ReadContainerOptions,
  readContainer,
  resolvingDecoder,
  type WriteContainerOptions,
  type WriterSchema,
  writeContainer,
} from '../../runtime/avro.js';
import type { CodecParts } from '../../runtime/codec/create-codec.js';
import { createCodec, decimal } from '../../runtime/generated-code.js';
import {
  AvroError,
  type AvroErrorFields,
  createRegistry,
  createSubjects,
  type EncodeManyOptions,
  type EncodeOptions,
  fromKafkajsRegistry,
  type KafkajsRegistryOptions,
  type Registry,
  RegistryError,
  type RegistryOptions,
  type RegistryTls,
  writerDecoders,
} from '../../runtime/index.js';
import type { SchemaOptions } from '../../runtime/registry/client.js';
import type { RegistryErrorFields } from '../../runtime/registry/error.js';
import type { RegistryRequest } from '../../runtime/registry/http.js';
import type { SubjectsOptions } from '../../runtime/registry/subjects.js';
import * as read from '../../runtime/wire/read.js';
import * as write from '../../runtime/wire/write.js';
import { ClickCodec, click } from '../consumer/clicks.js';
import { errorText, type Row, row } from './same.js';

const OLD = { type: 'record', name: 'n.R', fields: [{ name: 'a', type: 'n.E' }] };
const NEW = {
  type: 'record',
  name: 'n.R',
  doc: 'a record',
  fields: [
    { name: 'b', type: ['null', 'n.E'], default: 'x' },
    { name: 'c', type: 'int' },
  ],
};
const ENUM = { type: 'enum', name: 'n.E', symbols: ['x'] };
const WHOLE = {
  ...NEW,
  fields: [
    { name: 'b', type: ENUM },
    { name: 'c', type: 'n.E' },
  ],
};

const model = () => parseFiles([new SourceText('r.avsc', JSON.stringify(WHOLE))]);

export const codegenRows: Readonly<Record<string, Row>> = {
  'codegen HistoryInput': row<HistoryInput>(
    { references: [ENUM], categories: ['WIRE'] },
    (options) =>
      checkHistory({ ...options, compatibility: 'FULL', history: [WHOLE], candidate: NEW }),
  ),
  'codegen CompareOptions': row<CompareOptions>(
    { references: [ENUM], categories: ['LINT'] },
    // One pair needs the references, one does not.
    (options) => [compare('int', 'string', options), compare(NEW, OLD, options)],
  ),
  'codegen GenerateOptions': row<GenerateOptions>(
    {
      knownIds: new Map([['n.R', { 'http://r': { ids: { 7: 'f'.repeat(16) } } }]]),
      names: { topics: new Map(), types: new Map() },
      versions: new Map(),
      writerVersions: new Map(),
      reads: new Map(),
      sources: new Map([['t', { 'r.avsc': 'hash' }]]),
    },
    (options) => generateFiles(model(), [], { ...DEFAULT_OPTIONS, ...options }),
  ),
  'codegen CodegenError': row<{ cause: unknown }>({ cause: 'why' }, (options) => {
    throw new CodegenError('SCHEMA_INVALID', 'no', options);
  }),
  'codegen ParseOptions': row<ParseOptions>(
    {
      role: 'history',
      unionDefault: 'first',
      names: 'avro',
      semantics: new Map([['n.Date', 'date']]),
    },
    (options) =>
      parseFiles(
        [new SourceText('r.avsc', JSON.stringify({ ...NEW, fields: NEW.fields }))],
        options,
      ).problems.list.map(({ message, severity }) => [severity, message]),
  ),
  'codegen ParseSchemaOptions': row<ParseSchemaOptions>(
    {
      role: 'history',
      unionDefault: 'first',
      names: 'avro',
      semantics: new Map([['n.Date', 'date']]),
      file: 'f.avsc',
      references: [ENUM],
    },
    (options) => parseSchema(NEW, options).warnings.map(({ message, at }) => [message, at.file]),
  ),
  'codegen PrintOptions': row<PrintOptions>(
    { form: 'resolution', semantics: false, docs: false, reference: () => 'n.Other' },
    (options) => printSchema(parseSchema(WHOLE).schema, options),
  ),
};

const LONE = '\ud800';

/** A registry that fails once, then answers; what it was asked. */
function recorder() {
  const asked: string[] = [];
  const fetch = async (input: unknown, init?: RequestInit): Promise<Response> => {
    const { authorization } = Object.fromEntries(new Headers(init?.headers));
    asked.push(`${init?.method} ${input} ${init?.body} ${authorization}`);
    if (asked.length === 1) return Response.json({}, { status: 503 });
    if (`${input}`.endsWith('/ids/9')) {
      return Response.json({ error_code: 40403, message: 'no' }, { status: 404 });
    }
    return Response.json({ id: 1, schema: '"int"', is_compatible: true, subject: 's', version: 1 });
  };
  return { asked, fetch };
}

/** Asks for a few things; answers what went out. Nothing reaches the network. */
async function ask(options: Partial<RegistryOptions>): Promise<unknown> {
  const { asked, fetch } = recorder();
  const real = globalThis.fetch;
  globalThis.fetch = fetch;
  try {
    const registry = createRegistry({ url: 'http://u:p@registry.invalid', ...options });
    const answers = [
      await registry.schemaById(1).catch(String),
      await registry.schemaById(1).catch(String),
      await registry.schemaById(9).catch(String),
      await registry.schemaById(9).catch(String),
    ];
    return { answers, asked };
  } finally {
    globalThis.fetch = real;
  }
}

const errorFields = {
  ...{ url: 'u', subject: 's', version: 1, id: 2, guid: 'g' },
  ...{ status: 404, errorCode: 40403 },
};

/** Of a codec, which both entries have. */
const encoding = row<EncodeOptions>({ replaceLoneSurrogates: true }, (options) => [
  ClickCodec.encode(click(LONE), options),
  ClickCodec.encodeFramed(click(LONE), 7, options),
]);

const encodingMany = row<EncodeManyOptions>(
  { replaceLoneSurrogates: true, schemaId: 7 },
  (options) => {
    const { memory, bounds, errors } = ClickCodec.encodeMany([click(LONE)], options);
    return [memory, bounds, [...errors.values()].map(errorText)];
  },
);

export const runtimeRows: Readonly<Record<string, Row>> = {
  'runtime EncodeOptions': encoding,
  'generated-code EncodeOptions': encoding,
  'runtime EncodeManyOptions': encodingMany,
  'generated-code EncodeManyOptions': encodingMany,
  'generated-code CodecParts': row<CodecParts<string, string>>(
    {
      references: () => [],
      versions: () => ({ ffff: () => 'old' }),
      knownIds: { 'http://r': { 7: 'ffff' } },
    },
    (options) => {
      const codec = createCodec<string, string>({
        ...options,
        name: 'n.S',
        schema: '"string"',
        fingerprint: 'eeee',
        write: (value) => write.string(value),
        read: () => read.string(),
      });
      const old = codec.version('ffff')?.(new Uint8Array());
      return [codec.schema, codec.knownIds, codec.decode(codec.encode('a')), old];
    },
  ),
  'avro WriterSchema': row<WriterSchema>({ references: ['"int"'] }, (options) => {
    const writer = { ...options, schema: ClickCodec.schema };
    return [
      fingerprintOf(writer.schema, writer.references),
      resolvingDecoder(writer, ClickCodec)(ClickCodec.encode(click('ann'))),
    ];
  }),
  'runtime AvroErrorFields': row<AvroErrorFields>(
    {
      schema: 's',
      path: 'a.b',
      offset: 3,
      expected: 'x',
      actual: 'y',
      problems: [{ path: 'a', expected: 'x', actual: 'y' }],
      cause: 'why',
    },
    (options) => {
      throw new AvroError('AVRO_VALUE', 'no', options);
    },
  ),
  'runtime Registry': row<Partial<Registry>>(
    { schemaByGuid: async () => ({ schema: '"int"', references: [] }), guid: async () => 'g' },
    async (options) => {
      const id = async () => 1;
      const schemaById = async () => ({ id: 1, schema: '"int"', references: [] });
      const registry = { url: 'http://r', schemaById, register: id, lookup: id, ...options };
      const decoders = writerDecoders(ClickCodec, registry);
      return decoders.load('4e4edcd2-844e-c10a-537b-f96ef9241304').catch(errorText);
    },
  ),
  'runtime RegistryErrorFields': row<RegistryErrorFields>(
    { ...errorFields, retryAfterMs: 5 },
    (options) => {
      throw new RegistryError('SERVER', 'no', options);
    },
  ),
  'runtime RegistryError': row<RegistryErrorFields & ErrorOptions>(
    { ...errorFields, retryAfterMs: 5, cause: 'why' },
    (options) => {
      throw new RegistryError('SERVER', 'no', options);
    },
  ),
  'runtime KafkajsRegistryOptions': row<KafkajsRegistryOptions>(
    { url: 'http://u:p@host/', timeoutMs: 5_000, now: () => 7 },
    async (options) => {
      const asked: number[] = [];
      const library = {
        getSchema: async (id: number) => void asked.push(id),
        register: async () => ({ id: 3 }),
        getRegistryIdBySchema: async () => 4,
      };
      const registry = fromKafkajsRegistry(library, options);
      const unknown = [registry.schemaById(1), registry.schemaById(1)].map((one) =>
        one.catch(String),
      );
      return [
        registry.url,
        await Promise.all(unknown),
        await registry.register('s', '"int"'),
        await registry.lookup('s', '"int"'),
        asked,
      ];
    },
  ),
  'runtime SubjectsOptions': row<SubjectsOptions>(
    { latestMs: 10, staleMs: 20 },
    async (options) => {
      let now = 0;
      let asked = 0;
      const fetch = async (): Promise<Response> => {
        asked += 1;
        if (now >= 100_000 && now < 125_000) return Response.json({}, { status: 503 });
        return Response.json({ subject: 's', version: asked, id: 1, schema: '"int"' });
      };
      const registry = createRegistry({ url: 'http://r', retries: 0, now: () => now, fetch });
      const subjects = createSubjects(registry, options);
      const seen: unknown[] = [];
      for (now of [0, 5, 15, 50_000, 70_000, 100_000, 105_000, 115_000, 130_000]) {
        seen.push(await subjects.latest('s').then(({ version }) => version, String));
      }
      return seen;
    },
  ),
  'runtime SchemaOptions': row<SchemaOptions>(
    { references: [{ name: 'n.E', subject: 'e', version: 1 }], normalize: true },
    async (options) => {
      const { asked, fetch } = recorder();
      const registry = createRegistry({ url: 'http://r', fetch, sleep: async () => undefined });
      await registry.register('s', '"int"', options);
      await registry.lookup('s', '"int"', options);
      await createSubjects(registry).compatibility('s', '"int"', options);
      return asked;
    },
  ),
  'generated-code DecimalOptions': row<{ size?: number }>({ size: 8 }, (options) =>
    decimal({ ...options, precision: 8, scale: 2 }).encode('12.30'),
  ),
  'runtime RegistryOptions': row<RegistryOptions>(
    {
      auth: { token: 't' },
      cacheSize: 1,
      fetch: recorder().fetch,
      now: () => 0,
      random: () => 0,
      retries: 0,
      sleep: async () => undefined,
      timeoutMs: 4_000,
      tls: { ca: 'no PEM' },
      totalTimeoutMs: 8_000,
      unknownMs: 0,
    },
    ask,
  ),
  'runtime RegistryTls': row<RegistryTls>(
    { ca: 'no PEM', cert: 'no PEM', key: 'no PEM', passphrase: 'p' },
    (tls) => createRegistry({ url: 'https://registry.invalid', tls }).url,
  ),
  'runtime RegistryRequest': row<RegistryRequest>(
    { about: { subject: 's' }, body: { schema: '"int"' }, deadline: Number.POSITIVE_INFINITY },
    async (options) => {
      const { asked, fetch } = recorder();
      const { http } = createRegistry({ url: 'http://r', fetch, sleep: async () => undefined });
      const request = { ...options, method: 'GET', path: '/schemas/ids/9' } as const;
      const answer = await http.send(request, () => 'read').catch(errorText);
      return [answer, asked];
    },
  ),
};

async function bytesOf(chunks: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const all: Uint8Array[] = [];
  for await (const chunk of chunks) all.push(chunk);
  return Buffer.concat(all);
}

const store = {
  decompress: async (bytes: Uint8Array) => bytes,
  compress: async (bytes: Uint8Array) => bytes,
};
const SYNC = new Uint8Array(16).fill(7);

export const containerRows: Readonly<Record<string, Row>> = {
  'avro ReadContainerOptions': row<ReadContainerOptions>(
    { codecs: { deflate: store }, maxBlockBytes: 10 },
    async (options) => {
      const values = [click('ann'), click('bob')];
      const file = await readContainer(
        await bytesOf(writeContainer(values, ClickCodec, { sync: SYNC })),
        options,
      );
      const read: unknown[] = [];
      for await (const value of file.values(ClickCodec)) read.push(value);
      return read;
    },
  ),
  'avro WriteContainerOptions': row<WriteContainerOptions>(
    {
      codec: 'null',
      codecs: { deflate: store },
      metadata: { made: 'by hand' },
      blockBytes: 1,
      sync: SYNC,
    },
    async (options) => {
      const values = [click('ann'), click('bob')];
      const bytes = await bytesOf(writeContainer(values, ClickCodec, options));
      const given = (options as { sync?: Uint8Array }).sync !== undefined;
      // Random where it is not given.
      return [bytes.length, given && bytes];
    },
  ),
};
