/** Files of a schemas folder that yield no code: each is named, and a folder of such is refused. */

import { basename } from 'node:path';
import { isArray, isObject, type Json, parseJson } from '../../runtime/json.js';
import { counted, withArticle } from '../../runtime/words.js';
import { readFile } from '../disk/directory.js';
import { CodegenError } from '../error.js';
import type { Model, SchemaFile } from '../model/parse.js';
import { DEFINED_KINDS, isNamed } from '../model/schema.js';
import { CONFIG_FILE, type Config } from './config/config.js';
import { carriedFiles } from './find-carried.js';

/** Most files that are named. */
const MAX_NOTES = 100;

/** One line for each schema file that is not used, or not as a whole, by the file's name. */
export function notesOnFiles(
  { files }: Pick<Model, 'files'>,
  config: Config,
): ReadonlyMap<string, string[]> {
  const carried = carriedFiles(config);
  const whyOf = (file: SchemaFile): string | undefined => {
    if (file.messages !== undefined) return withoutTypes(file.messages, file);
    return carried.has(file.source.file) ? undefined : withoutName(file);
  };
  return new Map(
    files.map((file) => [file.source.file, noteOn(file.source.file, whyOf(file))] as const),
  );
}

/** One line for each other file that may hold a schema. @param others their names */
export function notesOnOthers(others: readonly string[]): readonly string[] {
  return others.flatMap((name) => noteOn(name, reasonOf(name)));
}

/** As many as anybody reads. */
export function limited(notes: readonly string[]): readonly string[] {
  const rest = notes.length - MAX_NOTES;
  return rest > 0
    ? [...notes.slice(0, MAX_NOTES), `note: and ${counted(rest, 'more file')}`]
    : notes;
}

/** @throws CodegenError `SCHEMAS_EMPTY` where no file defines a type */
export function refuseEmpty(
  folder: string,
  project: {
    readonly model: Model;
    readonly topics: readonly unknown[];
    readonly errors: readonly string[];
    readonly passedOver: readonly string[];
  },
): void {
  const { model, topics, errors, passedOver: notes } = project;
  if (model.types.length > 0 || topics.length > 0 || errors.length > 0) return;
  const why = `Nothing in the schemas folder ${folder} defines a record, an enum or a fixed: there is no code to make.`;
  const advice = 'Put .avsc, .avpr or .avdl files there, or name another folder with --schemas.';
  throw new CodegenError('SCHEMAS_EMPTY', [why, ...notes, advice].join('\n'));
}

function noteOn(file: string, why: string | undefined): string[] {
  return why === undefined ? [] : [`${file}: note: passed over: ${why}`];
}

/** What of a protocol has no code. */
function withoutTypes(messages: number, { root }: SchemaFile): string | undefined {
  const hasTypes = root?.kind === 'union' && root.branches.length > 0;
  if (!hasTypes) return 'its protocol defines no types.';
  if (messages === 0) return undefined;
  return `the ${messages === 1 ? 'message' : counted(messages, 'message')} of its protocol: only types have code.`;
}

/** A root without a name has no code; the named types within it have. */
function withoutName({ root, source }: SchemaFile): string | undefined {
  if (root === undefined) return undefined;
  if (isNamed(root))
    return root.origin.source === source
      ? undefined
      : `it only names ${root.name}, which ${root.origin.source.file} defines.`;
  const schema = `its schema, ${withArticle(root.kind)},`;
  if (root.kind !== 'union')
    return `${schema} has no name, and no topic carries it: no code is made of it. A topic of tavro.json may: { "file": "${basename(source.file)}" }.`;
  if (root.branches.length === 0) return `${schema} has no branches: no code is made of it.`;
  // A union of named types is how a file lists several.
  return root.branches.every(isNamed)
    ? undefined
    : `${schema} has branches without a name, and no topic carries it: no code is made of them.`;
}

function reasonOf(file: string): string | undefined {
  const name = basename(file);
  const ending = /\.(avsc|avpr|avdl)(\.|$)/i.exec(name)?.[1]?.toLowerCase();
  if (ending !== undefined) return `its name does not end in .${ending}.`;
  if (name === CONFIG_FILE || !/\.json$/i.test(name)) return undefined;
  return holdsSchema(file) ? 'it holds a schema, and its name does not end in .avsc.' : undefined;
}

function holdsSchema(file: string): boolean {
  try {
    const json = parseJson(readFile(file).text);
    return [json, ...(isArray(json) ? json : [])].some(isDefinition);
  } catch {
    // Neither ours nor Avro's.
    return false;
  }
}

function isDefinition(json: Json): boolean {
  if (!isObject(json)) return false;
  return (
    (DEFINED_KINDS.includes(json.type) && json.name !== undefined) || json.protocol !== undefined
  );
}
