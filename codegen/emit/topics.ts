/**
 * `topics.ts` and `contracts.ts`: all topics by name, for those who want them all. Each topic has a
 * module of its own (`topic-file.ts`, `contract-file.ts`), so that a program loads those it uses.
 */
import type { SubjectSchema } from '../history/subject.js';
import { isNamed } from '../model/schema.js';
import { docComment } from './doc-comment.js';
import type { Doc } from './document.js';
import { asConst, type Entry, object, variable } from './expressions.js';
import { GeneratedFile } from './file.js';
import { contractName, topicPath } from './naming.js';
import type { EmitOptions } from './options.js';
import { propertyKey } from './quote.js';
import { commented, constant, exported } from './statements.js';
import { brokenObjectType, named } from './type-expressions.js';

/** What a topic carries under a subject. */
export interface CarriedSchema extends SubjectSchema {
  /** The oldest version whose data the topic may still hold; absent for the first. */
  readonly oldest?: number;
}

/** A topic of `tavro.json`, its types found. */
export interface TopicEntry {
  readonly name: string;
  /** One, or the types of {@link hasCases}; each with its subject. */
  readonly values: readonly CarriedSchema[];
  /** Whether values are of several types, each with a subject of its own. */
  readonly hasCases: boolean;
  /** What is no Avro, by a word. */
  readonly key: 'string' | 'bytes' | 'none' | CarriedSchema;
  readonly compatibility: string;
  readonly partitions: number;
  readonly config: Readonly<Record<string, string>>;
}

/** All that a topic carries with a schema: its values, then its keys. */
export function carriedBy({ values, key }: TopicEntry): readonly CarriedSchema[] {
  return typeof key === 'string' ? values : [...values, key];
}

/** What a topic carries without a name, which its module then defines. */
export function rootsOf({ values, hasCases, key }: TopicEntry) {
  const value = hasCases ? [] : values.map(({ schema }) => ({ schema, side: 'value' as const }));
  const keys = typeof key === 'string' ? [] : [{ schema: key.schema, side: 'key' as const }];
  return [...value, ...keys].filter(({ schema }) => !isNamed(schema));
}

/** By topic: hashes of the files that its code is made of, by path in the schemas folder. */
export type TopicSources = ReadonlyMap<string, Readonly<Record<string, string>>>;

/** Topics with their constants, in the order of `tavro.json`. */
export type TopicConstants = readonly (readonly [topic: string, constant: string])[];

type Options = Pick<EmitOptions, 'importExtension'>;

/** All topics: it exports what their modules do. */
export function topicsFile(topics: TopicConstants, { importExtension }: Options): GeneratedFile {
  const file = new GeneratedFile('topics', [], importExtension);
  for (const [topic, name] of topics) file.passOn({ path: topicPath('topics', topic), name });
  if (topics.length === 0) file.add('export {};');
  return file;
}

/** All contracts, by topic. */
export function contractsFile(topics: TopicConstants, { importExtension }: Options): GeneratedFile {
  const file = new GeneratedFile('contracts', ['contracts'], importExtension);
  const all = topics.map(([topic, name]): [key: string, local: string] => {
    const from = { path: topicPath('contracts', topic) };
    return [propertyKey(topic), file.use({ from, name: contractName(name) })];
  });
  const doc =
    'What the topics carry, as plain data: for infrastructure code, which needs no codec.';
  file.add(commented(docComment({ doc }), exported(contractsOf(all))));
  return file;
}

/** Its type is written out, so that declarations can be made of this file alone. */
function contractsOf(all: readonly (readonly [key: string, local: string])[]): Doc {
  const values = all.map(([key, local]): Entry => [key, variable(local)]);
  if (all.length === 0) return constant('contracts', asConst(object([['topics', object([])]])));
  const types = all.map(([key, local]) => [`readonly ${key}`, named(`typeof ${local}`)] as const);
  const type = brokenObjectType([['readonly topics', brokenObjectType(types)]]);
  return constant('contracts', object([['topics', object(values, 0)]], 0), type);
}
