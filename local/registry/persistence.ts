/** Keeps the registry's state in a file. */
import { randomUUID } from 'node:crypto';
import { mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { asObject } from '../../runtime/registry/http.js';
import { faults } from './fault.js';
import { emptyState, parseState, type State, serializeState } from './state.js';

export interface StateFile {
  readonly state: State;
  /** Writes the state; resolves when it is on disk. @throws Fault 50001 */
  readonly save: () => Promise<void>;
}

/** Reads the file, or starts empty where there is none. @throws Error when it is not ours */
export async function openFile(path: string): Promise<StateFile> {
  const state = await read(path);
  let written = serializeState(state);
  let last = Promise.resolve();
  return {
    state,
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
    throw new Error(`${path} is not a registry file: ${why}. Move it away to start empty.`, {
      cause,
    });
  }
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
