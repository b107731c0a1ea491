/** Keeps the registry's state in a file. */
import { randomUUID } from 'node:crypto';
import { mkdir, open, readdir, readFile, realpath, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { asObject } from '../../runtime/registry/http.js';
import { faults } from './fault.js';
import { holdFile } from './file-holder.js';
import { RegistryStartError } from './start-error.js';
import { emptyState, parseState, type State, serializeState } from './state.js';

export interface StateFile {
  readonly state: State;
  /** Writes the state; resolves when it is on disk. @throws Fault 50001 */
  readonly save: () => Promise<void>;
  /** Lets another process have the file. */
  readonly close: () => Promise<void>;
}

/**
 * Reads the file, or starts empty where there is none, and keeps others from it.
 * @throws RegistryStartError when another process has it, or it is not ours
 */
export async function openFile(given: string): Promise<StateFile> {
  await mkdir(dirname(given), { recursive: true });
  // What a link leads to is replaced, not the link.
  const path = await realpath(given).catch(() => given);
  const close = await holdFile(path);
  try {
    await sweep(path);
    return keep(path, await read(path), close);
  } catch (error) {
    await close();
    throw error;
  }
}

function keep(path: string, state: State, close: StateFile['close']): StateFile {
  let written = serializeState(state);
  let last = Promise.resolve();
  return {
    state,
    close,
    save() {
      // One write after the other; each writes what is there when its turn comes.
      const turn = last.then(async () => {
        const text = serializeState(state);
        if (text === written) return;
        await write(path, text);
        written = text;
      });
      last = turn.catch(() => undefined);
      return turn.catch((error: unknown) => {
        throw faults.storeFailed(error);
      });
    },
  };
}

async function read(path: string): Promise<State> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if (asObject(error).code === 'ENOENT') return emptyState();
    throw error;
  }
  try {
    return parseState(text);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new RegistryStartError(
      'FILE_INVALID',
      `${path} is not a registry file: ${why}. Move it away to start empty.`,
      { cause },
    );
  }
}

const TEMPORARY = /^\.[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}\.tmp$/;

/** Takes away what a process left that was ended while it wrote: nobody else writes now. */
async function sweep(path: string): Promise<void> {
  const [folder, name] = [dirname(path), basename(path)];
  for (const entry of await readdir(folder))
    if (entry.startsWith(name) && TEMPORARY.test(entry.slice(name.length)))
      await rm(join(folder, entry), { force: true });
}

/** Replaces the file as a whole: whoever reads it, also after a crash, sees the old or the new one. */
async function write(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const temporary = `${path}.${randomUUID()}.tmp`;
  try {
    const file = await open(temporary, 'w', 0o600);
    try {
      await file.writeFile(text);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}
