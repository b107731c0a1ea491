/** What is below a folder, links and all, in bounded time. */
import { type Dirent, readdirSync, realpathSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { CodegenError } from '../error.js';
import { MAX_ENTRIES } from '../model/limits.js';
import { reason } from './reason.js';

export interface Entry {
  readonly name: string;
  /** Below the folder, with forward slashes. */
  readonly path: string;
}

export interface WalkOptions {
  /** Follows links, also those out of the folder. @default false */
  readonly follow?: boolean;
}

/**
 * Everything below a folder but folders, `node_modules` left out. Without `follow`, what is no file
 * or cannot be read is passed over; with it, whoever reads a name looks at what it is.
 * @throws CodegenError `SCHEMAS_UNREADABLE`, with `follow`: links in a circle, too much, no access
 */
export function* walkFolder(
  folder: string,
  { follow = false }: WalkOptions = {},
): Generator<Entry> {
  let real: string;
  try {
    real = realpathSync(folder);
  } catch (cause) {
    if (!follow) return;
    throw unreadable(folder, cause);
  }
  yield* new Walk(folder, follow).below('', [real]);
}

class Walk {
  private readonly folder: string;
  private readonly follow: boolean;
  private seen = 0;

  constructor(folder: string, follow: boolean) {
    this.folder = folder;
    this.follow = follow;
  }

  /** @param trail the folders that lead here, this one last, each by its real path */
  *below(at: string, trail: readonly string[]): Generator<Entry> {
    for (const entry of this.entries(at)) {
      const { name } = entry;
      if (name === 'node_modules') continue;
      const path = at === '' ? name : `${at}/${name}`;
      if (entry.isDirectory())
        yield* this.enter(path, { trail, real: join(trail.at(-1) ?? '', name) });
      else if (this.follow && entry.isSymbolicLink() && this.leadsToFolder(path))
        yield* this.enter(path, { trail, real: realpathSync(join(this.folder, path)) });
      else if (this.follow || entry.isFile()) yield { name, path };
    }
  }

  private *enter(
    path: string,
    { trail, real }: { trail: readonly string[]; real: string },
  ): Generator<Entry> {
    if (trail.includes(real))
      throw new CodegenError(
        'SCHEMAS_UNREADABLE',
        `${join(this.folder, path)} leads back to ${real}: links go in a circle.`,
      );
    yield* this.below(path, [...trail, real]);
  }

  private entries(at: string): readonly Dirent[] {
    const folder = join(this.folder, at);
    try {
      const found = readdirSync(folder, { withFileTypes: true });
      this.seen += found.length;
      if (this.seen > MAX_ENTRIES && this.follow)
        throw new CodegenError(
          'SCHEMAS_UNREADABLE',
          `The schemas folder ${this.folder} has over ${MAX_ENTRIES} files. Does a link lead out of it?`,
        );
      return found;
    } catch (cause) {
      if (!this.follow) return [];
      throw cause instanceof CodegenError ? cause : unreadable(folder, cause);
    }
  }

  private leadsToFolder(path: string): boolean {
    try {
      return statSync(join(this.folder, path)).isDirectory();
    } catch {
      // A link to nothing, or to itself: an error only if a schema is wanted from it.
      return false;
    }
  }
}

function unreadable(folder: string, cause: unknown): CodegenError {
  return new CodegenError(
    'SCHEMAS_UNREADABLE',
    `The schemas folder ${folder} cannot be read: ${reason(cause)}.`,
    { cause },
  );
}
