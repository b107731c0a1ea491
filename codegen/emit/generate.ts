import type { Model } from '../model/parse.js';
import type { FileText } from './file.js';
import type { GenerateOptions } from './options.js';
import { Project } from './project.js';
import { contractsFile, type TopicEntry, topicsFile } from './topics.js';
import { typeFile } from './type-file.js';

/** A model -> the text of every generated file, sorted by path. The same input gives the same bytes. */
export function generateFiles(
  model: Pick<Model, 'types' | 'canonical'>,
  topics: readonly TopicEntry[],
  options: GenerateOptions,
): FileText[] {
  const project = new Project(model, options);
  const files = [
    ...project.types.map((type) => typeFile(type, project)),
    topicsFile(topics, project),
    contractsFile(topics, project),
  ];
  return files.map((file) => file.print()).sort((a, b) => (a.path < b.path ? -1 : 1));
}
