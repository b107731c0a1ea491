/** Projects and edits of them, drawn at random: what `codegen` may meet between two runs. */
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join, posix } from 'node:path';
import fc from 'fast-check';
import type { Json, JsonObject } from '../../../runtime/json.js';
import { idlOf } from '../idl-text.js';

/** Each file and the type that it defines, mostly: most projects are sound then. */
const FILES: Readonly<Record<string, string>> = {
  'a.avsc': 'Order',
  'b.avsc': 'Money',
  'm/c.avsc': 'User',
  'm/d.avsc': 'Kind',
  'p.avpr': 'Part',
  'm/q.avdl': 'Price',
  'r.avdl': 'Rate',
  'z.avsc': 'Zone',
};
const NAMES = Object.values(FILES);

const primitive = fc.constantFrom<Json>('int', 'string', ['null', 'long'], 'bytes');
const name = fc.constantFrom(...NAMES);

/** What several files define, in one way or, rarely, in two. */
const header = (field: string): Json => ({
  type: 'record',
  name: 'Header',
  fields: [{ name: field, type: 'int', default: 0 }],
});

/** A type as it stands in a field: a mention, or a definition of its own. */
const inner: fc.Arbitrary<Json> = fc.oneof(
  { weight: 20, arbitrary: primitive },
  // In a union, so that types may lead to each other.
  { weight: 20, arbitrary: name.map((one) => ['null', `m.${one}`]) },
  { weight: 10, arbitrary: name.map((one) => ({ type: 'array', items: one })) },
  { weight: 20, arbitrary: fc.constant(header('x')) },
  { weight: 1, arbitrary: fc.constant(header('y')) },
  { weight: 1, arbitrary: fc.constant<Json>({ type: 'enum', name: 'Sort', symbols: ['A', 'B'] }) },
);

const field: fc.Arbitrary<JsonObject> = fc
  .record({
    name: fc.constantFrom('id', 'amount', 'user', 'note'),
    type: inner,
    doc: fc.option(fc.constantFrom('What it is.', 'Something else.'), { nil: undefined }),
  })
  .map(({ doc, ...rest }) => ({ ...rest, ...(doc === undefined ? {} : { doc }) }));

const record = (one: string): fc.Arbitrary<Json> =>
  fc
    .uniqueArray(field, { maxLength: 3, selector: (given) => String(given.name) })
    .map((fields) => ({ type: 'record', name: one, namespace: 'm', fields: onceDefined(fields) }));

/** Of two definitions of one name in a file the second is a mention. */
function onceDefined(fields: readonly JsonObject[]): readonly JsonObject[] {
  const seen = new Set<unknown>();
  return fields.map((given) => {
    const { name: defined } = Object(given.type);
    if (defined === undefined || !seen.has(defined)) {
      seen.add(defined);
      return given;
    }
    return { ...given, type: String(defined) };
  });
}

/** A file with its type or, now and then, another one, or none. */
const schema = (path: string): fc.Arbitrary<Json> =>
  fc.oneof(
    { weight: 20, arbitrary: record(FILES[path] ?? 'Order') },
    { weight: 1, arbitrary: name.chain(record) },
    { weight: 1, arbitrary: fc.constant<Json>({ type: 'array', items: 'int' }) },
    { weight: 1, arbitrary: fc.constant<Json>('m.Order') },
  );

/** What a file of IDL may import; some edits take such files away. */
const imports = fc.uniqueArray(
  fc.constantFrom('a.avsc', 'm/c.avsc', 'p.avpr', 'm/q.avdl', 'r.avdl'),
  {
    maxLength: 2,
  },
);

/** What a file of that ending holds. */
const content = (path: string, json: fc.Arbitrary<Json>): fc.Arbitrary<Json> => {
  if (path.endsWith('.avpr')) return json.map((type) => ({ protocol: 'm.Parts', types: [type] }));
  if (!path.endsWith('.avdl')) return json;
  return fc.tuple(json, imports).map(([type, paths]) => {
    const from = (one: string) => posix.relative(posix.dirname(path), one);
    return idlOf(type, 'm.Rates', paths.map(from));
  });
};

/** A schema without a name, for a topic's own file. */
const UNNAMED = 'list.avsc';
const unnamed: fc.Arbitrary<Json> = name.chain((one) =>
  fc.constantFrom<Json>({ type: 'array', items: `m.${one}` }, ['null', `m.${one}`], 'long'),
);

/** What a topic carries, in all the ways in which it may be said. */
const carried: fc.Arbitrary<Json> = fc.oneof(
  { weight: 12, arbitrary: name.map((one) => `m.${one}`) },
  { weight: 2, arbitrary: unnamed.map((avro) => ({ avro })) },
  { weight: 2, arbitrary: fc.constant<Json>({ file: UNNAMED }) },
  { weight: 1, arbitrary: fc.constant<Json>({ file: 'a.avsc', type: 'm.Order' }) },
);
const types: fc.Arbitrary<Json> = fc.uniqueArray(
  name.map((one) => `m.${one}`),
  { minLength: 1, maxLength: 3 },
);

