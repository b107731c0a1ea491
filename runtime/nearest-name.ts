/** "Did you mean": the name that somebody meant who wrote one that is not there. */

/** Share of a name's characters that may be wrong. */
const MAX_SHARE = 1 / 3;

/**
 * The likest of some names; `undefined` where none is like it. Case, `_`, `-` and `.` count for
 * nothing, then a name that ends the same, then the one with the fewest characters to change.
 */
export function nearestName(name: string, names: Iterable<string>): string | undefined {
  const all = [...names];
  const bare = bareOf(name);
  const same = all.find((other) => bareOf(other) === bare);
  const last = lastPart(name);
  const found = same ?? all.find((other) => last !== '' && lastPart(other) === last);
  if (found !== undefined) return found;
  let best: { readonly name: string; readonly edits: number } | undefined;
  let most = Math.max(1, Math.floor(name.length * MAX_SHARE));
  for (const other of all) {
    const edits = distance(name.toLowerCase(), other.toLowerCase(), most);
    if (edits > most || (best !== undefined && edits >= best.edits)) continue;
    best = { name: other, edits };
    most = edits;
  }
  return best?.name;
}

/** The same as a sentence to put behind an error; empty where there is nothing to say. */
export function didYouMean(name: string, names: Iterable<string>): string {
  const nearest = nearestName(name, names);
  return nearest === undefined ? '' : ` Did you mean ${JSON.stringify(nearest)}?`;
}

const bareOf = (name: string): string => name.toLowerCase().replace(/[_.-]/g, '');

/** Behind the last dot or colon: a type's name without its namespace, a subject's without its context. */
const lastPart = (name: string): string =>
  name.slice(Math.max(name.lastIndexOf('.'), name.lastIndexOf(':')) + 1).toLowerCase();

/** Characters to insert, remove, replace or swap with the next one; given up beyond `most`. */
function distance(one: string, other: string, most: number): number {
  if (Math.abs(one.length - other.length) > most) return most + 1;
  let older: number[] = [];
  let before = Array.from({ length: other.length + 1 }, (_, index) => index);
  for (let i = 1; i <= one.length; i++) {
    const row = [i];
    for (let j = 1; j <= other.length; j++) {
      const replaced = (before[j - 1] ?? 0) + (one[i - 1] === other[j - 1] ? 0 : 1);
      const isSwap = one[i - 1] === other[j - 2] && one[i - 2] === other[j - 1];
      const swapped = isSwap ? (older[j - 2] ?? most) + 1 : most + 1;
      row.push(Math.min(replaced, (before[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, swapped));
    }
    if (Math.min(...row) > most) return most + 1;
    [older, before] = [before, row];
  }
  return before.at(-1) ?? 0;
}
