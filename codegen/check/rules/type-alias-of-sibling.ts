import { isNamed, type NamedSchema, type Schema, visit } from '../../model/schema.js';
import type { Complaint, Rule } from '../rule.js';

/** An alias of a type that stands for another type of the same schema. */
export const typeAliasOfSibling: Rule<'ownSchema'> = {
  id: 'type-alias-of-sibling',
  category: 'LINT',
  severity: 'error',
  why: "Data of this very schema has both types, and the alias says that one is the other. Java renames the writer's type to the one with the alias: within a union it reads the other branch, or throws. tavro goes by the name first.",
  fix: 'Remove the alias: what it names is another type.',
  example: {
    reader: [
      { type: 'record', name: 'Card', fields: [] },
      { type: 'record', name: 'Payment', aliases: ['Card'], fields: [] },
    ],
    writer: 'null',
    repaired: [
      [
        { type: 'record', name: 'Card', fields: [] },
        { type: 'record', name: 'Payment', fields: [] },
      ],
    ],
  },
  check({ schema }) {
    const types = namedTypes(schema);
    const byName = new Map(types.map((type) => [type.name, type]));
    const byAlias = new Map<string, NamedSchema>();
    for (const type of types) {
      for (const alias of type.aliases) {
        const other = byName.get(alias) ?? byAlias.get(alias);
        if (other !== undefined && other !== type) return complain(type, other, alias);
        byAlias.set(alias, type);
      }
    }
    return undefined;
  },
};

function namedTypes(root: Schema): readonly NamedSchema[] {
  const types: NamedSchema[] = [];
  visit(root, (schema) => {
    if (isNamed(schema)) types.push(schema);
  });
  return types;
}

function complain(type: NamedSchema, other: NamedSchema, alias: string): Complaint {
  const message =
    other.name === alias
      ? `${type.name} has the alias ${alias}, which is another type of the schema.`
      : `${type.name} and ${other.name} both have the alias ${alias}.`;
  return {
    message,
    ...(other.name === alias ? {} : { fix: `Take the alias from one of the two types.` }),
    reader: type.origin,
  };
}
