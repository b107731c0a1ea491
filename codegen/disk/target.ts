/** Where a file is to go: what stands there, and whether it may be replaced. */
import { lstatSync, type Stats, statSync } from 'node:fs';
import { join } from 'node:path';
import { CodegenError } from '../error.js';
import { reason, systemCode } from './reason.js';

/** What file systems take; a path whose folder is not there yet cannot be asked for. */
const MAX_NAME_BYTES = 255;

/** Looks at places below one folder before anything is written there. */
export class Targets {
  private readonly folder: string;
  /** Folders that were looked at, by path: whether they are there. */
  private readonly folders = new Map<string, boolean>();

  constructor(folder: string) {
    this.folder = folder;
  }

  /**
   * The file that stands at a path; `undefined` for none. The folder itself may be a link, nothing
   * below it: a link may lead to what is not ours.
   * @param path below the folder, with forward slashes
   * @throws CodegenError `OUTPUT_UNWRITABLE` for what leads out of it, a link, or what is neither file nor folder
   */
  standing(path: string): Stats | undefined {
    const parts = path.split('/');
    const file = join(this.folder, path);
    if (parts.includes('..')) throw unwritable(file, 'it leads out of its folder');
    if (parts.some((part) => Buffer.byteLength(part) > MAX_NAME_BYTES))
      throw unwritable(file, reason({ code: 'ENAMETOOLONG' }));
    for (let depth = 0; depth < parts.length; depth++)
      if (!this.isFolder(parts.slice(0, depth).join('/'))) return undefined;
    const found = look(file, lstatSync);
    if (found === undefined || found.isFile()) return found;
    throw unwritable(file, found.isSymbolicLink() ? LINK : nature(found));
  }

  private isFolder(path: string): boolean {
    const known = this.folders.get(path);
    if (known !== undefined) return known;
    const folder = join(this.folder, path);
    const found = look(folder, path === '' ? statSync : lstatSync);
    if (found?.isSymbolicLink()) throw unwritable(folder, LINK);
    if (found !== undefined && !found.isDirectory()) throw unwritable(folder, 'it is not a folder');
    this.folders.set(path, found !== undefined);
    return found !== undefined;
  }
}

const LINK = 'it is a link, and may lead to what is not ours. Put a real file or folder there';

function nature(found: Stats): string {
  if (found.isDirectory()) return 'it is a folder';
  return `it is ${found.isFIFO() ? 'a FIFO' : found.isSocket() ? 'a socket' : 'a device'}, not a file`;
}

function look(path: string, stat: (path: string) => Stats): Stats | undefined {
  try {
    return stat(path);
  } catch (cause) {
    if (systemCode(cause) === 'ENOENT') return undefined;
    throw unwritable(path, reason(cause), cause);
  }
}

/** A file that cannot be written. */
export function unwritable(path: string, why: string, cause?: unknown): CodegenError {
  return new CodegenError(
    'OUTPUT_UNWRITABLE',
    `${path} cannot be written: ${why}. Nothing was changed.`,
    { cause },
  );
}
