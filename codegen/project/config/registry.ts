/** The `registry` part of `tavro.json`: how subjects are named and schemas are registered. */

import { SUBJECT_STRATEGIES, type SubjectStrategy } from '../../history/subject-names.js';
import { type JsonNode, stringOf } from '../../model/json.js';
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

/** A strategy by its name. */
export function strategyOf(node: JsonNode | undefined, say: Say): SubjectStrategy | undefined {
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
