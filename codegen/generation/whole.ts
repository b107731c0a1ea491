/** Does everything: reads all schemas and the whole lock, and says all that is wrong. */

import { visible } from '../../runtime/printable.js';
import { knownHistories } from '../cache/part.js';
import { FORMATS } from '../check/report/index.js';
import { dayOf } from '../context.js';
import { pathIn } from '../disk/directory.js';
import { outputAround, outputDifference, refuseTaken } from '../disk/output.js';
import { replaceFiles } from '../disk/replace.js';
import { isTopicFile } from '../emit/naming.js';
import { lockChanges, migrationNote } from '../history/lock-changes.js';
import { grouped, progressOf } from '../progress.js';
import { loadSoundPart, passedOver, type SchemaProject, schemaErrors } from '../project/load.js';
import { moduleErrors, moduleFiles } from '../project/named-modules.js';
import { refuseEmpty } from '../project/passed-over.js';
import { type Produced, type ProduceOptions, produce, produceTypes } from './produce.js';
import { fileStates, filesOf, saidOf, topicStates } from './record.js';
import { type Result, type Run, tell } from './run.js';

/** @returns `refused` where the gate refuses, which has been told. @throws CodegenError */
export async function generateWhole(run: Run): Promise<Result | 'refused'> {
  const { options, context, seen } = run;
  const { schemas } = options;
  const loaded = await loadSoundPart(schemas);
  // Only generated code needs them: what is checked or published does not.
  const project = { ...loaded, errors: [...loaded.errors, ...moduleErrors(loaded.config)] };
  const progress = progressOf(context);
  progress.phase(`read ${grouped(project.model.files.length)} files`);
  refuseEmpty(schemas, { ...project, passedOver: passedOver(project) });
  const { lock } = project.history;
  for (const note of lock.notes ?? []) context.err(visible(note));
  tell({ files: saidOf(project, schemas), notes: project.otherNotes }, context);
  const given = { ...options, context, written: () => [...seen.outputs.keys()] };
  if (project.errors.length > 0) return generateSoundPart(run, { project, given });
  const produced = produce(project, given);
  if ('refused' in produced) {
    const { format = 'text' } = options;
    context.out(FORMATS[format](produced.refused));
    const more = format === 'text' ? '' : ' `npx tavro check` shows data that would not decode.';
    context.err(
      `Nothing was written: the change breaks what is released. Mend it, or accept it for a time with a waiver in tavro.json.${more}`,
    );
    return 'refused';
  }
  for (const note of produced.names.moved) context.err(visible(note));
  progress.phase('comparing with what is there');
  const difference = differenceOf(produced, run);
  const changes = lockChanges(lock, { ...project.history.next, names: produced.names.locked });
  const migrated = migrationNote(changes, schemas);
  return {
    ...difference,
    lock: changes,
    notes: migrated === undefined ? [] : [migrated],
    read: project.model.files.map(({ source }) => pathIn(schemas, source)),
    state: stateOf(project, produced, run),
  };
}

function differenceOf(
  produced: Produced,
  { options, seen }: Run,
): Pick<Result, 'stale' | 'obsolete'> {
  const files = filesOf(produced);
  const wanted = new Set(files.map(({ path }) => path));
  const unused = [...seen.outputs.keys()].filter((path) => !wanted.has(path));
  return outputDifference(options.out, { files, unused, present: seen.outputs });
}

function stateOf(
  project: SchemaProject,
  produced: Produced,
  { options, context }: Run,
): Result['state'] {
  const { config } = project;
  return {
    files: fileStates(project, produced, options.schemas),
    topics: topicStates(project, produced, options.schemas),
    histories: knownHistories(project),
    lists: produced.lists.map(({ path }) => path),
    notes: project.otherNotes,
    modules: moduleFiles(config),
    day: config.check.waivers.length > 0 ? dayOf(context) : '',
    isContested: produced.names.isContested,
  };
}

/**
 * With errors in some files the types of the others are still written. Nothing is removed, and
 * topics and lock stay as they are: they speak of the project as a whole.
 */
async function generateSoundPart(
  { options, seen }: Run,
  { project, given }: { project: SchemaProject; given: ProduceOptions },
): Promise<never> {
  const made = filesOf(produceTypes(project, given));
  const files = made.filter(({ path }) => !isTopicFile(path));
  const { stale } = outputDifference(options.out, { files, unused: [], present: seen.outputs });
  // Without the files of all topics, what is written would pass for code of the folder around it.
  if (options.check !== true && outputAround(options.out) === undefined) {
    refuseTaken(options.out, { stale, present: seen.outputs });
    replaceFiles([{ folder: options.out, files: stale, isReproducible: true }]);
  }
  throw schemaErrors(project);
}
