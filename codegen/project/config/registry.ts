/** The `registry` part of `tavro.json`: how subjects are named and schemas are registered. */

import {
  inContext,
  SUBJECT_STRATEGIES,
  type SubjectStrategy,
  subjectName,
} from '../../history/subject-names.js';
import { type JsonNode, stringOf } from '../../model/json.js';
import type { Origin } from '../../model/source-text.js';
import { flagOf, objectOf, onlyKeys, type Say } from './shape.js';

/** What a project says of its registries. */
export interface RegistryConfig {
  /** How subjects are named where a topic does not say. */
  readonly strategy: SubjectStrategy;
  /** Context of all subjects that name none, such as `.staging`. */
  readonly context: string | undefined;
  /** Lets the registry ignore differences that mean nothing, such as the order of attributes. */
  readonly normalize: boolean;
  /** Registers types of other files under subjects of their own, instead of one whole text. */
  readonly references: boolean;
}

export const NO_REGISTRY_CONFIG: RegistryConfig = {
  strategy: 'topic',
  context: undefined,
  normalize: false,
  references: false,
};

/** Reads the part; what is wrong with it goes to `say`. */
export function readRegistryConfig(node: JsonNode | undefined, say: Say): RegistryConfig {
  if (node === undefined) return NO_REGISTRY_CONFIG;
  const root = objectOf(node, 'registry', say);
  onlyKeys(root, ['subjects', 'context', 'normalize', 'references'], say);
  return {
    strategy: strategyOf(root.entries.get('subjects'), say) ?? NO_REGISTRY_CONFIG.strategy,
    context: contextOf(root.entries.get('context'), say),
    normalize: flagOf(root, 'normalize', say),
    references: flagOf(root, 'references', say),
  };
}

/** A topic as far as its subjects need it: `key` is absent for a key that is no Avro. */
export interface NamedTopic {
  readonly name: string;
  readonly value: string;
  readonly key: string | undefined;
}

/** The subjects of a topic: by its own strategy, by names of its own, or as the project has it. */
export function readSubjects(
  { name, value, key }: NamedTopic,
  node: JsonNode | undefined,
  { config, say }: { config: RegistryConfig; say: Say },
): { readonly value: string; readonly key: string } {
  const own = node?.kind === 'object' ? undefined : strategyOf(node, say);
  const strategy = own ?? config.strategy;
  const named = (side: 'value' | 'key'): string | undefined => {
    const given = node?.kind === 'object' ? node.entries.get(side) : undefined;
    const text = stringOf(given);
    if (given !== undefined && (text === undefined || text === ''))
      say(given.origin, `"${side}" must be the name of a subject.`);
    return text;
  };
  if (node?.kind === 'object') {
    onlyKeys(node, ['value', 'key'], say);
    const given = node.keys.get('key');
    if (given !== undefined && key === undefined)
      say(given, `The keys of ${name} have no schema, and so no subject: "key" names nothing.`);
  }
  const subject = (side: 'value' | 'key', type: string | undefined): string => {
    // A key without a schema has no subject; the name by topic is as good as any.
    const by = type === undefined ? 'topic' : strategy;
    return inContext(
      named(side) ?? subjectName(by, { topic: name, side, type: type ?? '' }),
      config.context,
    );
  };
  return { value: subject('value', value), key: subject('key', key) };
}

/** What a topic says of a subject. */
interface Claim {
  readonly topic: string;
  readonly type: string;
  readonly level: string;
}

/** Topics may share a subject only if they say the same of it. */
export function checkSharedSubjects(
  topics: readonly {
    readonly name: string;
    readonly origin: Origin;
    readonly value: { readonly type: string };
    readonly key: { readonly type: string } | undefined;
    readonly subjects: { readonly value: string; readonly key: string };
    readonly compatibility: string;
  }[],
  say: Say,
): void {
  const claims = new Map<string, Claim>();
  for (const { name, origin, value, key, subjects, compatibility: level } of topics) {
    const own: [string, string][] = [[subjects.value, value.type]];
    if (key !== undefined && key.type !== 'string' && key.type !== 'none')
      own.push([subjects.key, key.type]);
    for (const [subject, type] of own) {
      const { topic, ...other } = claims.get(subject) ?? { topic: name, type, level };
      if (other.type !== type)
        say(
          origin,
          `${name} and ${topic} share the subject ${subject} and carry ${type} and ${other.type}.`,
        );
      else if (other.level !== level)
        say(
          origin,
          `${name} and ${topic} share the subject ${subject} and hold it to ${level} and ${other.level}.`,
        );
      claims.set(subject, { topic, ...other });
    }
  }
}

function strategyOf(node: JsonNode | undefined, say: Say): SubjectStrategy | undefined {
  if (node === undefined) return undefined;
  const found = SUBJECT_STRATEGIES.find((strategy) => strategy === stringOf(node));
  if (found === undefined)
    say(
      node.origin,
      `"subjects" must be one of ${SUBJECT_STRATEGIES.join(', ')}, or in a topic an object with the names of its subjects.`,
    );
  return found;
}

function contextOf(node: JsonNode | undefined, say: Say): string | undefined {
  if (node === undefined) return undefined;
  const text = stringOf(node);
  if (text !== undefined && /^\.[^:/]+$/.test(text)) return text;
  say(node.origin, '"context" must be a name that starts with a dot, such as ".staging".');
  return undefined;
}
