/** Reads a schemas folder as a whole: files, configuration, lock; finds the topics' types. */

import { readSchemaFolder } from '../disk/directory.js';
import { readLock } from '../disk/lock-file.js';
import { type CarriedSchema, carriedBy, type TopicEntry } from '../emit/topics.js';
import { CodegenError } from '../error.js';
import { History } from '../history/history.js';
import type { Lock } from '../history/lock.js';
import type { SubjectSchema } from '../history/subject.js';
import { MAX_PROBLEMS } from '../model/limits.js';
import { type Model, type ParseOptions, parseFolder } from '../model/parse.js';
import { type Problem, type Problems, printProblem } from '../model/problem.js';
import type { SourceText } from '../model/source-text.js';
import { type Config, readConfig } from './config/config.js';
import type { SideConfig } from './config/topics.js';
import {
  CarriedFinder,
  carriedFiles,
  inlineSchemas,
  pathsBeside,
  type Searched,
} from './find-carried.js';
import { metricNotes } from './metric-names.js';
import { nameErrors } from './named.js';
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
  /** What there is to say of no schema file: of topics, and of other files that may hold a schema. */
  readonly otherNotes: readonly string[];
}

/** What to tell of files that yield no code, each with the reason. */
export function passedOver({ model, config, otherNotes }: SchemaProject): readonly string[] {
  return limited([...[...notesOnFiles(model, config).values()].flat(), ...otherNotes]);
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
  return { ...project, otherNotes: [...metricNotes(config.topics), ...notesOnOthers(others)] };
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
  const { unionDefault, names, semantics } = config;
  const options = { unionDefault, names, semantics };
  const inline = inlineSchemas(config);
  const all = [...sources, ...inline.values()];
  const whole = parseFolder(all, options);
  const sound = soundPart(whole, { sources: all, ...options });
  const found = findTopics({
    config,
    model: sound,
    whole,
    locked: new Set([...lock.subjects.values()].map(({ type }) => type)),
    inline,
    pathOf: pathsBeside(config),
  });
  const ofTopics = new Set(inline.values());
  const model = { ...sound, files: sound.files.filter(({ source }) => !ofTopics.has(source)) };
  const subjects = found.topics.flatMap(carriedBy);
  const history = new History(lock, subjects, semantics);
  const carrying = new Set(found.topics.map(({ name }) => name));
  const errors = [
    ...whole.problems.errors.map(printProblem),
    ...found.wrong,
    // The history of a topic whose types were not found is not whole.
    ...retentionErrors(
      config.topics.filter(({ name }) => carrying.has(name)),
      history,
    ),
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
    model = parseFolder(left, options);
  }
  return model;
}

/** Warnings of a project, for people. */
export function warningsOf({
  model,
  config,
}: {
  readonly model: { readonly problems: Problems };
  readonly config: Config;
}): readonly Problem[] {
  const carried = carriedFiles(config);
  // Who says which file a topic means knows that there are others.
  const isMeant = ({ code, at }: Problem): boolean =>
    code === 'NAME_VARIANTS' && carried.has(at.file);
  return model.problems.list.filter(
    (problem) => problem.severity === 'warning' && !isMeant(problem),
  );
}

function findTopics(searched: Searched): { topics: TopicEntry[]; wrong: string[] } {
  const finder = new CarriedFinder(searched);
  const topics = searched.config.topics.flatMap((topic): TopicEntry[] => {
    const find = ({ carried, ...side }: SideConfig): CarriedSchema[] => {
      const schema = finder.find(topic.name, carried);
      return schema === undefined ? [] : [{ ...side, schema }];
    };
    const values = topic.values.flatMap(find);
    const key = typeof topic.key === 'string' ? topic.key : find(topic.key)[0];
    if (values.length < topic.values.length || key === undefined) return [];
    const { name, hasCases, compatibility, partitions, config } = topic;
    return [{ name, values, hasCases, key, compatibility, partitions, config }];
  });
  return { topics, wrong: finder.wrong };
}
