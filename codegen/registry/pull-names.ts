/** What pulling makes of names outside Avro's grammar, which registries hold. */
import { applyEdits, modify } from 'jsonc-parser';
import { whyUnusable } from '../model/names.js';
import { namesOutside } from '../model/names-outside.js';
import type { Schema } from '../model/schema.js';

/** Why no file may hold a schema; `undefined` where one may. */
export function whyNotPulled(schema: Schema): string | undefined {
  for (const use of namesOutside(schema)) {
    const why = whyUnusable(use);
    if (why !== undefined)
      return `its ${use.what} ${JSON.stringify(use.name)} cannot be used: ${why}`;
  }
  return undefined;
}

/** The first name outside the grammar in these schemas, for people; `undefined` where there is none. */
export function firstOutside(schemas: readonly Schema[]): string | undefined {
  for (const schema of schemas) {
    const [first] = namesOutside(schema);
    if (first !== undefined) return `the ${first.what} ${JSON.stringify(first.name)}`;
  }
  return undefined;
}

/** The text of `tavro.json` with the setting that takes such names; comments and layout stay. */
export function withLenientNames(text = '{}\n'): string {
  const edits = modify(text, ['names'], 'lenient', {
    formattingOptions: { insertSpaces: true, tabSize: 2, eol: '\n' },
    // In front: the topics below may go on for pages.
    getInsertionIndex: () => 0,
  });
  return applyEdits(text, edits);
}
