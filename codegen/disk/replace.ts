/**
 * The one door through which files are written: a temporary file beside the old one, then a rename.
 * Whoever reads a file, at any moment and after any crash, finds the old one or the new one as a whole.
 * Synchronous: for thousands of small files that takes a third of the time, and nothing else waits.
 */
import {
  closeSync,
  fchmodSync,
  fchownSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmdirSync,
  rmSync,
  type Stats,
  writeFileSync,
} from 'node:fs';
import { dirname, join, sep } from 'node:path';
import type { FileText } from '../emit/file.js';
import { CodegenError } from '../error.js';
import { reason } from './reason.js';
import { Targets, unwritable } from './target.js';
import { attempt, sweepTemporary, temporaryBeside } from './temporary.js';

/** What becomes of one folder. */
export interface FolderChange {
  /** Made if it is not there. */
  readonly folder: string;
  /** Paths below the folder, with forward slashes. */
  readonly files: readonly FileText[];
  /** Files to remove, and folders that are empty then. */
  readonly removed?: readonly string[];
  /**
   * Whether a further run makes the files again: then a power cut may take them back, and they are
   * not waited for one by one. @default false
   */
  readonly isReproducible?: boolean;
}

/**
 * Makes all the changes or, when one fails, none: everything is written to temporary files first,
 * and what was replaced before a failure is put back. What killed runs left is swept.
 * @throws CodegenError `OUTPUT_UNWRITABLE`
 */
export function replaceFiles(changes: readonly FolderChange[]): void {
  const steps: Step[] = [];
  const made: string[] = [];
  try {
    for (const { folder } of changes) sweepTemporary(folder);
    for (const change of changes) {
      const targets = new Targets(change.folder);
      for (const path of change.removed ?? []) steps.push(...removal(change, path, targets));
      for (const file of change.files) prepare(change, file, { targets, steps, made });
    }
    for (const step of steps) settle(step);
    take(steps, made);
  } catch (error) {
    for (const { temporary } of steps)
      if (temporary !== undefined) attempt(() => rmSync(temporary, { force: true }));
    for (const folder of made.reverse()) attempt(() => rmdirSync(folder));
    throw error;
  }
  for (const { folder, removed = [] } of changes)
    for (const path of removed) removeEmptyFolders(folder, dirname(path));
}

/** A file to put in the place of another, or to remove. */
interface Step {
  readonly target: string;
  /** The new file; absent where the old one is removed. */
  readonly temporary?: string;
  /** The old one, to be put back. */
  readonly before?: { readonly bytes: Uint8Array; readonly stats: Stats };
  readonly isDurable: boolean;
}

function removal({ folder, isReproducible }: FolderChange, path: string, targets: Targets): Step[] {
  const stats = targets.standing(path);
  const target = join(folder, path);
  const isDurable = isReproducible !== true;
  return stats === undefined
    ? []
    : [{ target, before: { bytes: bytesOf(target), stats }, isDurable }];
}

function prepare(
  { folder, isReproducible }: FolderChange,
  { path, text }: FileText,
  { targets, steps, made }: { targets: Targets; steps: Step[]; made: string[] },
): void {
  const target = join(folder, path);
  const stats = targets.standing(path);
  makeFolder(dirname(target), made);
  const isDurable = isReproducible !== true;
  const before = stats === undefined ? undefined : { bytes: bytesOf(target), stats };
  const temporary = temporaryBeside(target);
  // Noted before it is there: what is half written goes, too.
  steps.push({ target, temporary, isDurable, ...(before && { before }) });
  guarded(target, () => writeDown(temporary, text, { isDurable: false, like: stats }));
}

/**
 * Waits until a new file that must last is on the disk itself. When all are written: the first to be
 * waited for takes the others along, on file systems with a journal.
 */
