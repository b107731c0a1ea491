/** `oldestRetained` of a topic: the oldest versions whose data it may still hold. */
import type { JsonNode } from '../../model/json.js';
import type { Origin } from '../../model/source-text.js';
import { printCarried } from './carried.js';
import { either, part, perType, wholeNumber } from './setting.js';
import { onlyTypes, PartReader, type Say, wholeNumberOf } from './shape.js';
import type { SideConfig, TopicConfig } from './topics.js';

type Sides = Pick<TopicConfig, 'values' | 'hasCases' | 'key'>;

const NAME = 'oldestRetained';
/** A version, up to the highest that may be named. */
const VERSION = wholeNumber(10_000);

const SIDES = part({
  value: {
    is: perType(VERSION),
    doc: 'Of its values; where they are of several types, of each by its full name.',
    example: 3,
  },
  key: { is: VERSION, doc: 'Of keys that have a schema.', example: 2 },
});

export const OLDEST_RETAINED = either(VERSION, SIDES);

/** A number speaks of the values, an object of values and keys; of several types each is named. */
export function withOldest(sides: Sides, given: JsonNode | undefined, say: Say): Sides {
  if (given === undefined) return sides;
  if (given.kind !== 'object')
    return { ...sides, values: valuesOf(sides, { given, key: NAME }, say) };
  const read = new PartReader(given, SIDES, say);
  const values = valuesOf(sides, { given: read.at('value'), key: 'value' }, say);
  return {
    ...sides,
    values,
    key: keyOf(sides, { oldest: read.wholeNumber('key'), at: read.origin('key') }, say),
  };
}

function valuesOf(
  { values, hasCases }: Sides,
  { given, key }: { given: JsonNode | undefined; key: string },
  say: Say,
): readonly SideConfig[] {
  if (given === undefined) return values;
  if (!hasCases && given.kind === 'object') {
    say(given.origin, `"${NAME}" names types, but the values are all of one: write a number.`);
    return values;
  }
  if (!hasCases) return values.map((side) => ({ ...side, ...numberOf(given, key, say) }));
  if (given.kind !== 'object') {
    say(given.origin, `"${NAME}" must name each type: { "value": { "acme.Created": 3 } }.`);
    return values;
  }
  onlyTypes(given, values.map(nameOf), say);
  return values.map((side) => {
    const name = nameOf(side);
    return { ...side, ...numberOf(given.entries.get(name), name, say) };
  });
}

function keyOf(
  { key }: Sides,
  { oldest, at }: { oldest: number | undefined; at: Origin },
  say: Say,
): Sides['key'] {
  if (oldest === undefined) return key;
  if (typeof key !== 'string') return { ...key, oldest, oldestAt: at };
  say(at, `"${NAME}" is v${oldest} of its keys, but its keys have no schema.`);
  return key;
}

function numberOf(
  value: JsonNode | undefined,
  key: string,
  say: Say,
): Pick<SideConfig, 'oldest' | 'oldestAt'> {
  if (value === undefined) return {};
  const oldest = wholeNumberOf(value, { key, is: VERSION }, say);
  return oldest === undefined ? {} : { oldest, oldestAt: value.origin };
}

/** What a type of several is called. */
function nameOf({ carried }: SideConfig): string {
  return carried.form === 'type' ? carried.type : printCarried(carried);
}
