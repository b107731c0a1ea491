import type { SchemaDocument } from './engine.js';
import { faults } from './fault.js';
import { printSubject, type QualifiedSubject } from './qualified-subject.js';
import type { Reference } from './state.js';
import type { RegistryStore } from './store.js';

/** Most schemas that one schema may refer to, directly or not. */
const MAX_REFERENCES = 1_000;

interface Referring {
  readonly schema: string;
  readonly references: readonly Reference[];
}

/**
 * A schema with the texts that it refers to, dependencies first. New schemas may refer to live
 * versions only.
 * @throws Fault 42201
 */
export function documentOf(
  store: RegistryStore,
  subject: QualifiedSubject,
  { schema, references }: Referring,
  which: 'live' | 'all' = 'live',
): SchemaDocument {
  const texts = new Map<string, string>();
  const seen = new Set<string>();
  const visit = (list: readonly Reference[], from: string): void => {
    for (const reference of list) {
      const target = store.target(reference, from);
      const number = reference.version === -1 ? 'latest' : reference.version;
      const found = store.find(target, number, which);
      if (found === undefined) {
        throw faults.invalidSchema(
          `No schema reference found for subject "${printSubject(target)}" and version ${reference.version}`,
        );
      }
      const key = `${found.version} ${found.subject}`;
      if (seen.has(key)) continue;
      if (seen.add(key).size > MAX_REFERENCES) {
        throw faults.invalidSchema(`It refers to over ${MAX_REFERENCES} schemas`);
      }
      visit(found.references, found.subject);
      texts.set(key, found.schema);
    }
  };
  visit(references, printSubject(subject));
  return { schema, references: [...texts.values()] };
}
