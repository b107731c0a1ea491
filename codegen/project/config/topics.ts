/** The `topics` part of `tavro.json`. */
import {
  COMPATIBILITY_LEVELS,
  type CompatibilityLevel,
  DEFAULT_LEVEL,
} from '../../../runtime/registry/levels.js';
import {
  type JsonList,
  type JsonNode,
  type JsonRecord,
  keysOf,
  stringOf,
} from '../../model/json.js';
import type { Origin } from '../../model/source-text.js';
import {
  CARRIED,
  type Carried,
  DEFAULT_KEY,
  meantWord,
  printCarried,
  RAW_KEY,
  type RawKey,
  rawKeyOf,
  readCarried,
} from './carried.js';
import { OLDEST_RETAINED, withOldest } from './oldest-retained.js';
import type { RegistryConfig } from './registry.js';
import { AVRO_UNION, choice, either, listOf, type Others, part, wholeNumber } from './setting.js';
import { neededObjectOf, objectOf, PartReader, type Say } from './shape.js';
import { SUBJECTS, SubjectNaming } from './subjects.js';
import { meantSetting, TOPIC_SETTINGS } from './topic-settings.js';

/** A schema that a topic carries, and its subject. */
export interface SideConfig {
  readonly carried: Carried;
  readonly subject: string;
  /** The oldest version whose data the topic may still hold; absent for the first. */
  readonly oldest?: number;
  /** Where `tavro.json` says so. */
  readonly oldestAt?: Origin;
  /** Whether the subject is named after what it carries. */
  readonly isNamedByType: boolean;
}

/** A topic as `tavro.json` names it. */
export interface TopicConfig {
  readonly name: string;
  readonly origin: Origin;
  /** One, or the types of {@link hasCases}. */
  readonly values: readonly SideConfig[];
  /** Whether values are of several types, each with a subject of its own. */
  readonly hasCases: boolean;
  readonly key: RawKey | SideConfig;
  /** Whether `tavro.json` says what keys are; else they are text. */
  readonly isKeyGiven: boolean;
  readonly compatibility: CompatibilityLevel;
  /** Whether `tavro.json` says the level; else it is the default. */
  readonly isLevelGiven: boolean;
  readonly partitions: number;
  /** Kafka topic settings, such as `retention.ms`. */
  readonly config: Readonly<Record<string, string>>;
}

const DEFAULT_PARTITIONS = 3;
/** Most partitions of a topic. */
const MAX_PARTITIONS = 10_000;

const TOPIC = part({
  value: {
    is: either(CARRIED, listOf(CARRIED, 1), AVRO_UNION),
    isRequired: true,
    doc: 'What its values are. A list is several types with a subject each where subjects are named after types, else one subject whose schema is their union.',
    example: 'acme.Order',
  },
  key: {
    is: either(RAW_KEY, CARRIED),
    default: DEFAULT_KEY,
    doc: 'What its keys are: UTF-8 text (`string`), bytes as they are (`bytes`), none at all (`none`), or Avro.',
    example: { avro: 'long' },
  },
  subjects: {
    is: SUBJECTS,
    doc: 'How its subjects are named, or their names. By default as `registry.subjects` says.',
    example: { value: 'orders-v2', key: 'orders-v2-key' },
  },
  compatibility: {
    is: choice(COMPATIBILITY_LEVELS),
    default: DEFAULT_LEVEL,
    doc: 'Which versions of its subjects must read the data of which. [The levels](compatibility.md).',
    example: 'FULL_TRANSITIVE',
  },
  partitions: {
    is: wholeNumber(MAX_PARTITIONS),
    default: DEFAULT_PARTITIONS,
    doc: 'Into how many partitions it is created.',
    example: 12,
  },
  config: {
    is: TOPIC_SETTINGS,
    doc: 'Settings that Kafka has for a topic, as its documentation names them. One that is like a known name and none is refused.',
    example: { 'retention.ms': '604800000' },
  },
  oldestRetained: {
    is: OLDEST_RETAINED,
    doc: 'The oldest version whose data the topic may still hold: a number of its values, or an object for values and keys. By default all are there.',
    example: 3,
  },
});

export const TOPICS: Others = {
  key: '<topic>',
  pattern: /^(?!\.{1,2}$)[a-zA-Z0-9._-]{1,249}$/,
  value: TOPIC,
  doc: 'A topic by its name: letters, digits, `.`, `_` and `-`, at most 249.',
  example: 'orders',
};

