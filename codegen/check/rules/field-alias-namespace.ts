import type { Rule } from '../rule.js';
import { aliasFor } from './name-mismatch.js';

/** A field's alias in a record whose namespace changed: Java's decoder does not see it. */
export const fieldAliasNamespace: Rule<'record'> = {
  id: 'field-alias-namespace',
  category: 'SEMANTIC',
  severity: 'error',
  why: "Java's decoder looks for the aliases of fields under the record's full name. Where the namespace differs it passes over the data's field: its default takes the place, or decoding fails. tavro reads it by the alias.",
  fix: "Add the writer's full name to the record's aliases.",
  example: {
    reader: {
      type: 'record',
      name: 'b.Trip',
      fields: [{ name: 'end', type: 'long', aliases: ['stop'] }],
    },
    writer: { type: 'record', name: 'a.Trip', fields: [{ name: 'stop', type: 'long' }] },
    repaired: [
      {
        type: 'record',
        name: 'b.Trip',
        aliases: ['a.Trip'],
        fields: [{ name: 'end', type: 'long', aliases: ['stop'] }],
      },
    ],
  },
  check({ reader, writer }) {
    if (reader.name === writer.name || reader.aliases.includes(writer.name)) return undefined;
    const names = new Set(writer.fields.map(({ name }) => name));
    const unseen = reader.fields.filter(
      ({ name, aliases }) => !names.has(name) && aliases.some((alias) => names.has(alias)),
    );
    if (unseen.length === 0) return undefined;
    const alias = aliasFor(writer, reader);
    const fields = unseen.map(({ name }) => name).join(', ');
    return {
      message: `The record is ${writer.name} in the data: Java's decoder does not see the aliases of ${fields} in ${reader.name}.`,
      fix: `Add "aliases": ["${alias}"] to ${reader.name}.`,
      edit: { kind: 'add-alias', of: 'type', name: alias },
    };
  },
};
