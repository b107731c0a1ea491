/**
 * What files with errors may define that nobody can know: a reference to it is no error of its own.
 */
import { posix } from 'node:path';
import { simpleName } from '../../runtime/schema/schema.js';
import type { SourceText } from './source-text.js';

export class Unread {
  private readonly files: SourceText[] = [];
  private readonly names = new Set<string>();

  /** A file that cannot be read at all. */
  addFile(source: SourceText): void {
    this.files.push(source);
  }

  /** A name that stands in what is no definition, and seems to be meant as one. */
  addName(name: string): void {
    this.names.add(simpleName(name));
  }

  mayDefine(name: string): boolean {
    return this.names.has(simpleName(name)) || this.files.some((file) => mayBeIn(file, name));
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
