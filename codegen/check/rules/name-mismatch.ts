import { sameName } from '../../../runtime/schema/plan.js';
import { simpleName } from '../../../runtime/schema/schema.js';
import type { NamedSchema } from '../../model/schema.js';
import type { Rule } from '../rule.js';
import { isRespelled } from '../spelling.js';

/** A named type under another unqualified name, with no alias that says so. */
export const nameMismatch: Rule<'named'> = {
  id: 'name-mismatch',
  category: 'WIRE',
  severity: 'error',
  java: 'NAME_MISMATCH',
  why: 'A reader takes a record, enum or fixed by its unqualified name. Under another name it is another type.',
  fix: "Add the writer's full name to the reader's aliases.",
  example: {
    reader: { type: 'fixed', name: 'Digest', size: 4 },
    writer: { type: 'fixed', name: 'Hash', size: 4 },
    repaired: [{ type: 'fixed', name: 'Digest', aliases: ['Hash'], size: 4 }],
  },
  check({ reader, writer }) {
    if (sameName(writer, reader)) return undefined;
    const alias = aliasFor(writer, reader);
    return {
      message: `The writer's ${writer.kind} ${writer.name} is ${reader.name} to the reader, and no alias says that they are the same.`,
      fix: `Add "aliases": ["${alias}"] to ${reader.name}.`,
      pastReader: `Keep the name ${reader.name} until nobody reads by a version that has it: such a reader knows no alias.`,
      // Another word is a guess, and somebody has to make it.
      ...(isRespelled(simpleName(writer.name), simpleName(reader.name))
        ? { edit: { kind: 'add-alias', of: 'type', name: alias } }
        : {}),
    };
  },
};

/** A writer's name as an alias of a reader's type: a bare one would be taken for its namespace. */
export function aliasFor(writer: NamedSchema, reader: NamedSchema): string {
  return writer.name.includes('.') || !reader.name.includes('.') ? writer.name : `.${writer.name}`;
}
