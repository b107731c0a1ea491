/** The examples of rules: shown in `docs/rules.md`, and tried by the tests. */
import type { Json } from '../../runtime/json.js';

/** The two schemas of a rule's example, as `.avsc` says them, and what the rule's fix makes of them. */
export interface Example {
  readonly reader: Json;
  readonly writer: Json;
  /** The reader after the fix, once for each way that the fix names: the finding is gone, and no other came. */
  readonly repaired: readonly Json[];
  /** Where the fix is about code that uses the types: a line of it before and after. */
  readonly code?: { readonly before: string; readonly after: string };
}

/** A record. */
export function recordOf(name: string, ...fields: readonly Json[]): Json {
  return { type: 'record', name, fields };
}