/** Reads the part; what is wrong with it goes to `say`. */
export function readTopics(node: JsonRecord, registry: RegistryConfig, say: Say): TopicConfig[] {
  const keys = keysOf(node);
  return [...node.entries].flatMap(([name, value]) => {
    const origin = keys.get(name) ?? value.origin;
    if (!TOPICS.pattern?.test(name)) {
      say(
        origin,
        `"${name}" is no Kafka topic name: letters, digits, ".", "_" and "-", at most 249.`,
      );
    }
    const topic = neededObjectOf(value, `topic ${name}`, say);
    return (topic && readTopic(topic, { name, origin, registry }, say)) ?? [];
  });
}

function readTopic(
  node: JsonRecord,
  { name, origin, registry }: { name: string; origin: Origin; registry: RegistryConfig },
  say: Say,
): TopicConfig | undefined {
  const read = new PartReader(node, TOPIC, say);
  const given = read.at('value');
  if (given === undefined) {
    if (read.lacks('value'))
      say(origin, `The topic ${name} needs a "value": the full name of its type.`);
    return undefined;
  }
  const naming = new SubjectNaming(name, read.at('subjects'), { config: registry, say });
  if (given.kind === 'list' && given.items.length === 0)
    say(given.origin, '"value" names no type.');
  const hasCases = given.kind === 'list' && naming.isByType;
  const values = hasCases
    ? casesOf(given, naming, say)
    : sidesOf(given.kind === 'list' ? union(given) : readCarried(given, '"value"', say), {
        side: 'value',
        naming,
      });
  const key = readKey(read.at('key'), naming, say);
  if (key === undefined || values.length === 0) return undefined;
  naming.refuseOthers(values);
  if (typeof key === 'string') naming.refuseKey();
  return {
    name,
    origin,
    ...withOldest({ values, hasCases, key }, read.at('oldestRetained'), say),
    isKeyGiven: read.has('key'),
    compatibility: read.choice('compatibility') ?? DEFAULT_LEVEL,
    isLevelGiven: read.has('compatibility'),
    partitions: read.wholeNumber('partitions') ?? DEFAULT_PARTITIONS,
    config: settingsOf(read.at('config'), say),
  };
}

/** Under one subject a list is what it is in Avro: a union. */
function union(node: JsonList): Carried {
  return { form: 'avro', node, origin: node.origin };
}

function sidesOf(
  carried: Carried | undefined,
  { side, naming }: { side: 'value' | 'key'; naming: SubjectNaming },
): SideConfig[] {
  if (carried === undefined) return [];
  const isNamedByType = naming.followsType(side);
  return [{ carried, subject: naming.of(side, carried), isNamedByType }];
}

function readKey(
  node: JsonNode | undefined,
  naming: SubjectNaming,
  say: Say,
): TopicConfig['key'] | undefined {
  const raw = rawKeyOf(node);
  if (raw !== undefined || node === undefined) return raw;
  const carried = readCarried(node, '"key"', say);
  const type = stringOf(node);
  const word = type === undefined ? {} : meantWord(type, RAW_KEY.choices);
  const meant = carried?.form === 'type' ? { ...carried, ...word } : carried;
  return sidesOf(meant, { side: 'key', naming })[0];
}

/** The types of a topic, each once: a case must have a name. */
function casesOf(node: JsonList, naming: SubjectNaming, say: Say): SideConfig[] {
  const sides = node.items.flatMap((item) => {
    const carried = readCarried(item, '"value"', say);
    if (carried === undefined || carried.form !== 'avro')
      return sidesOf(carried, { side: 'value', naming });
    say(carried.origin, `${printCarried(carried)} has no name: a case is a type by its full name.`);
    return [];
  });
  const seen = new Set<string>();
  for (const { carried, subject } of sides) {
    if (seen.has(subject)) say(carried.origin, `${printCarried(carried)} stands here twice.`);
    seen.add(subject);
  }
  return sides;
}

/** What a topic carries with a schema: its values, then its keys. */
export function sidesOfTopic({ values, key }: TopicConfig): readonly SideConfig[] {
  return typeof key === 'string' ? values : [...values, key];
}

function settingsOf(node: JsonNode | undefined, say: Say): Record<string, string> {
  if (node === undefined) return {};
  const object = objectOf(node, 'config', say);
  return Object.fromEntries(
    [...object.entries].map(([name, item]) => {
      const meant = meantSetting(name);
      if (meant !== undefined)
        say(
          keysOf(object).get(name) ?? item.origin,
          `"${name}" is no setting of a Kafka topic. Did you mean "${meant}"?`,
        );
      const isValue = item.kind === 'scalar' && item.value !== null;
      if (!isValue) say(item.origin, `"${name}" must be a string or a number.`);
      return [name, isValue ? String(item.value) : ''];
    }),
  );
}
