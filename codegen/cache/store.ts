/** Where a cache is kept between runs. It may be deleted at any time: then everything is done again. */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Json } from '../../runtime/json.js';
import { replaceFiles } from '../disk/replace.js';
import { walkFolder } from '../disk/walk-folder.js';

/** Largest cache that is read, in bytes: that of some 100,000 schemas. */
const MAX_CACHE_BYTES = 268_435_456;
/** Hex digits of a cache's name and of the program's key. */
const HEX_DIGITS = 16;

/** Where the program's modules are, from this one: sources of two rooms, or what the build made of them. */
const ROOMS = import.meta.url.endsWith('.ts') ? ['..', '../../runtime'] : ['.', '../runtime'];
const MODULE = /(?<!\.d)\.c?[jt]s$/;

export interface Store {
  /** What was kept; nothing where there is nothing, or it is of another program. */
  load(): unknown;
  /** Keeps a state. Where nothing can be written the next run does everything again. */
  save(state: Json): void;
}

/**
 * The cache of something, in the `node_modules/.cache` nearest to a folder; without one nothing is kept.
 * @param names what it is of: the same names find it again
 */
export function storeAt(folder: string, names: readonly string[]): Store | undefined {
  const modules = nearestModules(resolve(folder));
  if (modules === undefined) return undefined;
  const place = join(modules, '.cache', 'tavro');
  const path = `${digest(names)}.json`;
  const file = join(place, path);
  return {
    load: () => {
      try {
        if (statSync(file).size > MAX_CACHE_BYTES) return undefined;
        const kept: unknown = JSON.parse(readFileSync(file, 'utf8'));
        return Object(kept).program === programKey() ? Object(kept).state : undefined;
      } catch {
        // Not there, or somebody wrote over it.
        return undefined;
      }
    },
    save: (state) => {
      const text = JSON.stringify({ program: programKey(), state });
      try {
        replaceFiles([{ folder: place, files: [{ path, text }], isReproducible: true }]);
      } catch {
        // A folder that is read-only, a full disk: no reason to fail.
      }
    },
  };
}

function nearestModules(folder: string): string | undefined {
  for (let at = folder; ; at = dirname(at)) {
    const modules = join(at, 'node_modules');
    if (existsSync(modules)) return modules;
    if (dirname(at) === at) return undefined;
  }
}

let key: string | undefined;

/** Tells this program from another version of it, also from one that is being worked on. */
function programKey(): string {
  key ??= digest(
    ROOMS.flatMap((room) => {
      const folder = fileURLToPath(new URL(room, import.meta.url));
      const modules = [...walkFolder(folder)].filter(({ name }) => MODULE.test(name));
      return modules.map(({ path }) => {
        const { size, mtimeMs } = statSync(join(folder, path));
        return `${room}/${path} ${size} ${mtimeMs}`;
      });
    }),
  );
  return key;
}

function digest(texts: readonly string[]): string {
  return createHash('sha256').update(JSON.stringify(texts)).digest('hex').slice(0, HEX_DIGITS);
}
