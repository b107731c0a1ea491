/** `oldestRetained` of a topic: the oldest versions whose data it may still hold. */
import type { JsonRecord } from '../../model/json.js';
import { printCarried } from './carried.js';
import { onlyKeys, type Say, wholeNumberOf } from './shape.js';
import type { SideConfig, TopicConfig } from './topics.js';

type Sides = Pick<TopicConfig, 'values' | 'hasCases' | 'key'>;

const NAME = 'oldestRetained';
/** The highest version that may be named. */
const MAX_VERSION = 10_000;

/** A number speaks of the values, an object of values and keys; of several types each is named. */
export function withOldest(sides: Sides, topic: JsonRecord, say: Say): Sides {
  const given = topic.entries.get(NAME);
  if (given === undefined) return sides;
  if (given.kind !== 'object')
    return { ...sides, values: valuesOf(sides, { node: topic, key: NAME }, say) };
  onlyKeys(given, ['value', 'key'], say);
  const values = valuesOf(sides, { node: given, key: 'value' }, say);
  return { ...sides, values, key: keyOf(sides, given, say) };
}

function valuesOf(
  { values, hasCases }: Sides,
  { node, key }: { node: JsonRecord; key: string },
  say: Say,
): readonly SideConfig[] {
  const given = node.entries.get(key);
  if (given === undefined) return values;
  if (!hasCases) return values.map((side) => ({ ...side, ...numberOf(node, key, say) }));
  if (given.kind !== 'object') {
    say(given.origin, `"${NAME}" must name each type: { "value": { "acme.Created": 3 } }.`);
    return values;
  }
  onlyKeys(given, values.map(nameOf), say);
  return values.map((side) => ({ ...side, ...numberOf(given, nameOf(side), say) }));
}

function keyOf({ key }: Sides, given: JsonRecord, say: Say): Sides['key'] {
  const oldest = numberOf(given, 'key', say);
  if (typeof key !== 'string') return { ...key, ...oldest };
  if (oldest.oldest !== undefined)
    say(given.origin, `"${NAME}" is v${oldest.oldest} of its keys, but its keys have no schema.`);
  return key;
}

function numberOf(node: JsonRecord, key: string, say: Say): Pick<SideConfig, 'oldest'> {
  const oldest = wholeNumberOf(node, { key, most: MAX_VERSION }, say);
  return oldest === undefined ? {} : { oldest };
}

/** What a type of several is called. */
function nameOf({ carried }: SideConfig): string {
  return carried.form === 'type' ? carried.type : printCarried(carried);
}
