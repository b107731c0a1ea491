/** `tavro.json`: topics and options, checked with file, line and column. */
import { join } from 'node:path';
import {
  COMPATIBILITY_LEVELS,
  type CompatibilityLevel,
  DEFAULT_LEVEL,
} from '../../../runtime/registry/levels.js';
import { isThere, readFile } from '../../disk/directory.js';
import type { EmitOptions, LongAs } from '../../emit/options.js';
import { DEFAULT_OPTIONS } from '../../emit/options.js';
import { CodegenError } from '../../error.js';
import { type JsonNode, type JsonRecord, parseJsonNode } from '../../model/json.js';
import { Problems, printProblem } from '../../model/problem.js';
import { type Origin, placeOf, printPlace, type SourceText } from '../../model/source-text.js';
import { type CheckConfig, NO_CHECK_CONFIG, readCheckConfig } from './check.js';
import { readLogicalTypes } from './logical-types.js';
import {
  checkSharedSubjects,
  NO_REGISTRY_CONFIG,
  type RegistryConfig,
  readRegistryConfig,
  readSubjects,
} from './registry.js';
import { choiceOf, objectOf, onlyKeys, textOf } from './shape.js';
import { meantSetting } from './topic-settings.js';

/** A topic as `tavro.json` names it; types are full names with the place where they are given. */
export interface TopicConfig {
  readonly name: string;
  readonly origin: Origin;
  readonly value: { readonly type: string; readonly origin: Origin };
  readonly key: { readonly type: string; readonly origin: Origin } | undefined;
  readonly subjects: { readonly value: string; readonly key: string };
  readonly compatibility: CompatibilityLevel;
  /** Whether `tavro.json` says the level; else it is the default. */
  readonly isLevelGiven: boolean;
  readonly partitions: number;
  /** Kafka topic settings, such as `retention.ms`. */
  readonly config: Readonly<Record<string, string>>;
  /** The oldest versions whose data the topic may still hold, of values and of keys. */
  readonly oldestRetained: OldestRetained;
}

/** Versions by number; absent where the topic may hold data of the first. */
export type OldestRetained = Readonly<Partial<Record<'value' | 'key', number>>>;

export interface Config {
  readonly file: string;
  /** The file's text; absent where there is no file. */
  readonly source?: SourceText;
  readonly topics: readonly TopicConfig[];
  readonly emit: EmitOptions;
  /** The fields that `longs.fields` names, and where. */
  readonly longFields: ReadonlyMap<string, Origin>;
  readonly unionDefault: 'any' | 'first';
  /** Severities and waivers of the gate. */
  readonly check: CheckConfig;
  /** How subjects are named and schemas registered. */
  readonly registry: RegistryConfig;
}

export const CONFIG_FILE = 'tavro.json';
const DEFAULT_PARTITIONS = 3;
const MAX_PARTITIONS = 10_000;

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
  const reader = new ConfigReader(source.file);
  const config = { ...reader.config(node), source };
  if (reader.wrong.length > 0) throw new CodegenError('CONFIG_INVALID', reader.wrong.join('\n'));
  return config;
}

class ConfigReader {
  readonly wrong: string[] = [];
  private readonly file: string;
  private registry = NO_REGISTRY_CONFIG;
  private longFields: ReadonlyMap<string, Origin> = new Map();
  private readonly tell = (origin: Origin, message: string): void => this.say(origin, message);

  constructor(file: string) {
    this.file = file;
  }

  config(node: JsonNode): Config {
    const root = this.object(node, 'tavro.json');
    this.keys(root, [
      '$schema',
      'topics',
      'longs',
      'logicalTypes',
      'unionDefault',
      'importExtension',
      'runtime',
      'check',
      'registry',
    ]);
    this.registry = readRegistryConfig(root.entries.get('registry'), this.tell);
    const given = root.entries.get('topics');
    const topics = given === undefined ? [] : this.topics(this.object(given, 'topics'));
    checkSharedSubjects(topics, this.tell);
    return {
      file: this.file,
      topics,
      unionDefault: this.choice(root, 'unionDefault', ['any', 'first']) ?? 'any',
      emit: this.emit(root),
      longFields: this.longFields,
      check: readCheckConfig(root.entries.get('check'), this.tell),
      registry: this.registry,
    };
  }

  private emit(root: JsonRecord): EmitOptions {
    const longs = root.entries.get('longs');
    const isObject = longs?.kind === 'object';
    if (isObject) this.keys(longs, ['default', 'fields']);
    return {
      runtime: this.text(root, 'runtime') ?? DEFAULT_OPTIONS.runtime,
      importExtension:
        this.choice(root, 'importExtension', ['js', 'ts', 'none']) ??
        DEFAULT_OPTIONS.importExtension,
      longs:
        (isObject ? this.choice(longs, 'default', LONGS) : this.choice(root, 'longs', LONGS)) ??
        DEFAULT_OPTIONS.longs,
      fieldLongs: isObject ? this.fieldLongs(longs) : new Map(),
      logicalTypes: readLogicalTypes(root.entries.get('logicalTypes'), this.tell),
    };
  }

