/** `tavro.json`: topics and options, checked with file, line and column. */
import { join } from 'node:path';
import { isThere, readFile } from '../../disk/directory.js';
import type { DecimalRounding, EmitOptions, LongAs } from '../../emit/options.js';
import { DEFAULT_OPTIONS } from '../../emit/options.js';
import { CodegenError } from '../../error.js';
import { type JsonNode, type JsonRecord, keysOf, parseJsonNode } from '../../model/json.js';
import { Problems, printProblem } from '../../model/problem.js';
import type { SemanticNames } from '../../model/semantic.js';
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
  /** Those that `decimals.fields` names. */
  readonly decimalFields: ReadonlyMap<string, Origin>;
  /** Names of Kafka Connect that count as logical types. */
  readonly semantics: SemanticNames;
  /** Those of them that no documentation names, and where `logicalTypes` does. */
  readonly ownSemantics: ReadonlyMap<string, Origin>;
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
      decimalFields: new Map(),
      semantics: new Map(),
      ownSemantics: new Map(),
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
      'decimals',
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
  const logicalTypes = readLogicalTypes(root.entries.get('logicalTypes'), say);
  const longs = readPerField(root, LONGS, say);
  const decimals = readPerField(root, DECIMALS, say);
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
      longs: longs.default,
      fieldLongs: longs.fields,
      decimals: decimals.default,
      fieldDecimals: decimals.fields,
      logicalTypes: logicalTypes.overrides,
    },
    longFields: longs.origins,
    semantics: logicalTypes.semantics,
    ownSemantics: logicalTypes.own,
    decimalFields: decimals.origins,
    check: readCheckConfig(root.entries.get('check'), say),
    registry,
  };
}

/** A setting that has one word for all fields, and others for some. */
interface PerField<T extends string> {
  readonly key: string;
  readonly choices: readonly T[];
  readonly fallback: T;
}

const LONGS: PerField<LongAs> = {
  key: 'longs',
  choices: ['bigint', 'number'],
  fallback: DEFAULT_OPTIONS.longs,
};

const DECIMALS: PerField<DecimalRounding> = {
  key: 'decimals',
  choices: ['refuse', 'half-even', 'half-up', 'down'],
  fallback: DEFAULT_OPTIONS.decimals,
};

interface FieldWords<T> {
  readonly default: T;
  readonly fields: ReadonlyMap<string, T>;
  /** Where each field is named. */
  readonly origins: ReadonlyMap<string, Origin>;
}

/** Such a setting: a word for all, or an object that names fields too. */
function readPerField<T extends string>(
  root: JsonRecord,
  { key, choices, fallback }: PerField<T>,
  say: Say,
): FieldWords<T> {
  const choice = (node: JsonRecord, name: string): T =>
    choiceOf(node, { key: name, choices }, say) ?? fallback;
  const given = root.entries.get(key);
  if (given?.kind !== 'object')
    return { default: choice(root, key), fields: new Map(), origins: new Map() };
  onlyKeys(given, ['default', 'fields'], say);
  const word = choice(given, 'default');
  const fields = given.entries.get('fields');
  if (fields === undefined) return { default: word, fields: new Map(), origins: new Map() };
  const object = objectOf(fields, `${key}.fields`, say);
  const named = [...object.entries.keys()].map((name): [string, T] => [name, choice(object, name)]);
  return { default: word, fields: new Map(named), origins: keysOf(object) };
}
