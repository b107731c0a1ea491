import type { Model } from '../model/parse.js';
import { contractFile } from './contract-file.js';
import type { FileText } from './file.js';
import { EmitMemory } from './memory.js';
import { topicConstants } from './naming.js';
import type { GenerateOptions } from './options.js';
import { Project } from './project.js';
import { topicFile } from './topic-file.js';
import { contractsFile, type TopicConstants, type TopicEntry, topicsFile } from './topics.js';
import { typeFile } from './type-file.js';
import { versionsFile } from './versions-file.js';

/**
 * A model -> the text of every generated file, sorted by path. The same input gives the same bytes.
 * @param memory of earlier runs: files that must be the same are not made again
 */
export function generateFiles(
  model: Pick<Model, 'types' | 'canonical'>,
  topics: readonly TopicEntry[],
  options: GenerateOptions,
  memory: EmitMemory = new EmitMemory(),
): FileText[] {
  const project = new Project(model, options);
  const files = [
    ...memory.files(project, (type) => typeFile(type, project).print()),
    ...project.types.flatMap((type) => versionsFile(type, project)?.print() ?? []),
    ...topicFiles(topics, project),
  ];
  return files.sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** Two modules for each topic, and the two files that name them all. */
function topicFiles(topics: readonly TopicEntry[], project: Project): FileText[] {
  const { options } = project;
  const constants = topicConstants(topics, options.names?.topics);
  const named = topics.map((topic) => ({ topic, constant: constants.get(topic.name) ?? '' }));
  const all: TopicConstants = named.map(({ topic, constant }) => [topic.name, constant]);
  return [
    ...named.map(({ topic, constant }) => topicFile(topic, constant, project)),
    ...named.map(({ topic, constant }) => contractFile(topic, constant, options)),
    topicsFile(all, options),
    contractsFile(all, options),
  ].map((file) => file.print());
}
