import { isArray, isObject, type Json, printJson } from '../../../runtime/json.js';
import { defaultBranch } from '../../../runtime/schema/default.js';
import { branchFor } from '../../../runtime/schema/plan.js';
import { isNamed, type Schema } from '../../model/schema.js';
import type { Rule } from '../rule.js';

/** The same default that is a value of another branch, because the branches changed places. */
export const defaultBranchChanged: Rule<'field'> = {
  id: 'default-branch-changed',
  category: 'SEMANTIC',
  severity: 'error',
  why: "A default has the type of the first branch that it fits. With the branches in another order it is the same text and another value, and readers that insist on the union's first branch refuse it.",
  fix: 'Keep the order of the branches.',
  example: {
    reader: {
      type: 'record',
      name: 'Order',
      fields: [{ name: 'n', type: ['double', 'int'], default: 1 }],
    },
    writer: {
      type: 'record',
      name: 'Order',
      fields: [{ name: 'n', type: ['int', 'double'], default: 1 }],
    },
    repaired: [
      {
        type: 'record',
        name: 'Order',
        fields: [{ name: 'n', type: ['int', 'double'], default: 1 }],
      },
    ],
  },
  check({ reader, writer }) {
    if (reader.default === undefined || writer.default === undefined) return undefined;
    const pairs: Pair[] = [{ reader: reader.type, writer: writer.type, value: reader.default }];
    // Only where both have the same value is it the types that make it another one.
    if (printJson(reader.default) !== printJson(writer.default)) return undefined;
    for (let pair = pairs.pop(); pair !== undefined; pair = pairs.pop()) {
      const [to, from] = [takerOf(pair.reader, pair.value), takerOf(pair.writer, pair.value)];
      if (to === undefined || from === undefined) return undefined;
      const { reader: union } = pair;
      // Where the writer's value goes to when it is data: a branch of another kind may be its promotion.
      const meant = union.kind === 'union' ? union.branches[branchFor(from, union)] : to;
      if (meant !== undefined && meant !== to)
        return `The default of ${reader.name} is ${words(from)} to the writer and ${words(to)} to the reader.`;
      pairs.push(...pairsWithin({ reader: to, writer: from, value: pair.value }).reverse());
    }
    return undefined;
  },
};

/** One value within a default, and the two types that it is a value of. */
interface Pair {
  readonly reader: Schema;
  readonly writer: Schema;
  readonly value: Json;
}

/** What takes a value: the branch of a union, else the type itself. */
function takerOf(schema: Schema, value: Json): Schema | undefined {
  return schema.kind === 'union' ? schema.branches[defaultBranch(schema, value)] : schema;
}

function pairsWithin({ reader, writer, value }: Pair): Pair[] {
  if (reader.kind === 'array' && writer.kind === 'array' && isArray(value))
    return value.map((item) => ({ reader: reader.items, writer: writer.items, value: item }));
  if (!isObject(value)) return [];
  if (reader.kind === 'map' && writer.kind === 'map')
    return Object.values(value).map((held) => ({
      reader: reader.values,
      writer: writer.values,
      value: held,
    }));
  if (reader.kind !== 'record' || writer.kind !== 'record') return [];
  return reader.fields.flatMap(({ name, type }) => {
    const other = writer.fields.find((field) => field.name === name);
    const given = Object.hasOwn(value, name) ? value[name] : undefined;
    return other === undefined || given === undefined
      ? []
      : [{ reader: type, writer: other.type, value: given }];
  });
}

function words(schema: Schema): string {
  return isNamed(schema) ? schema.name : schema.kind;
}
