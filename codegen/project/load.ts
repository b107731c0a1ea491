/** Reads a schemas folder as a whole: files, configuration, lock; finds the topics' types. */

import { readSchemaFolder } from '../disk/directory.js';
import { readLock } from '../disk/lock-file.js';
import type { TopicEntry } from '../emit/topics.js';
import { CodegenError } from '../error.js';
import { History } from '../history/history.js';
import type { Lock } from '../history/lock.js';
import type { SubjectSchema } from '../history/subject.js';
import { MAX_PROBLEMS } from '../model/limits.js';
import { type Model, type ParseOptions, parseFiles } from '../model/parse.js';
import { type Problem, type Problems, printProblem } from '../model/problem.js';
import type { NamedSchema } from '../model/schema.js';
import { type Origin, placeOf, printPlace, type SourceText } from '../model/source-text.js';
import { type Config, readConfig } from './config/config.js';
import type { TopicConfig } from './config/topics.js';
import { nameErrors, unknownType } from './named.js';
import { limited, notesOnFiles, notesOnOthers, refuseEmpty } from './passed-over.js';
import { retentionErrors } from './retention.js';

/** Everything that a schemas folder says. */
export interface SchemaProject {
  readonly config: Config;
  /** The lock, beside what the schemas say now. */
  readonly history: History;
  readonly model: Model;
  readonly topics: readonly TopicEntry[];
  /** Value and key subjects of all topics, with the schema that each has now. */
  readonly subjects: readonly SubjectSchema[];
  /**
   * Everything wrong with the schemas, each with file:line:column. The model then holds the files
   * that neither have an error nor need a file that has one.
   */
  readonly errors: readonly string[];
  /** Files that end otherwise than in `.avsc` and may hold a schema, each with the reason. */
  readonly otherNotes: readonly string[];
}

/** What to tell of files that yield no code, each with the reason. */
export function passedOver({ model, otherNotes }: SchemaProject): readonly string[] {
  return limited([...[...notesOnFiles(model).values()].flat(), ...otherNotes]);
}

/**
 * Loads a schemas folder that must be whole.
 * @throws CodegenError with every problem of every file, each with file:line:column.
 */
export async function loadProject(folder: string): Promise<SchemaProject> {
  const project = await loadSoundPart(folder);
  if (project.errors.length > 0) throw schemaErrors(project);
  refuseEmpty(folder, { ...project, passedOver: passedOver(project) });
  return project;
}

/** Loads a schemas folder; problems are in {@link SchemaProject.errors}. */
export async function loadSoundPart(folder: string): Promise<SchemaProject> {
  const [config, lock] = await Promise.all([readConfig(folder), readLock(folder)]);
  const { sources, others } = readSchemaFolder(folder);
  const project = buildProject({ config, lock, sources });
  return { ...project, otherNotes: notesOnOthers(others) };
}

/** The errors of a project as one failure. */
export function schemaErrors({ errors }: Pick<SchemaProject, 'errors'>): CodegenError {
  const shown = errors.slice(0, MAX_PROBLEMS);
  const rest = errors.length - shown.length;
  return new CodegenError(
    'SCHEMA_INVALID',
    [...shown, ...(rest > 0 ? [`and ${rest} more`] : [])].join('\n'),
  );
}

/**
 * The same from what was read already.
 * @param options `isPart`: settings may name what is in other files
 */
export function buildProject(
  read: { config: Config; lock: Lock; sources: readonly SourceText[] },
  { isPart = false }: { isPart?: boolean } = {},
): SchemaProject {
  const { config, lock, sources } = read;
  const whole = parseFiles(sources, { unionDefault: config.unionDefault });
  const model = soundPart(whole, { sources, unionDefault: config.unionDefault });
  const found = findTopics(config, model);
  const subjects = found.topics.flatMap((topic): SubjectSchema[] => {
    const value = { subject: topic.subjects.value, schema: topic.value };
    const { key } = topic;
    return typeof key === 'string'
      ? [value]
      : [value, { subject: topic.subjects.key ?? '', schema: key }];
  });
  const history = new History(lock, subjects);
  const errors = [
    ...whole.problems.errors.map(printProblem),
    ...found.wrong,
    ...retentionErrors(config.topics, history),
  ];
  // A type that a broken file would define is not unknown.
  if (whole.problems.errors.length === 0 && !isPart)
    errors.push(...nameErrors({ config, lock, model }));
  return { config, history, model, topics: found.topics, subjects, errors, otherNotes: [] };
}

/** Leaves out files with errors, then those that miss what was in them, until the rest stands. */
export function soundPart(
  whole: Model,
  { sources, ...options }: ParseOptions & { sources: readonly SourceText[] },
): Model {
  let model = whole;
  let left = sources;
  while (model.problems.errors.length > 0) {
    const broken = new Set(model.problems.errors.map((problem) => problem.at.file));
    left = left.filter((source) => !broken.has(source.file));
    model = parseFiles(left, options);
  }
  return model;
}

/** Warnings of a model, for people. */
export function warningsOf(model: { readonly problems: Problems }): readonly Problem[] {
  return model.problems.list.filter((problem) => problem.severity === 'warning');
}

function findTopics(config: Config, model: Model): { topics: TopicEntry[]; wrong: string[] } {
  const wrong: string[] = [];
  const byName = new Map<string, NamedSchema[]>();
  for (const type of model.types) byName.set(type.name, [...(byName.get(type.name) ?? []), type]);
  const find = (topic: TopicConfig, type: string, origin: Origin): NamedSchema | undefined => {
    const [first, second] = byName.get(type) ?? [];
    if (first !== undefined && second === undefined) return first;
    const at = printPlace(placeOf(origin));
    if (second !== undefined) {
      wrong.push(
        `${at}: error TYPE_AMBIGUOUS: the topic ${topic.name} carries ${type}, which two files define differently.`,
      );
    } else {
      wrong.push(
        `${at}: error TYPE_UNKNOWN: the topic ${topic.name} carries ${type}, which no schema defines. ${unknownType(type, model)}`,
      );
    }
    return undefined;
  };
  const topics = config.topics.flatMap((topic): TopicEntry[] => {
    const value = find(topic, topic.value.type, topic.value.origin);
    const key = keyOf(topic, find);
    if (value === undefined || key === undefined) return [];
    const subjects = typeof key === 'string' ? { value: topic.subjects.value } : topic.subjects;
    const { name, compatibility, partitions, config: settings, oldestRetained } = topic;
    const entry = { name, value, key, subjects, compatibility, partitions, config: settings };
    return [{ ...entry, oldestRetained }];
  });
  return { topics, wrong };
}

function keyOf(
  topic: TopicConfig,
  find: (topic: TopicConfig, type: string, origin: Origin) => NamedSchema | undefined,
): TopicEntry['key'] | undefined {
  const { key } = topic;
  if (key === undefined || key.type === 'string') return 'string';
  return key.type === 'none' ? 'none' : find(topic, key.type, key.origin);
}
