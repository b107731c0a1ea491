/** What generated code knows of schema ids, by the registry that gave them. */
import type { PublishedIds } from '../history/known-ids.js';
import type { CodePrinter } from './code-printer.js';
import { call, type Entry, type Expression, object, text } from './expressions.js';
import { propertyKey } from './quote.js';

/**
 * A property with a table for each registry; none where nothing is known. A line per id and GUID, so that
 * a new one is a new line in a review.
 */
export function knownIdsEntry<Known>(
  property: string,
  registries: Readonly<Record<string, PublishedIds<Known>>>,
  { code, print }: { code: CodePrinter; print: (known: Known) => Expression },
): Entry[] {
  const entries = Object.entries(registries).map(([url, { ids, machine }]): Entry => {
    const known = object(
      // A number stands bare, as JavaScript has it; a GUID does not.
      Object.entries(ids).map(
        ([id, one]): Entry => [/^\d+$/.test(id) ? id : propertyKey(id), print(one)],
      ),
      0,
    );
    const onMachine = () => call(code.runtime('onMachine'), text(machine ?? ''), known);
    return [propertyKey(url), machine === undefined ? known : onMachine()];
  });
  return entries.length === 0 ? [] : [[property, object(entries, 0)]];
}
