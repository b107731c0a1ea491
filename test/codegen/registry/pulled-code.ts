/** Generated code of pulled folders: compiled all at once, and given what the registered schemas write. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { readConfig } from '../../../codegen/project/config/config.js';
import { createHandler, type Logger, on } from '../../../consumer/index.js';
import { mskEvent } from '../../../local/msk-event.js';
import { readSchema } from '../../../runtime/avro.js';
import { type AnyTopic, createRegistry, frame } from '../../../runtime/index.js';
import { arbitraryMessage } from '../../runtime/arbitrary-message.js';
import { importBundled } from '../bundle.js';
import { writeScratch } from '../generated-project.js';
import type { SchemasFolder } from '../schemas-folder.js';

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

/** Messages of one subject's newest schema, each with its frame. */
async function framed(folder: SchemasFolder, subject: string, url: string) {
  const newest = (await folder.lock()).subjects.get(subject)?.versions.at(-1);
  if (newest === undefined) throw new Error(`${subject} has no version.`);
  const id = newest.ids[url] ?? -1;
  const schema = readSchema(JSON.stringify(newest.schema));
  return fc.sample(arbitraryMessage(schema), { numRuns: 3 }).map((body) => frame(id, body));
}

/** What a handler got of a topic, beside how many records were written. */
export interface Handled {
  readonly topic: string;
  readonly written: number;
  readonly got: readonly { readonly key: unknown; readonly value: unknown }[];
}

/** Gives the generated topics of a folder what the registered schemas write. */
export async function handleAll(folder: SchemasFolder, url: string): Promise<Handled[]> {
  const topics = await topicsOf(folder);
  const handled: Handled[] = [];
  for (const { name, values, key } of (await readConfig(folder.schemas)).topics) {
    const topic = topics.get(name);
    if (topic === undefined) throw new Error(`${name} was not generated.`);
    const keys = typeof key === 'string' ? ['k', 'k', 'k'] : await framed(folder, key.subject, url);
    const messages = await Promise.all(values.map(({ subject }) => framed(folder, subject, url)));
    const records = messages.flatMap((of) =>
      of.map((value, index) => ({ topic: name, key: keys[index] ?? null, value })),
    );
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
    await handler(mskEvent(records));
    handled.push({ topic: name, written: records.length, got });
  }
  return handled;
}
