/** Generated code of pulled folders: compiled all at once, and given what the registered schemas write. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { readConfig } from '../../../codegen/project/config/config.js';
import { createHandler, type Logger, on } from '../../../consumer/index.js';
import { mskEvent } from '../../../local/msk-event.js';
import { readSchema, toAvroJson } from '../../../runtime/avro.js';
import { type AnyTopic, type Codec, createRegistry, frame } from '../../../runtime/index.js';
import { arbitraryMessage } from '../../runtime/arbitrary-message.js';
import { importBundled } from '../bundle.js';
import { writeScratch } from '../generated-project.js';
import type { SchemasFolder } from '../schemas-folder.js';

/** Messages of each subject. */
const MESSAGES = 3;

const quiet = () => undefined;
const SILENT: Logger = { debug: quiet, info: quiet, warn: quiet, error: quiet };

/** The generated files of a folder, below a prefix. */
export async function generatedFiles({ generated }: SchemasFolder, prefix: string) {
  const entries = await readdir(generated, { recursive: true, withFileTypes: true });
  const paths = entries.flatMap((one) => (one.isFile() ? [join(one.parentPath, one.name)] : []));
  const files = paths.map(async (path) => {
    return { path: prefix + path.slice(generated.length), text: await readFile(path, 'utf8') };
  });
  return Promise.all(files);
}

/** A folder's generated topics, by name. */
async function topicsOf(folder: SchemasFolder): Promise<ReadonlyMap<string, AnyTopic>> {
  const root = await writeScratch(`pulled-${process.pid}`, await generatedFiles(folder, 'code'));
  const module = await importBundled(join(root, 'code', 'topics.ts'));
  // Safe: what the module of topics exports with a name is a topic.
  const topics = Object.values(module).filter((one) => isNamed(one)) as AnyTopic[];
  return new Map(topics.map((topic) => [topic.name, topic]));
}

function isNamed(value: unknown): value is { readonly name: string } {
  return typeof value === 'object' && value !== null && 'name' in value;
}

/** A message of a subject's newest schema, with its frame, and as Avro's JSON. */
interface Written {
  readonly framed: Uint8Array;
  readonly json: string;
}

/** A key that is no Avro. */
const TEXT: Written = { framed: Buffer.from('k'), json: '' };

async function messagesOf(folder: SchemasFolder, subject: string, url: string) {
  const newest = (await folder.lock()).subjects.get(subject)?.versions.at(-1);
  if (newest === undefined) throw new Error(`${subject} has no version.`);
  const id = newest.ids[url] ?? -1;
  const schema = readSchema(JSON.stringify(newest.schema));
  return fc
    .sample(arbitraryMessage(schema), { numRuns: MESSAGES })
    .map((body): Written => ({ framed: frame(id, body), json: toAvroJson(schema, body) }));
}

/** Stands for what can be read and not written: a decimal of more digits than its precision. */
const UNWRITABLE = 'cannot be written';

/** What a value that was read says, as Avro's JSON. */
function jsonOf(codec: Codec<unknown, never>, value: unknown): string {
  try {
    // Safe: the codec has read it.
    return toAvroJson(readSchema(codec.schema), codec.encode(value as never));
  } catch (error) {
    // The bundle has a class of its own.
    if (/expected decimal/.test(String(error))) return UNWRITABLE;
    throw error;
  }
}

/** The same of a topic's value, whichever of its types it is. */
function jsonOfValue(topic: AnyTopic, value: unknown): string {
  if (!('types' in topic)) return jsonOf(topic.value, value);
  const { case: name, value: inner } = Object(value);
  const type = topic.types[name];
  if (type === undefined) throw new Error(`${topic.name} has no case ${name}.`);
  return jsonOf(type.codec, inner);
}

/** What a handler got of a topic; what was written and read, key and value, as Avro's JSON. */
export interface Handled {
  readonly topic: string;
  readonly written: readonly (readonly [key: string, value: string])[];
  readonly read: readonly (readonly [key: string, value: string])[];
  readonly got: readonly { readonly key: unknown; readonly value: unknown }[];
}

/** Gives the generated topics of a folder what the registered schemas write. */
export async function handleAll(folder: SchemasFolder, url: string): Promise<Handled[]> {
  const topics = await topicsOf(folder);
  const handled: Handled[] = [];
  for (const { name, values, key } of (await readConfig(folder.schemas)).topics) {
    const topic = topics.get(name);
    if (topic === undefined) throw new Error(`${name} was not generated.`);
    const keys = typeof key === 'string' ? [] : await messagesOf(folder, key.subject, url);
    const messages = await Promise.all(values.map((one) => messagesOf(folder, one.subject, url)));
    const pairs = messages.flatMap((of) => of.map((value, i) => ({ key: keys[i] ?? TEXT, value })));
    const records = pairs.map((one) => ({ key: one.key.framed, value: one.value.framed }));
    const got: { key: unknown; value: unknown }[] = [];
    const handler = createHandler({
      registry: createRegistry({ url }),
      logger: SILENT,
      routes: [
        on(topic, (value: unknown, record: { readonly key: unknown }) => {
          got.push({ key: record.key, value });
        }),
      ],
    });
    await handler(mskEvent(records.map((record) => ({ topic: name, ...record }))));
    const keyOf = (read: unknown): string =>
      typeof topic.key === 'string' ? TEXT.json : jsonOf(topic.key, read);
    const read = got.map((one) => [keyOf(one.key), jsonOfValue(topic, one.value)] as const);
    const isWritable = (index: number): boolean => read[index]?.includes(UNWRITABLE) !== true;
    handled.push({
      topic: name,
      written: pairs
        .map((one) => [one.key.json, one.value.json] as const)
        .filter((_, index) => isWritable(index)),
      read: read.filter((_, index) => isWritable(index)),
      got,
    });
  }
  return handled;
}
