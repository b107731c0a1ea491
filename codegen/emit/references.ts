import { childrenOf, isNamed, type NamedSchema, type Schema } from '../model/schema.js';

/** Named types that a schema mentions itself, in the order of first mention. */
export function referencesOf(type: Schema): readonly NamedSchema[] {
  const known = references.get(type);
  if (known !== undefined) return known;
  const found = new Set<NamedSchema>();
  const look = (schema: Schema): void => {
    for (const child of childrenOf(schema)) {
      if (isNamed(child)) found.add(child);
      else look(child);
    }
  };
  look(type);
  if (isNamed(type)) found.delete(type);
  const list = [...found];
  references.set(type, list);
  return list;
}

const references = new WeakMap<Schema, readonly NamedSchema[]>();
