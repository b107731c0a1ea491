import { simpleName } from '../../../runtime/schema/schema.js';
import type { Rule } from '../rule.js';
import { aliasFor } from './name-mismatch.js';

/** A type that is read as before and is generated under another name. */
export const sourceTypeMoved: Rule<'named'> = {
  id: 'source-type-moved',
  category: 'SOURCE',
  severity: 'warning',
  why: "The full name of a type is the path and the name of its module, so imports of it no longer compile. Node's avsc knows types by their full names and aliases only: without an alias it refuses the data.",
  fix: 'Change the imports; the compiler lists the places.',
  example: {
    reader: { type: 'record', name: 'billing.Invoice', fields: [] },
    writer: { type: 'record', name: 'orders.Invoice', fields: [] },
    repaired: [],
    code: {
      before: "import type { Invoice } from './orders/Invoice.js';",
      after: "import type { Invoice } from './billing/Invoice.js';",
    },
  },
  check({ reader, writer }) {
    if (reader.name === writer.name) return undefined;
    const isRenamed = simpleName(reader.name) !== simpleName(writer.name);
    const isKnown = reader.aliases.includes(writer.name);
    return {
      message: `The ${writer.kind} ${writer.name} ${isRenamed ? 'is renamed' : 'moves'} to ${reader.name}.`,
      ...(isKnown
        ? {}
        : {
            fix: `Change the imports, and add "aliases": ["${aliasFor(writer, reader)}"] to ${reader.name}.`,
          }),
    };
  },
};
