/** How alike two names are. */

/** A name without case, underscores and hyphens: what people change about it when they mean the same. */
export function plain(name: string): string {
  return name.toLowerCase().replaceAll(/[_-]/g, '');
}

/** Whether two names differ in case, underscores and hyphens only. */
export function isRespelled(a: string, b: string): boolean {
  return plain(a) === plain(b) && plain(a) !== '';
}

/** Names this alike are taken for one name: 1 is equal, 0 has nothing in common. */
const ALIKE = 0.7;
/** Longest names that are compared letter by letter. */
const MAX_NAME = 200;

/**
 * How alike two plain names are: one minus the edit distance by the longer name; 0 for less than
 * {@link ALIKE}. Names with other numbers in them are names of other things: `line1`, `line2`.
 */
export function likeness(a: string, b: string): number {
  const [longer, shorter] = [Math.max(a.length, b.length), Math.min(a.length, b.length)];
  if (longer > MAX_NAME || shorter < longer * ALIKE || numbersIn(a) !== numbersIn(b)) return 0;
  const found = 1 - distance(a, b) / longer;
  return found < ALIKE ? 0 : found;
}

function numbersIn(name: string): string {
  return (name.match(/\d+/g) ?? []).join();
}

function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (const [i, char] of [...a].entries()) {
    const next = [i + 1];
    for (const [j, other] of [...b].entries()) {
      const swap = (row[j] ?? 0) + (char === other ? 0 : 1);
      next.push(Math.min(swap, (row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
