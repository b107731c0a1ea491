/** What a run made, as the next one needs to know it. */
import { visible } from '../../runtime/printable.js';
import { outlineOf } from '../cache/outline.js';
import { knownTopics } from '../cache/part.js';
import type { Finding } from '../check/finding.js';
import { oneLine } from '../check/report/report.js';
import { pathIn } from '../disk/directory.js';
import { carriedBy } from '../emit/topics.js';
import { type Problem, printProblem } from '../model/problem.js';
import { printPlace } from '../model/source-text.js';
import { type SchemaProject, warningsOf } from '../project/load.js';
import { notesOnFiles } from '../project/passed-over.js';
import type { Produced } from './produce.js';
import type { FileState, TopicState } from './state.js';

/** What there is to say of a schema file. */
export type Said = Pick<FileState, 'warnings' | 'notes'>;

/** What there is to say of each schema file, by path in the schemas folder. */
export function saidOf(project: SchemaProject, schemas: string): ReadonlyMap<string, Said> {
  const warnings = byFile(warningsOf(project));
  const notes = notesOnFiles(project.model, project.config);
  return new Map(
    project.model.files.map(({ source }) => {
      const { file } = source;
      return [
        pathIn(schemas, source),
        { warnings: warnings.get(file) ?? [], notes: notes.get(file) ?? [] },
      ];
    }),
  );
}

/** In the order in which they stand. */
function byFile(warnings: readonly Problem[]): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, { readonly at: Problem['at']; readonly text: string }[]>();
  for (const warning of warnings) {
    const told = { at: warning.at, text: printProblem(warning) };
    const known = found.get(warning.at.file);
    if (known === undefined) found.set(warning.at.file, [told]);
    else known.push(told);
  }
  return new Map(
    [...found].map(([file, told]) => {
      told.sort(
        (a, b) => a.at.line - b.at.line || a.at.column - b.at.column || (a.text < b.text ? -1 : 1),
      );
      return [file, told.map(({ text }) => text)];
    }),
  );
}

/** What schema files brought about, by path in the schemas folder. */
export function fileStates(
  project: SchemaProject,
  produced: Produced,
  schemas: string,
): ReadonlyMap<string, FileState> {
  const outputs = new Map<string, string[]>();
  const types = new Map<string, number>();
  for (const [{ origin }, files] of produced.types) {
    const path = pathIn(schemas, origin.source);
    types.set(path, (types.get(path) ?? 0) + 1);
    outputs.set(path, [...(outputs.get(path) ?? []), ...files.map((file) => file.path)]);
  }
  const said = saidOf(project, schemas);
  return new Map(
    project.model.files.map(({ source }): [string, FileState] => {
      const path = pathIn(schemas, source);
      const { warnings = [], notes = [] } = said.get(path) ?? {};
      const made = { outputs: outputs.get(path) ?? [], types: types.get(path) ?? 0 };
      return [path, { ...outlineOf(source, path), ...made, warnings, notes }];
    }),
  );
}

/** What topics brought about, by name. */
export function topicStates(
  project: SchemaProject,
  produced: Produced,
  schemas: string,
): ReadonlyMap<string, TopicState> {
  const said = changesOf(produced.findings);
  const subjects = new Map(project.topics.map((topic) => [topic.name, carriedBy(topic)]));
  return new Map(
    [...knownTopics(project, schemas)].map(([name, known]) => {
      const outputs = (produced.topics.get(name) ?? []).map(({ path }) => path);
      const changes = (subjects.get(name) ?? []).flatMap(({ subject }) => said.get(subject) ?? []);
      return [name, { ...known, outputs, changes }];
    }),
  );
}

/** What an edit of released schemas brings about, by subject. */
function changesOf(findings: readonly Finding[]): ReadonlyMap<string, readonly string[]> {
  const said = new Map<string, string[]>();
  for (const finding of findings) {
    const { subject = '', severity, rule, at, fix } = finding;
    const line = `${printPlace(at)}: ${severity} ${rule}: ${oneLine(finding)}\n    fix: ${visible(fix)}`;
    const known = said.get(subject);
    if (known === undefined) said.set(subject, [line]);
    else known.push(line);
  }
  return said;
}

/** All files that were made, each once. */
export function filesOf({ types, topics, lists }: Produced): Produced['lists'] {
  return [...[...types.values()].flat(), ...[...topics.values()].flat(), ...lists];
}
