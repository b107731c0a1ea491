/** The `registry` part of `tavro.json`: how subjects are named and schemas are registered. */

import { SUBJECT_STRATEGIES, type SubjectStrategy } from '../../history/subject-names.js';
import { type JsonNode, stringOf } from '../../model/json.js';
import { choice, FLAG, part, type Text } from './setting.js';
import { objectOf, PartReader, type Say } from './shape.js';

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

export const STRATEGY = choice(SUBJECT_STRATEGIES);

const CONTEXT: Text = {
  form: 'text',
  like: {
    pattern: /^\.[^:/]+$/,
    must: 'be a name that starts with a dot, such as ".staging"',
  },
  called: 'name that starts with a dot',
};

export const REGISTRY = part({
  subjects: {
    is: STRATEGY,
    default: NO_REGISTRY_CONFIG.strategy,
    doc: 'How subjects are named where a topic does not say: `topic` is `<topic>-value` and `<topic>-key`, `record` the full name of the type, `topic-record` `<topic>-<full name>`.',
    example: 'topic-record',
  },
  context: {
    is: CONTEXT,
    doc: 'Context of all subjects that name none.',
    example: '.staging',
  },
  normalize: {
    is: FLAG,
    default: NO_REGISTRY_CONFIG.normalize,
    doc: 'Lets the registry pass over differences that mean nothing, such as the order of attributes.',
    example: true,
  },
  references: {
    is: FLAG,
    default: NO_REGISTRY_CONFIG.references,
    doc: 'Registers types of other files under subjects of their own, in place of one whole text.',
    example: true,
  },
});

/** Reads the part; what is wrong with it goes to `say`. */
export function readRegistryConfig(node: JsonNode | undefined, say: Say): RegistryConfig {
  if (node === undefined) return NO_REGISTRY_CONFIG;
  const read = new PartReader(objectOf(node, 'registry', say), REGISTRY, say);
  return {
    strategy: strategyOf(read.at('subjects'), say) ?? NO_REGISTRY_CONFIG.strategy,
    context: read.text('context'),
    normalize: read.flag('normalize'),
    references: read.flag('references'),
  };
}

/** A strategy by its name. */
export function strategyOf(node: JsonNode | undefined, say: Say): SubjectStrategy | undefined {
  if (node === undefined) return undefined;
  const found = STRATEGY.choices.find((strategy) => strategy === stringOf(node));
  if (found === undefined)
    say(
      node.origin,
      `"subjects" must be one of ${STRATEGY.choices.join(', ')}, or in a topic an object with the names of its subjects.`,
    );
  return found;
}
