/** The `topics` part of `tavro.json`. */
import {
  COMPATIBILITY_LEVELS,
  type CompatibilityLevel,
  DEFAULT_LEVEL,
} from '../../../runtime/registry/levels.js';
import type { JsonRecord } from '../../model/json.js';
import type { Origin } from '../../model/source-text.js';
import { type RegistryConfig, readSubjects } from './registry.js';
import { choiceOf, objectOf, onlyKeys, type Say, textOf, wholeNumberOf } from './shape.js';
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

const DEFAULT_PARTITIONS = 3;
/** Most partitions of a topic, and the highest version that one may name. */
const MAX_NUMBER = 10_000;

/** Reads the part; what is wrong with it goes to `say`. */
export function readTopics(node: JsonRecord, registry: RegistryConfig, say: Say): TopicConfig[] {
  return [...node.entries].flatMap(([name, value]) => {
    const origin = node.keys.get(name) ?? value.origin;
    if (!/^[a-zA-Z0-9._-]{1,249}$/.test(name) || name === '.' || name === '..') {
      say(
        origin,
        `"${name}" is no Kafka topic name: letters, digits, ".", "_" and "-", at most 249.`,
      );
    }
    const topic = objectOf(value, `topic ${name}`, say);
    return readTopic(topic, { name, origin, registry }, say) ?? [];
  });
}

function readTopic(
  node: JsonRecord,
  { name, origin, registry }: { name: string; origin: Origin; registry: RegistryConfig },
  say: Say,
): TopicConfig | undefined {
  const known = [
    'value',
    'key',
    'subjects',
    'compatibility',
    'partitions',
    'config',
    'oldestRetained',
  ];
  onlyKeys(node, known, say);
  const value = typeName(node, 'value', say);
  if (value === undefined) {
    say(origin, `The topic ${name} needs a "value": the full name of its type.`);
    return undefined;
  }
  const key = typeName(node, 'key', say);
  const keyType = key?.type === 'string' || key?.type === 'none' ? undefined : key?.type;
  const named = { name, value: value.type, key: keyType };
  const partitions = wholeNumberOf(node, { key: 'partitions', most: MAX_NUMBER }, say);
  return {
    name,
    origin,
    value,
    key,
    subjects: readSubjects(named, node.entries.get('subjects'), { config: registry, say }),
    compatibility:
      choiceOf(node, { key: 'compatibility', choices: COMPATIBILITY_LEVELS }, say) ?? DEFAULT_LEVEL,
    isLevelGiven: node.entries.has('compatibility'),
    partitions: partitions ?? DEFAULT_PARTITIONS,
    config: readSettings(node, 'config', say),
    oldestRetained: readOldestRetained(node, say),
  };
}

/** A number speaks of the values. */
function readOldestRetained(node: JsonRecord, say: Say): OldestRetained {
  const name = 'oldestRetained';
  const numberOf = (at: JsonRecord, key: string): number | undefined =>
    wholeNumberOf(at, { key, most: MAX_NUMBER }, say);
  const given = node.entries.get(name);
  if (given?.kind !== 'object') {
    const value = numberOf(node, name);
    return value === undefined ? {} : { value };
  }
  onlyKeys(given, ['value', 'key'], say);
  const [value, key] = [numberOf(given, 'value'), numberOf(given, 'key')];
  return { ...(value !== undefined && { value }), ...(key !== undefined && { key }) };
}

function typeName(
  node: JsonRecord,
  key: string,
  say: Say,
): { type: string; origin: Origin } | undefined {
  const type = textOf(node, key, say);
  return type === undefined
    ? undefined
    : { type, origin: node.entries.get(key)?.origin ?? node.origin };
}

function readSettings(node: JsonRecord, key: string, say: Say): Record<string, string> {
  const value = node.entries.get(key);
  if (value === undefined) return {};
  const object = objectOf(value, key, say);
  return Object.fromEntries(
    [...object.entries].map(([name, item]) => {
      const meant = meantSetting(name);
      if (meant !== undefined)
        say(
          object.keys.get(name) ?? item.origin,
          `"${name}" is no setting of a Kafka topic. Did you mean "${meant}"?`,
        );
      if (item.kind !== 'scalar') say(item.origin, `"${name}" must be a string or a number.`);
      return [name, item.kind === 'scalar' ? String(item.value) : ''];
    }),
  );
}