function settle({ target, temporary, isDurable }: Step): void {
  if (temporary === undefined || !isDurable) return;
  guarded(target, () => {
    const file = openSync(temporary, 'r+');
    try {
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
  });
}

function makeFolder(folder: string, made: string[]): void {
  const first = guarded(folder, () => mkdirSync(folder, { recursive: true }));
  if (first === undefined) return;
  const below: string[] = [];
  for (let at = folder; at.length >= first.length; at = dirname(at)) below.unshift(at);
  made.push(...below);
}

/** Writes a new file, to the disk itself if it must last; with the rights of the one before it. */
function writeDown(
  path: string,
  content: string | Uint8Array,
  { isDurable, like }: { isDurable: boolean; like: Stats | undefined },
): void {
  const file = openSync(path, 'wx');
  try {
    if (like !== undefined) {
      fchmodSync(file, like.mode);
      // A container that runs as root leaves a file to its owner.
      if (process.getuid?.() === 0) attempt(() => fchownSync(file, like.uid, like.gid));
    }
    writeFileSync(file, content);
    if (isDurable) fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

/**
 * Old files go before new ones come: where `order.ts` and `Order.ts` are one name, the new file would
 * go with the old one. Only what cannot be made again goes last, when what takes its place is on the disk.
 */
function take(steps: readonly Step[], made: readonly string[]): void {
  const isRemoval = ({ temporary }: Step): boolean => temporary === undefined;
  const durable = steps.filter(({ isDurable }) => isDurable);
  const last = durable.filter(isRemoval);
  const first = steps.filter((step) => isRemoval(step) && !step.isDurable);
  const done: Step[] = [];
  try {
    for (const step of [...first, ...steps.filter((step) => !isRemoval(step))])
      carryOut(step, done);
    // A new folder, too, is there after a power cut only if the one above it was told to the disk.
    const folders = durable.filter((step) => !isRemoval(step)).map(({ target }) => dirname(target));
    const above = made
      .filter((folder) => folders.some((at) => isWithin(at, folder)))
      .map((at) => dirname(at));
    for (const folder of new Set([...folders, ...above])) syncFolder(folder);
    for (const step of last) carryOut(step, done);
  } catch (error) {
    for (const step of done.reverse()) attempt(() => putBack(step));
    throw error;
  }
  for (const folder of new Set(last.map(({ target }) => dirname(target)))) syncFolder(folder);
}

function carryOut(step: Step, done: Step[]): void {
  const { target, temporary } = step;
  guarded(target, () => (temporary === undefined ? rmSync(target) : renameSync(temporary, target)));
  done.push(step);
}

function isWithin(folder: string, above: string): boolean {
  return folder === above || folder.startsWith(`${above}${sep}`);
}

function putBack({ target, before }: Step): void {
  if (before === undefined) {
    rmSync(target, { force: true });
    return;
  }
  const temporary = temporaryBeside(target);
  writeDown(temporary, before.bytes, { isDurable: true, like: before.stats });
  renameSync(temporary, target);
}

/** Makes the rename itself last. Some systems cannot, and need not: Windows has no such call. */
function syncFolder(folder: string): void {
  attempt(() => {
    const handle = openSync(folder, 'r');
    try {
      fsyncSync(handle);
    } finally {
      closeSync(handle);
    }
  });
}

function removeEmptyFolders(root: string, path: string): void {
  for (let folder = path; folder !== '.'; folder = dirname(folder)) {
    const at = join(root, folder);
    let isEmpty = false;
    attempt(() => {
      isEmpty = readdirSync(at).length === 0;
    });
    if (!isEmpty) return;
    attempt(() => rmdirSync(at));
  }
}

function bytesOf(path: string): Uint8Array {
  return guarded(path, () => readFileSync(path));
}

/** Runs an operation; what fails says which file and why. */
function guarded<Result>(path: string, operation: () => Result): Result {
  try {
    return operation();
  } catch (cause) {
    throw cause instanceof CodegenError ? cause : unwritable(path, reason(cause), cause);
  }
}