  private fieldLongs(longs: JsonRecord): Map<string, LongAs> {
    const fields = longs.entries.get('fields');
    if (fields === undefined) return new Map();
    const object = this.object(fields, 'longs.fields');
    this.longFields = object.keys;
    return new Map(
      [...object.entries.keys()].map((key) => [key, this.choice(object, key, LONGS) ?? 'bigint']),
    );
  }

  private topics(node: JsonRecord): TopicConfig[] {
    return [...node.entries].flatMap(([name, value]) => {
      const origin = node.keys.get(name) ?? value.origin;
      if (!/^[a-zA-Z0-9._-]{1,249}$/.test(name) || name === '.' || name === '..') {
        this.say(
          origin,
          `"${name}" is no Kafka topic name: letters, digits, ".", "_" and "-", at most 249.`,
        );
      }
      return this.topic(name, origin, this.object(value, `topic ${name}`)) ?? [];
    });
  }

  private topic(name: string, origin: Origin, node: JsonRecord): TopicConfig | undefined {
    this.keys(node, [
      'value',
      'key',
      'subjects',
      'compatibility',
      'partitions',
      'config',
      'oldestRetained',
    ]);
    const value = this.typeName(node, 'value');
    if (value === undefined) {
      this.say(origin, `The topic ${name} needs a "value": the full name of its type.`);
      return undefined;
    }
    const key = this.typeName(node, 'key');
    const keyType = key?.type === 'string' || key?.type === 'none' ? undefined : key?.type;
    const named = { name, value: value.type, key: keyType };
    return {
      name,
      origin,
      value,
      key,
      subjects: readSubjects(named, node.entries.get('subjects'), {
        config: this.registry,
        say: this.tell,
      }),
      compatibility: this.choice(node, 'compatibility', COMPATIBILITY_LEVELS) ?? DEFAULT_LEVEL,
      isLevelGiven: node.entries.has('compatibility'),
      partitions: this.wholeNumber(node, 'partitions') ?? DEFAULT_PARTITIONS,
      config: this.settings(node, 'config'),
      oldestRetained: this.oldestRetained(node),
    };
  }

  /** A number speaks of the values. */
  private oldestRetained(node: JsonRecord): OldestRetained {
    const name = 'oldestRetained';
    const given = node.entries.get(name);
    if (given?.kind !== 'object') {
      const value = this.wholeNumber(node, name);
      return value === undefined ? {} : { value };
    }
    this.keys(given, ['value', 'key']);
    const [value, key] = [this.wholeNumber(given, 'value'), this.wholeNumber(given, 'key')];
    return { ...(value !== undefined && { value }), ...(key !== undefined && { key }) };
  }

  private typeName(node: JsonRecord, key: string): { type: string; origin: Origin } | undefined {
    const type = this.text(node, key);
    return type === undefined
      ? undefined
      : { type, origin: node.entries.get(key)?.origin ?? node.origin };
  }

  private object(node: JsonNode, what: string): JsonRecord {
    return objectOf(node, what, this.tell);
  }

  private text(node: JsonRecord, key: string): string | undefined {
    return textOf(node, key, this.tell);
  }

  private choice<T extends string>(
    node: JsonRecord,
    key: string,
    choices: readonly T[],
  ): T | undefined {
    return choiceOf(node, { key, choices }, this.tell);
  }

  private wholeNumber(node: JsonRecord, key: string): number | undefined {
    const value = node.entries.get(key);
    if (value === undefined) return undefined;
    const number = value.kind === 'scalar' && !value.isFraction ? value.value : undefined;
    if (typeof number === 'number' && number >= 1 && number <= MAX_PARTITIONS) return number;
    this.say(value.origin, `"${key}" must be a whole number from 1 to ${MAX_PARTITIONS}.`);
    return undefined;
  }

  private settings(node: JsonRecord, key: string): Record<string, string> {
    const value = node.entries.get(key);
    if (value === undefined) return {};
    const object = this.object(value, key);
    return Object.fromEntries(
      [...object.entries].map(([name, item]) => {
        const meant = meantSetting(name);
        if (meant !== undefined)
          this.say(
            object.keys.get(name) ?? item.origin,
            `"${name}" is no setting of a Kafka topic. Did you mean "${meant}"?`,
          );
        if (item.kind !== 'scalar')
          this.say(item.origin, `"${name}" must be a string or a number.`);
        return [name, item.kind === 'scalar' ? String(item.value) : ''];
      }),
    );
  }

  private keys(node: JsonRecord, known: readonly string[]): void {
    onlyKeys(node, known, this.tell);
  }

  private say(origin: Origin, message: string): void {
    this.wrong.push(`${printPlace(placeOf(origin))}: ${message}`);
  }
}

const LONGS = ['bigint', 'number'] as const;
