import { describe } from '../../../runtime/schema/plan.js';
import { isNamed, type NamedSchema, type Schema } from '../../model/schema.js';
import type { Rule } from '../rule.js';
import { aliasFor } from './name-mismatch.js';
import { isNamesake } from './union-branch-missing.js';

/** An enum or fixed in a union that moved to another namespace. */
export const unionBranchNamespace: Rule<'branch'> = {
  id: 'union-branch-namespace',
  category: 'WIRE',
  severity: 'error',
  why: "Within a union a decoder finds an enum or fixed by its full name, unless the two unions are alike in all else. Java's checker looks at the unqualified name, accepts the pair, and its decoder fails.",
  fix: "Add the writer's full name to the aliases of the reader's type.",
  example: {
    reader: ['null', { type: 'enum', name: 'a.Status', symbols: ['OPEN', 'CLOSED'] }],
    writer: ['null', { type: 'enum', name: 'b.Status', symbols: ['OPEN'] }],
    repaired: [
      [
        'null',
        { type: 'enum', name: 'a.Status', aliases: ['b.Status'], symbols: ['OPEN', 'CLOSED'] },
      ],
    ],
  },
  check({ reader, writer, beside }) {
    const [branch, ...others] = reader.branches.filter((one) => isNamesake(one, writer));
    if (branch === undefined || !isNamed(branch) || !isNamed(writer)) return undefined;
    const alias = aliasFor(writer, branch);
    const names = [branch, ...others].map(describe).join(' or ');
    const isTaken = others.length === 0 && beside.some((one) => isNamedAs(branch, one));
    return {
      message: `The writer's ${writer.kind} ${writer.name} is ${names} in the reader's union, and in a union that is not the same only the full name counts.`,
      fix: isTaken
        ? `Keep the branch ${writer.name}, or, if ${names} is both now, add "aliases": ["${alias}"] to that.`
        : `Add "aliases": ["${alias}"] to ${names}.`,
      // Which of several it is, or whether two became one, somebody has to say.
      ...(others.length === 0 && !isTaken
        ? { edit: { kind: 'add-alias', of: 'type', name: alias } }
        : {}),
      reader: branch.origin,
    };
  },
};

/** Whether a reader's type takes a writer's by its full name. */
function isNamedAs(reader: NamedSchema, writer: Schema): boolean {
  return (
    isNamed(writer) &&
    writer.kind === reader.kind &&
    [reader.name, ...reader.aliases].includes(writer.name)
  );
}
