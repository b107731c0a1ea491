import type { Model } from '../model/parse.js';
import type { Schema } from '../model/schema.js';
import { contractFile } from './contract-file.js';
import type { FileText } from './file.js';
import { topicConstants } from './naming.js';
import type { GenerateOptions } from './options.js';
import { Project } from './project.js';
import { topicFile } from './topic-file.js';
import { contractsFile, rootsOf, type TopicEntry, topicsFile } from './topics.js';
import { typeFile } from './type-file.js';
import { versionsFile } from './versions-file.js';

/** A model -> the text of every generated file, sorted by path. The same input gives the same bytes. */
export function generateFiles(
  model: Pick<Model, 'types' | 'canonical'>,
  topics: readonly TopicEntry[],
  options: GenerateOptions,
): FileText[] {
  const generator = new Generator({ model, topics }, options);
  const files = [
    ...model.types.flatMap((type) => generator.type(type)),
    ...topics.flatMap((topic) => generator.topic(topic)),
    ...topics.flatMap(rootsOf).flatMap(({ schema }) => generator.type(schema)),
    ...generator.lists(),
  ];
  return files.sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** Generates file after file, in any order, so that no more need be held than one of them takes. */
export class Generator {
  private readonly project: Project;
  private readonly topics: readonly TopicEntry[];
  private readonly constants: ReadonlyMap<string, string>;

  constructor(
    { model, topics }: { model: Pick<Model, 'types' | 'canonical'>; topics: readonly TopicEntry[] },
    options: GenerateOptions,
  ) {
    this.topics = topics;
    this.constants = topicConstants(topics, options.names?.topics);
    const named = topics.map((topic) => [topic, this.constantOf(topic)] as const);
    this.project = new Project({ ...model, topics: named }, options);
  }

  /** The file of a type, or of what a topic carries without a name, and the one that reads older versions. */
  type(type: Schema): FileText[] {
    const files = [typeFile(type, this.project), versionsFile(type, this.project)];
    this.project.forget(type);
    return files.flatMap((file) => file?.print() ?? []);
  }

  /** The two modules of a topic. */
  topic(topic: TopicEntry): FileText[] {
    const { project } = this;
    const constant = this.constantOf(topic);
    const files = [
      topicFile(topic, constant, project),
      contractFile(topic, constant, project.options),
    ];
    return files.map((file) => file.print());
  }

  /** The two files that name all topics. */
  lists(): FileText[] {
    const { options } = this.project;
    const all = this.topics.map((topic) => [topic.name, this.constantOf(topic)] as const);
    return [topicsFile(all, options), contractsFile(all, options)].map((file) => file.print());
  }

  private constantOf({ name }: TopicEntry): string {
    return this.constants.get(name) ?? '';
  }
}
