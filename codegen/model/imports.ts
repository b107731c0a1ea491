/**
 * What files of Avro IDL import. The files of a schemas folder are read anyway, so an import loads
 * nothing: it says that the file must be there, and whose definition of a name is meant.
 */
import { posix } from 'node:path';
import type { Problems } from './problem.js';
import type { Origin, SourceText } from './source-text.js';

/** An import, with the place of its path. */
export interface Import {
  /** As it is written: relative to the file that holds it. */
  readonly path: string;
  readonly origin: Origin;
}

/** The path that an import means, where the file that holds it stands at `path`. */
export function importedPath(path: string, imported: string): string {
  return posix.join(posix.dirname(path), imported);
}

/** A file, and what it imports. */
interface Importing {
  readonly source: SourceText;
  readonly imports: readonly Import[];
}

export class Imports {
  private readonly paths: ReadonlyMap<string, readonly string[]>;
  private readonly reached = new Map<string, ReadonlySet<string>>();

  constructor(files: readonly Importing[]) {
    this.paths = new Map(
      files.map(({ source, imports }) => [
        source.path,
        imports.map((one) => importedPath(source.path, one.path)),
      ]),
    );
  }

  /** Reports imports of what is no file of the project. */
  check({ source, imports }: Importing, problems: Problems): void {
    for (const { path, origin } of imports) {
      if (!posix.isAbsolute(path) && this.paths.has(importedPath(source.path, path))) continue;
      problems.error('IMPORT_UNKNOWN', origin, {
        message: `The import of ${JSON.stringify(path)} leads to no .avsc, .avpr or .avdl file of the schemas folder.`,
        fix: 'Put the file into the schemas folder, and give its path from this file.',
      });
    }
  }

  /** The files that a file leads to by its imports and theirs. */
  reachedFrom(path: string): ReadonlySet<string> {
    const known = this.reached.get(path);
    if (known !== undefined) return known;
    // Grows while it is read; files may import each other in circles.
    const reached = new Set(this.paths.get(path));
    for (const one of reached) for (const next of this.paths.get(one) ?? []) reached.add(next);
    this.reached.set(path, reached);
    return reached;
  }
}
