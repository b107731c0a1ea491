/** Names that are free within one generated function. */
import type { GeneratedFile } from './file.js';
import { identifier } from './naming.js';

/** Names of local variables in one function. */
export class Locals {
  private readonly taken = new Set<string>(['read', 'write', 'value']);
  /** Where to look on for a free number: thousands of variables may want one name. */
  private readonly next = new Map<string, number>();
  private readonly file: GeneratedFile;

  /** @param file whose imports and constants no local variable may hide */
  constructor(file: GeneratedFile) {
    this.file = file;
  }

  name(hint: string): string {
    const base = identifier(hint);
    let n = this.next.get(base) ?? 1;
    let free = n === 1 ? base : `${base}${n}`;
    while (this.taken.has(free) || !this.file.takeLocal(free)) free = `${base}${++n}`;
    this.next.set(base, n + 1);
    this.taken.add(free);
    return free;
  }
}
