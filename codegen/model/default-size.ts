/** How much a default spreads to: records within it take the defaults of their own fields. */
import type { JsonNode } from './json.js';
import { MAX_DEFAULT_VALUES } from './limits.js';
import type { Schema } from './schema.js';

/** Values that a default stands for, those of nested defaults included; counted up to the limit. */
export class DefaultSizes {
  /** Each pair is looked at once: defaults within defaults multiply. */
  private readonly known = new Map<Schema, Map<JsonNode, number>>();

  of(schema: Schema, node: JsonNode): number {
    const answers = this.known.get(schema) ?? new Map<JsonNode, number>();
    this.known.set(schema, answers);
    const known = answers.get(node);
    if (known !== undefined) return known;
    // A default that leads back to itself is reported elsewhere.
    answers.set(node, 0);
    const parts = partsOf(schema, node).map(([type, part]) => this.of(type, part));
    // Of a union only one branch has the value.
    const sum =
      schema.kind === 'union' ? Math.max(0, ...parts) : parts.reduce((all, part) => all + part, 1);
    const size = Math.min(sum, MAX_DEFAULT_VALUES + 1);
    answers.set(node, size);
    return size;
  }
}

function partsOf(schema: Schema, node: JsonNode): [Schema, JsonNode][] {
  switch (schema.kind) {
    case 'union':
      return schema.branches.map((branch) => [branch, node]);
    case 'array':
      return node.kind === 'list' ? node.items.map((item) => [schema.items, item]) : [];
    case 'map':
      return node.kind === 'object'
        ? [...node.entries.values()].map((value) => [schema.values, value])
        : [];
    case 'record':
      // What is no object is the value of another branch of the union.
      if (node.kind !== 'object') return [];
      return schema.fields.flatMap((field): [Schema, JsonNode][] => {
        const value = node.entries.get(field.name) ?? field.defaultNode;
        return value === undefined ? [] : [[field.type, value]];
      });
    default:
      return [];
  }
}