const topics: fc.Arbitrary<Json> = fc
  .dictionary(
    fc.constantFrom('orders', 'orders-v2', 'users', 'Users'),
    fc.record(
      {
        value: fc.oneof({ weight: 4, arbitrary: carried }, { weight: 1, arbitrary: types }),
        key: fc.constantFrom<Json>('string', 'm.Zone', 'm.User', 'bytes', { avro: 'long' }),
        subjects: fc.constantFrom('topic', 'topic-record'),
        compatibility: fc.constantFrom('BACKWARD', 'FULL_TRANSITIVE', 'NONE'),
      },
      { requiredKeys: ['value', 'compatibility'] },
    ),
  )
  .chain((entries) =>
    fc
      .record(
        {
          longs: fc.constantFrom<Json>('number', { default: 'number' }),
          check: fc.constant<Json>({ rules: { 'nullable-without-default': 'off' } }),
        },
        { requiredKeys: [] },
      )
      .map((settings) => ({ topics: entries, ...(settings as JsonObject) })),
  );

/** Files with their contents; nothing removes one. */
export type Edit = readonly (readonly [path: string, content: Json | undefined])[];

const paths = Object.keys(FILES);
const written = fc.oneof(
  {
    weight: paths.length,
    arbitrary: fc
      .constantFrom(...paths)
      .chain((path) => content(path, schema(path)).map((json) => [path, json] as const)),
  },
  { weight: 1, arbitrary: unnamed.map((json) => [UNNAMED, json] as const) },
);
const edit: fc.Arbitrary<Edit> = fc.oneof(
  { weight: 12, arbitrary: written.map((one) => [one]) },
  { weight: 1, arbitrary: fc.constantFrom(...paths).map((path) => [[path, undefined]] as const) },
  { weight: 1, arbitrary: written.map(([, json]) => [['new.avsc', json]] as const) },
  { weight: 2, arbitrary: topics.map((json) => [['tavro.json', json]] as const) },
  { weight: 1, arbitrary: fc.constant<Edit>([['other.json', { type: 'record', name: 'X' }]]) },
);

/** What happens between two runs, besides edits of files. */
export type Event =
  | { readonly kind: 'edit'; readonly edit: Edit }
  /** All drafts of the lock become released versions. */
  | { readonly kind: 'release' }
  /** One of the generated files, by its rank, goes or gets another text. */
  | { readonly kind: 'spoil'; readonly rank: number; readonly text: string | undefined }
  /** A file appears where generated ones stand. */
  | { readonly kind: 'stranger'; readonly text: string }
  | { readonly kind: 'nothing' };

export const project: fc.Arbitrary<Edit> = fc
  .tuple(...paths.map((path) => content(path, record(FILES[path] ?? ''))), unnamed, topics)
  .map((contents) =>
    [...paths, UNNAMED, 'tavro.json'].map((path, i) => [path, contents[i]] as const),
  );

export const event: fc.Arbitrary<Event> = fc.oneof(
  { weight: 8, arbitrary: edit.map((one): Event => ({ kind: 'edit', edit: one })) },
  { weight: 2, arbitrary: fc.constant<Event>({ kind: 'release' }) },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('spoil' as const),
      rank: fc.nat(20),
      text: fc.option(fc.constant('spoilt'), { nil: undefined }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom<Event>(
      { kind: 'stranger', text: 'export {};\n' },
      {
        kind: 'stranger',
        text: '// Generated by tavro from the Avro schemas. Do not edit: run `tavro codegen`.\n',
      },
    ),
  },
  { weight: 1, arbitrary: fc.constant<Event>({ kind: 'nothing' }) },
);

/** Lets an event happen to a folder that holds `schemas` and `generated`. */
export async function happen(root: string, event: Event): Promise<void> {
  const generated = join(root, 'generated');
  switch (event.kind) {
    case 'edit':
      for (const [path, json] of event.edit) await put(join(root, 'schemas', path), json);
      return;
    case 'release':
      for (const path of await filesBelow(join(root, 'schemas', 'lock')))
        await replaceIn(path, '"state": "draft"', '"state": "released"');
      return;
    case 'spoil': {
      const files = await filesBelow(generated);
      const path = files[event.rank % Math.max(files.length, 1)];
      if (path === undefined) return;
      if (event.text === undefined) await rm(path);
      else await writeFile(path, `${await readFile(path, 'utf8')}// ${event.text}\n`);
      return;
    }
    case 'stranger':
      await mkdir(generated, { recursive: true });
      await writeFile(join(generated, 'stranger.ts'), event.text);
      return;
    case 'nothing':
  }
}

async function put(path: string, json: Json | undefined): Promise<void> {
  if (json === undefined) return rm(path, { force: true });
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, path.endsWith('.avdl') ? String(json) : JSON.stringify(json, null, 2));
}

async function replaceIn(path: string, from: string, to: string): Promise<void> {
  await writeFile(path, (await readFile(path, 'utf8')).replaceAll(from, to));
}

/** Full paths of the files below a folder, sorted; none where there is no folder. */
export async function filesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name))
    .sort();
}
