import { sameName } from '../../../runtime/plan.js';
import type { Rule } from '../rule.js';

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
  },
  check({ reader, writer }) {
    if (sameName(writer, reader)) return undefined;
    return {
      message: `The writer's ${writer.kind} ${writer.name} is ${reader.name} to the reader, and no alias says that they are the same.`,
      fix: `Add "aliases": ["${writer.name}"] to ${reader.name}.`,
      edit: { kind: 'add-alias', name: writer.name },
    };
  },
};
