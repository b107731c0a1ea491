/** `topics.ts`: a typed topic per entry of `tavro.json`. `contracts.ts`: the same as plain data. */
import { fingerprint } from '../../runtime/schema/canonical.js';
import type { VerdictTable } from '../check/verdicts.js';
import { identityOf } from '../model/identity.js';
import type { NamedSchema } from '../model/schema.js';
import { CodePrinter } from './code-printer.js';
import { docComment } from './doc-comment.js';
import {
  asConst,
  type Entry,
  type Expression,
  list,
  number,
  object,
  text,
  variable,
} from './expressions.js';
import { GeneratedFile } from './file.js';
import { topicConstants } from './naming.js';
import type { GenerateOptions } from './options.js';
import type { Project } from './project.js';
import { propertyKey, quote } from './quote.js';
import { commented, constant, exported } from './statements.js';
import { generic, named, type Type, textType } from './type-expressions.js';

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
    const codec = code.import({ from: { path: value.path }, name: value.codec });
    const subjects = Object.entries(topic.subjects).map(
      ([side, name]): Entry => [side, text(name)],
    );
    const entries: Entry[] = [
      ['name', text(topic.name)],
      ['value', variable(codec)],
      ['key', key],
      ['subjects', object(subjects)],
    ];
    const topicType = generic(code.runtimeType('Topic'), named(read), named(write), keyType);
    const doc = `Topic \`${topic.name}\`: carries ${topic.value.name}.`;
    const name = constants.get(topic.name) ?? '';
    file.add(
      commented(docComment({ doc }), exported(constant(name, object(entries, 0), topicType))),
    );
  }
  if (topics.length === 0) file.add('export {};');
  return file;
}

function keyOf(topic: TopicEntry, code: CodePrinter): { keyType: Type; key: Expression } {
  if (typeof topic.key === 'string') return { keyType: textType(topic.key), key: text(topic.key) };
  const names = code.project.namesOf(topic.key);
  const type = (name: string) => code.import({ from: { path: names.path }, name, isType: true });
  const read = type(names.type);
  const write = topic.key.kind === 'record' ? type(names.input) : read;
  const codec = code.import({ from: { path: names.path }, name: names.codec });
  const keyType = generic(code.runtimeType('Codec'), named(read), named(write));
  return { keyType, key: variable(codec) };
}

/** By topic: hashes of the files that its code is made of, by path in the schemas folder. */
export type TopicSources = ReadonlyMap<string, Readonly<Record<string, string>>>;

export function contractsFile(
  topics: readonly TopicEntry[],
  project: Project,
  { reads, sources }: Pick<GenerateOptions, 'reads' | 'sources'> = {},
): GeneratedFile {
  const file = new GeneratedFile('contracts', ['contracts'], project.options.importExtension);
  const entries = topics.map((topic): Entry => {
    const { value, key, oldestRetained: oldest } = topic;
    const reading = (subject = '') => ({ subject, reads: reads?.get(subject) });
    const valueSide = { schema: value, ...reading(topic.subjects.value), oldest: oldest.value };
    const keySide = () =>
      typeof key === 'string'
        ? text(key)
        : sideOf({ schema: key, ...reading(topic.subjects.key), oldest: oldest.key });
    const config = Object.entries(topic.config);
    const contract: Entry[] = [
      ['partitions', number(topic.partitions)],
      ['compatibility', text(topic.compatibility)],
      ['config', object(config.map(([name, value]) => [quote(name), text(value)]))],
      ['value', sideOf(valueSide)],
      ['key', keySide()],
      ...sourcesOf(sources?.get(topic.name)),
    ];
    return [propertyKey(topic.name), object(contract, 0)];
  });
  const contracts = object([['topics', object(entries, 0)]], entries.length === 0 ? undefined : 0);
  const doc =
    'What the topics carry, as plain data: for infrastructure code, which needs no codec.';
  file.add(commented(docComment({ doc }), exported(constant('contracts', asConst(contracts)))));
  return file;
}

/** What the topic's code was made of: synth compares it with the files. */
function sourcesOf(sources: Readonly<Record<string, string>> = {}): Entry[] {
  const entries = Object.entries(sources);
  if (entries.length === 0) return [];
  const hashes = entries.map(([path, hash]): Entry => [propertyKey(path), text(hash)]);
  return [['sources', object(hashes, 0)]];
}

interface Side {
  readonly schema: NamedSchema;
  readonly subject: string;
  readonly reads: VerdictTable | undefined;
  /** The oldest version that is retained. */
  readonly oldest: number | undefined;
}

function sideOf({ schema, subject, reads = {}, oldest = 0 }: Side): Expression {
  const entries: Entry[] = [
    ['subject', text(subject)],
    ['type', text(schema.name)],
    ['fingerprint', text(fingerprint(schema))],
    ['identity', text(identityOf(schema))],
    ...readsTable(reads, oldest),
  ];
  return object(entries, 0);
}

/**
 * The version that generated code reads, those whose data the topic may hold, and the verdicts:
 * reader's version -> writer's version -> `ok`, or why it cannot.
 */
function readsTable(table: VerdictTable, oldest: number): Entry[] {
  const readers = Object.entries(table);
  const versions = readers.map(([version]) => version);
  const newest = versions.at(-1);
  if (newest === undefined) return [];
  const retained = versions.filter(
    (version) => version === newest || Number(version.slice('v'.length)) >= oldest,
  );
  const rows = readers.map(([reader, writers]): Entry => {
    const verdicts = Object.entries(writers);
    const row = verdicts.map(([writer, verdict]): Entry => [propertyKey(writer), text(verdict)]);
    return [propertyKey(reader), object(row, 0)];
  });
  return [
    ['version', text(newest)],
    ['retained', list(retained.map(text))],
    ['reads', object(rows, 0)],
  ];
}
