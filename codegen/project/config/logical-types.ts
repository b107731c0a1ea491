/** The `logicalTypes` part of `tavro.json`: how their values appear. */

import { didYouMean } from '../../../runtime/nearest-name.js';
import type { CustomConversion, LogicalOverride } from '../../emit/options.js';
import type { JsonNode, JsonRecord } from '../../model/json.js';
import { LOGICAL_TYPES, type LogicalRow } from '../../model/logical.js';
import { choiceOf, objectOf, onlyKeys, type Say, textOf } from './shape.js';

/** Reads the part; what is wrong with it goes to `say`. */
export function readLogicalTypes(
  node: JsonNode | undefined,
  say: Say,
): ReadonlyMap<string, LogicalOverride> {
  const overrides = new Map<string, LogicalOverride>();
  if (node === undefined) return overrides;
  const object = objectOf(node, 'logicalTypes', say);
  const names = LOGICAL_TYPES.map(({ name }) => name);
  for (const [name, value] of object.entries) {
    const row = LOGICAL_TYPES.find((one) => one.name === name);
    if (row === undefined)
      say(
        object.keys.get(name) ?? value.origin,
        `"${name}" is no logical type.${didYouMean(name, names)} Avro names: ${names.join(', ')}.`,
      );
    const override =
      value.kind === 'object'
        ? conversion(value, say)
        : choiceOf(object, { key: name, choices: ['base', 'number', 'bigint'] }, say);
    if (override === undefined) continue;
    if (row !== undefined && !canBe(row, override))
      say(
        value.origin,
        `"${name}" stands on ${Object.keys(row.on).join(' or ')}, whose values are no ${override}: take "base" or a conversion.`,
      );
    overrides.set(name, override);
  }
  return overrides;
}

/** Longs may be either, ints are numbers anyway; of anything else the word would change nothing. */
function canBe({ on }: LogicalRow, override: LogicalOverride): boolean {
  if (override === 'number') return 'long' in on || 'int' in on;
  return override !== 'bigint' || 'long' in on;
}

function conversion(node: JsonRecord, say: Say): CustomConversion | undefined {
  onlyKeys(node, ['module', 'conversion', 'type', 'typeModule'], say);
  const module = textOf(node, 'module', say);
  const name = textOf(node, 'conversion', say);
  const type = textOf(node, 'type', say);
  const typeModule = textOf(node, 'typeModule', say);
  if (module === undefined || name === undefined || type === undefined) {
    say(
      node.origin,
      'A conversion needs "module", "conversion" (an exported Conversion) and "type".',
    );
    return undefined;
  }
  return { module, conversion: name, type, ...(typeModule === undefined ? {} : { typeModule }) };
}
