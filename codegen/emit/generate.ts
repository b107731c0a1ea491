import type { Model } from '../model/parse.js';
import type { FileText } from './file.js';
import { EmitMemory } from './memory.js';
import type { GenerateOptions } from './options.js';
import { Project } from './project.js';
import { contractsFile, type TopicEntry, topicsFile } from './topics.js';
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
    topicsFile(topics, project).print(),
    contractsFile(topics, project, options).print(),
  ];
  return files.sort((a, b) => (a.path < b.path ? -1 : 1));
}
