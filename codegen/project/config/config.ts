/** `tavro.json`: topics and options, checked with file, line and column. */
import { join } from 'node:path';
import { isThere, readFile } from '../../disk/directory.js';
import type { EmitOptions, LongAs } from '../../emit/options.js';
import { DEFAULT_OPTIONS } from '../../emit/options.js';
import { CodegenError } from '../../error.js';
import { type JsonNode, type JsonRecord, parseJsonNode } from '../../model/json.js';
import { Problems, printProblem } from '../../model/problem.js';
import { type Origin, placeOf, printPlace, type SourceText } from '../../model/source-text.js';
import { type CheckConfig, NO_CHECK_CONFIG, readCheckConfig } from './check.js';
import { readLogicalTypes } from './logical-types.js';
import { NO_REGISTRY_CONFIG, type RegistryConfig, readRegistryConfig } from './registry.js';
import { choiceOf, objectOf, onlyKeys, type Say, textOf } from './shape.js';
import { checkSharedSubjects } from './shared-subjects.js';
import { readTopics, type TopicConfig } from './topics.js';

export interface Config {
  readonly file: string;
  /** The file's text; absent where there is no file. */
  readonly source?: SourceText;
  readonly topics: readonly TopicConfig[];
  readonly emit: EmitOptions;
  /** The fields that `longs.fields` names, and where. */
  readonly longFields: ReadonlyMap<string, Origin>;
  readonly unionDefault: 'any' | 'first';
  /** Whether names outside Avro's grammar are refused. */
  readonly names: 'avro' | 'lenient';
  /** Severities and waivers of the gate. */
  readonly check: CheckConfig;
  /** How subjects are named and schemas registered. */
  readonly registry: RegistryConfig;
}

export const CONFIG_FILE = 'tavro.json';

/**
 * Reads `tavro.json` of a schemas folder; without one there are no topics and the defaults hold.
 * @throws CodegenError `CONFIG_INVALID` with every problem, each with file:line:column.
 */
export async function readConfig(folder: string): Promise<Config> {
  const path = join(folder, CONFIG_FILE);
  if (!isThere(path))
    return {
      file: path,
      topics: [],
      emit: DEFAULT_OPTIONS,
      longFields: new Map(),
      unionDefault: 'any',
      names: 'avro',
      check: NO_CHECK_CONFIG,
      registry: NO_REGISTRY_CONFIG,
    };
  return parseConfig(readFile(path));
}

/** Parses the text of a `tavro.json`. */
export function parseConfig(source: SourceText): Config {
  const problems = new Problems();
  const node = parseJsonNode(source, problems);
  if (node === undefined)
    throw new CodegenError('CONFIG_INVALID', problems.list.map(printProblem).join('\n'));
  const wrong: string[] = [];
  const say: Say = (origin, message) => wrong.push(`${printPlace(placeOf(origin))}: ${message}`);
  const config = { ...configOf(node, source.file, say), source };
  if (wrong.length > 0) throw new CodegenError('CONFIG_INVALID', wrong.join('\n'));
  return config;
}

function configOf(node: JsonNode, file: string, say: Say): Config {
  const root = objectOf(node, 'tavro.json', say);
  onlyKeys(
    root,
    [
      '$schema',
      'topics',
      'longs',
      'logicalTypes',
      'unionDefault',
      'names',
      'importExtension',
      'runtime',
      'check',
      'registry',
    ],
    say,
  );
  const registry = readRegistryConfig(root.entries.get('registry'), say);
  const given = root.entries.get('topics');
  const topics =
    given === undefined ? [] : readTopics(objectOf(given, 'topics', say), registry, say);
  checkSharedSubjects(topics, say);
  const longs = readLongs(root, say);
  return {
    file,
    topics,
    unionDefault: choiceOf(root, { key: 'unionDefault', choices: ['any', 'first'] }, say) ?? 'any',
    names: choiceOf(root, { key: 'names', choices: ['avro', 'lenient'] }, say) ?? 'avro',
    emit: {
      runtime: textOf(root, 'runtime', say) ?? DEFAULT_OPTIONS.runtime,
      importExtension:
        choiceOf(root, { key: 'importExtension', choices: ['js', 'ts', 'none'] }, say) ??
        DEFAULT_OPTIONS.importExtension,
      longs: longs.longs,
      fieldLongs: longs.fieldLongs,
      logicalTypes: readLogicalTypes(root.entries.get('logicalTypes'), say),
    },
    longFields: longs.origins,
    check: readCheckConfig(root.entries.get('check'), say),
    registry,
  };
}

const LONGS = ['bigint', 'number'] as const;

interface Longs extends Pick<EmitOptions, 'longs' | 'fieldLongs'> {
  /** Where each field is named. */
  readonly origins: Config['longFields'];
}

/** `longs`: a word for all, or an object that names fields too. */
function readLongs(root: JsonRecord, say: Say): Longs {
  const choice = (node: JsonRecord, key: string): LongAs | undefined =>
    choiceOf(node, { key, choices: LONGS }, say);
  const given = root.entries.get('longs');
  if (given?.kind !== 'object') {
    const longs = choice(root, 'longs') ?? DEFAULT_OPTIONS.longs;
    return { longs, fieldLongs: new Map(), origins: new Map() };
  }
  onlyKeys(given, ['default', 'fields'], say);
  const longs = choice(given, 'default') ?? DEFAULT_OPTIONS.longs;
  const fields = given.entries.get('fields');
  if (fields === undefined) return { longs, fieldLongs: new Map(), origins: new Map() };
  const object = objectOf(fields, 'longs.fields', say);
  const named = [...object.entries.keys()].map((key): [string, LongAs] => [
    key,
    choice(object, key) ?? 'bigint',
  ]);
  return { longs, fieldLongs: new Map(named), origins: object.keys };
}
