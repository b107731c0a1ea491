/** The names of a schema that Avro's grammar does not have. */
import { simpleName } from '../../runtime/schema/schema.js';
import { isInGrammar, type NameUse, namespaceUsed } from './names.js';
import { isNamed, type NamedSchema, type Schema, visit } from './schema.js';
import type { Origin } from './source-text.js';

/** A name with its place. */
export interface PlacedName extends NameUse {
  readonly at: Origin;
}

/** Each once, with the first place where it stands. */
export function namesOutside(root: Schema): readonly PlacedName[] {
  const found = new Map<string, PlacedName>();
  visit(root, (schema) => {
    for (const use of isNamed(schema) ? namesOf(schema) : []) {
      const key = `${use.what} ${use.name}`;
      if (!isInGrammar(use) && !found.has(key)) found.set(key, use);
    }
  });
  return [...found.values()];
}

/** All names that a definition says. */
function namesOf(type: NamedSchema): readonly PlacedName[] {
  const { name, aliases, origin: at } = type;
  return [
    { what: 'namespace', name: namespaceUsed(name), at },
    { what: 'name', name: simpleName(name), at },
    ...aliases.map((alias): PlacedName => ({ what: 'alias', name: alias, at })),
    ...partsOf(type),
  ];
}

function partsOf(type: NamedSchema): readonly PlacedName[] {
  if (type.kind === 'fixed') return [];
  if (type.kind === 'record')
    return type.fields.map(({ name, origin }) => ({ what: 'field name', name, at: origin }));
  const { symbols, symbolOrigins, origin } = type;
  return symbols.map((name, i) => ({ what: 'symbol', name, at: symbolOrigins[i] ?? origin }));
}
