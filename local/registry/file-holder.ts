/** One process keeps a file: a note beside it says which. */

import { randomUUID } from 'node:crypto';
import { link, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { asObject } from '../../runtime/registry/http.js';
import { RegistryStartError } from './start-error.js';

/** Notes of this process: its number alone may be that of one that ended, as in a container. */
const own = new Set<string>();
/** How often a note that nobody stands behind any more is taken away before giving up. */
const MAX_TRIES = 5;

/**
 * Holds a file for this process until the answered function is called.
 * @throws RegistryStartError `FILE_HELD`
 */
export async function holdFile(path: string): Promise<() => Promise<void>> {
  const note = `${path}.lock`;
  for (let tries = 0; tries < MAX_TRIES; tries++) {
    if (await writeNote(note)) {
      own.add(note);
      return async () => {
        if (own.delete(note)) await rm(note, { force: true });
      };
    }
    const holder = await readNote(note);
    if (holder !== undefined && isAlive(holder, note)) throw held(path, note, holder);
    await takeAway(note);
  }
  throw held(path, note, {});
}

interface Holder {
  readonly pid?: unknown;
  readonly host?: unknown;
}

/** Whether there was none. It appears whole: nobody reads half a note. */
async function writeNote(note: string): Promise<boolean> {
  const draft = `${note}.${randomUUID()}`;
  try {
    await writeFile(draft, JSON.stringify({ pid: process.pid, host: hostname() }), { mode: 0o600 });
    await link(draft, note);
    return true;
  } catch (error) {
    if (asObject(error).code === 'EEXIST') return false;
    throw error;
  } finally {
    await rm(draft, { force: true });
  }
}

/** `undefined` where it is gone meanwhile. */
async function readNote(note: string): Promise<Holder | undefined> {
  try {
    return asObject(JSON.parse(await readFile(note, 'utf8')));
  } catch (error) {
    if (asObject(error).code === 'ENOENT') return undefined;
    // Not ours, or lost with a machine that went down.
    if (error instanceof SyntaxError) return {};
    throw error;
  }
}

function isAlive({ pid, host }: Holder, note: string): boolean {
  if (typeof pid !== 'number') return false;
  // Of another machine or container nothing is known.
  if (host !== hostname()) return true;
  if (pid === process.pid) return own.has(note);
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // It is there, and belongs to somebody else.
    return asObject(error).code === 'EPERM';
  }
}

/** By its name, which only one of several can do; what was not meant is put back. */
async function takeAway(note: string): Promise<void> {
  const aside = `${note}.${randomUUID()}`;
  try {
    await rename(note, aside);
  } catch (error) {
    if (asObject(error).code === 'ENOENT') return;
    throw error;
  }
  const holder = await readNote(aside);
  if (holder !== undefined && isAlive(holder, note)) await link(aside, note).catch(() => undefined);
  await rm(aside, { force: true });
}

function held(path: string, note: string, { pid, host }: Holder): RegistryStartError {
  const who = pid === undefined ? 'Another registry' : `The registry of process ${pid} on ${host}`;
  return new RegistryStartError(
    'FILE_HELD',
    `${who} keeps ${path}: end it, or give another file. If it ended without saying so, remove ${note}.`,
  );
}
