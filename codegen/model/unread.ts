/**
 * What files with errors may define that nobody can know: a reference to it is no error of its own.
 */
import { posix } from 'node:path';
import { simpleName } from '../../runtime/schema/schema.js';
import type { SourceText } from './source-text.js';

export class Unread {
  private readonly files: SourceText[] = [];
  /** With the files that they stand in. */
  private readonly names = new Map<string, Set<string>>();

  /** A file that cannot be read at all. */
  addFile(source: SourceText): void {
    this.files.push(source);
  }

  /** A name that stands in what is no definition, and seems to be meant as one. */
  addName(name: string, { file }: SourceText): void {
    const simple = simpleName(name);
    this.names.set(simple, (this.names.get(simple) ?? new Set()).add(file));
  }

  /** @param broken files with errors: in another, what seems to be meant as a definition is none */
  mayDefine(name: string, broken?: ReadonlySet<string>): boolean {
    const files = [...(this.names.get(simpleName(name)) ?? [])];
    return (
      files.some((file) => broken?.has(file) ?? true) ||
      this.files.some((file) => mayBeIn(file, name))
    );
  }
}

/** Whether a file that is read in part, or not at all, may define a name: it holds it, or is called so. */
export function mayBeIn({ text, path }: SourceText, name: string): boolean {
  const simple = simpleName(name);
  const { name: called } = posix.parse(path);
  return text.includes(simple) || plain(called) === plain(simple);
}

/** As names of files are spelled otherwise: `order-line` for `OrderLine`. */
function plain(name: string): string {
  return name.toLowerCase().replace(/[_-]/g, '');
}
