/** What a default is made of: each value in it, with the type that it is a value of. */
import { isArray, isObject, type Json } from '../../runtime/json.js';
import { defaultBranch } from '../../runtime/schema/default.js';
import type { JsonNode } from '../model/json.js';
import type { Field, Schema } from '../model/schema.js';

export interface DefaultPart {
  readonly schema: Schema;
  readonly value: Json;
  /** Where it stands. */
  readonly node: JsonNode | undefined;
}

/** The parts of a field's default, outermost first; a union comes before its branch. */
export function* defaultParts(field: Field): Generator<DefaultPart> {
  if (field.default === undefined) return;
  // A stack of its own: accepted schemas nest deeper than generators should.
  const open = [{ schema: field.type, value: field.default, node: field.defaultNode }];
  for (let part = open.pop(); part !== undefined; part = open.pop()) {
    yield part;
    open.push(...partsWithin(part).reverse());
  }
}

function partsWithin({ schema, value, node }: DefaultPart): DefaultPart[] {
  const entries = node?.kind === 'object' ? node.entries : undefined;
  if (schema.kind === 'union') {
    const branch = schema.branches[defaultBranch(schema, value)];
    return branch === undefined ? [] : [{ schema: branch, value, node }];
  }
  if (schema.kind === 'array' && isArray(value)) {
    const items = node?.kind === 'list' ? node.items : [];
    return value.map((item, index) => ({ schema: schema.items, value: item, node: items[index] }));
  }
  if (schema.kind === 'map' && isObject(value))
    return Object.entries(value).map(([key, held]) => ({
      schema: schema.values,
      value: held,
      node: entries?.get(key),
    }));
  if (schema.kind === 'record' && isObject(value))
    return schema.fields.flatMap(({ name, type }) => {
      const given = Object.hasOwn(value, name) ? value[name] : undefined;
      return given === undefined ? [] : [{ schema: type, value: given, node: entries?.get(name) }];
    });
  return [];
}
