/** `topics.ts`: a typed topic per entry of `tavro.json`. `contracts.ts`: the same as plain data. */
import { fingerprint } from '../../runtime/schema/canonical.js';
import type { VerdictTable } from '../check/verdicts.js';
import { identityOf } from '../model/identity.js';
import type { NamedSchema } from '../model/schema.js';
import { CodePrinter } from './code-printer.js';
import { docComment } from './doc-comment.js';
import { GeneratedFile } from './file.js';
import { topicConstants } from './naming.js';
import type { GenerateOptions } from './options.js';
import type { Project } from './project.js';
import { propertyKey, quote } from './quote.js';

const MAX_COLUMNS = 100;

/** A topic of `tavro.json`, its types found. */
export interface TopicEntry {
  readonly name: string;
  readonly value: NamedSchema;
  readonly key: 'string' | 'none' | NamedSchema;
  readonly subjects: { readonly value: string; readonly key?: string };
  readonly compatibility: string;
  readonly partitions: number;
  readonly config: Readonly<Record<string, string>>;
  /** The oldest versions whose data the topic may still hold; absent for the first. */
  readonly oldestRetained: { readonly value?: number; readonly key?: number };
}

export function topicsFile(topics: readonly TopicEntry[], project: Project): GeneratedFile {
  const constants = topicConstants(topics, project.options.names?.topics);
  const file = new GeneratedFile(
    'topics',
    [...constants.values()],
    project.options.importExtension,
  );
  const code = new CodePrinter(file, project);
  for (const topic of topics) {
    const value = project.namesOf(topic.value);
    const type = (name: string) => code.import({ from: { path: value.path }, name, isType: true });
    const read = type(value.type);
    const write = topic.value.kind === 'record' ? type(value.input) : read;
    const { keyType, key } = keyOf(topic, code);
    const doc = `Topic \`${topic.name}\`: carries ${topic.value.name}.`;
    for (const line of docComment({ doc })) file.body.writeLine(line);
    file.body.writeLine(
      `export const ${constants.get(topic.name)}: ${code.runtimeType('Topic')}<${read}, ${write}, ${keyType}> = {`,
    );
    file.body.writeLine(`  name: ${quote(topic.name)},`);
    file.body.writeLine(
      `  value: ${code.import({ from: { path: value.path }, name: value.codec })},`,
    );
    file.body.writeLine(`  key: ${key},`);
    const subjects = Object.entries(topic.subjects).map(
      ([side, subject]) => `${side}: ${quote(subject)}`,
    );
    file.body.writeLine(`  subjects: { ${subjects.join(', ')} },`);
    file.body.writeLine('};').blankLine();
  }
  if (topics.length === 0) file.body.writeLine('export {};');
  return file;
}

function keyOf(topic: TopicEntry, code: CodePrinter): { keyType: string; key: string } {
  if (typeof topic.key === 'string') return { keyType: quote(topic.key), key: quote(topic.key) };
  const names = code.project.namesOf(topic.key);
  const type = (name: string) => code.import({ from: { path: names.path }, name, isType: true });
  const read = type(names.type);
  const write = topic.key.kind === 'record' ? type(names.input) : read;
  const codec = code.import({ from: { path: names.path }, name: names.codec });
  return { keyType: `${code.runtimeType('Codec')}<${read}, ${write}>`, key: codec };
}

/** By topic: hashes of the files that its code is made of, by path in the schemas folder. */
export type TopicSources = ReadonlyMap<string, Readonly<Record<string, string>>>;

export function contractsFile(
  topics: readonly TopicEntry[],
  project: Project,
  { reads, sources }: Pick<GenerateOptions, 'reads' | 'sources'> = {},
): GeneratedFile {
  const file = new GeneratedFile('contracts', ['contracts'], project.options.importExtension);
  file.body.writeLine(
    '/** What the topics carry, as plain data: for infrastructure code, which needs no codec. */',
  );
  if (topics.length === 0) {
    file.body.writeLine('export const contracts = { topics: {} } as const;');
    return file;
  }
  file.body.writeLine('export const contracts = {').writeLine('  topics: {');
  for (const topic of topics) {
    file.body.writeLine(`    ${propertyKey(topic.name)}: {`);
    file.body.writeLine(`      partitions: ${topic.partitions},`);
    file.body.writeLine(`      compatibility: ${quote(topic.compatibility)},`);
    const config = Object.entries(topic.config).map(
      ([key, value]) => `${quote(key)}: ${quote(value)}`,
    );
    file.body.writeLine(
      `      config: ${config.length === 0 ? '{}' : `{ ${config.join(', ')} }`},`,
    );
    const { value, key, subjects, oldestRetained: oldest } = topic;
    const reading = (subject = '') => ({ subject, reads: reads?.get(subject) });
    side(file, 'value', { schema: value, ...reading(subjects.value), oldest: oldest.value });
    if (typeof key === 'string') file.body.writeLine(`      key: ${quote(key)},`);
    else side(file, 'key', { schema: key, ...reading(subjects.key), oldest: oldest.key });
    sourcesOf(file, sources?.get(topic.name));
    file.body.writeLine('    },');
  }
  file.body.writeLine('  },').writeLine('} as const;');
  return file;
}

/** What the topic's code was made of: synth compares it with the files. */
function sourcesOf(file: GeneratedFile, sources: Readonly<Record<string, string>> = {}): void {
  const entries = Object.entries(sources);
  if (entries.length === 0) return;
  file.body.writeLine('      sources: {');
  for (const [path, hash] of entries)
    file.body.writeLine(`        ${propertyKey(path)}: ${quote(hash)},`);
  file.body.writeLine('      },');
}

interface Side {
  readonly schema: NamedSchema;
  readonly subject: string;
  readonly reads: VerdictTable | undefined;
  /** The oldest version that is retained. */
  readonly oldest: number | undefined;
}

function side(
  file: GeneratedFile,
  name: string,
  { schema, subject, reads = {}, oldest = 0 }: Side,
): void {
  file.body.writeLine(`      ${name}: {`);
  file.body.writeLine(`        subject: ${quote(subject)},`);
  file.body.writeLine(`        type: ${quote(schema.name)},`);
  file.body.writeLine(`        fingerprint: '${fingerprint(schema)}',`);
  file.body.writeLine(`        identity: '${identityOf(schema)}',`);
  readsTable(file, reads, oldest);
  file.body.writeLine('      },');
}

/**
 * The version that generated code reads, those whose data the topic may hold, and the verdicts:
 * reader's version -> writer's version -> `ok`, or why it cannot.
 */
function readsTable(file: GeneratedFile, table: VerdictTable, oldest: number): void {
  const readers = Object.entries(table);
  const versions = readers.map(([version]) => version);
  const newest = versions.at(-1);
  if (newest === undefined) return;
  const retained = versions.filter(
    (version) => version === newest || Number(version.slice('v'.length)) >= oldest,
  );
  file.body.writeLine(`        version: ${quote(newest)},`);
  const line = `        retained: [${retained.map(quote).join(', ')}],`;
  if (line.length <= MAX_COLUMNS) file.body.writeLine(line);
  else {
    file.body.writeLine('        retained: [');
    for (const version of retained) file.body.writeLine(`          ${quote(version)},`);
    file.body.writeLine('        ],');
  }
  file.body.writeLine('        reads: {');
  for (const [reader, writers] of readers) {
    file.body.writeLine(`          ${propertyKey(reader)}: {`);
    for (const [writer, verdict] of Object.entries(writers)) {
      const line = `            ${propertyKey(writer)}: ${quote(verdict)},`;
      if (line.length <= MAX_COLUMNS) file.body.writeLine(line);
      else {
        file.body.writeLine(`            ${propertyKey(writer)}:`);
        file.body.writeLine(`              ${quote(verdict)},`);
      }
    }
    file.body.writeLine('          },');
  }
  file.body.writeLine('        },');
}
