/** `codegen --watch` as a process: how long it takes from saving an edit until it says that it is done. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Workspace } from './workspace.js';

/** Longest wait for one run, in milliseconds. */
const MAX_WAIT_MS = 300_000;

/**
 * Milliseconds of each of several edits of one field.
 * @param first fields that the first of them adds to what was released
 */
export async function watchedEdits(
  workspace: Workspace,
  { first, times }: { first: number; times: number },
): Promise<number[]> {
  const { flags, cli } = workspace.build;
  const child = spawn(process.execPath, [...flags, cli, 'codegen', '--watch'], {
    cwd: workspace.folder,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  try {
    await nextDone(child);
    const took: number[] = [];
    for (let at = 0; at < times; at++) {
      const done = nextDone(child);
      const start = performance.now();
      await workspace.edit(0, first + at);
      await done;
      took.push(performance.now() - start);
    }
    return took;
  } finally {
    if (child.exitCode === null) {
      child.kill('SIGTERM');
      await once(child, 'exit');
    }
  }
}

/** Until a process that watches says that a run is done. @throws Error if it ends, or says nothing for long */
export function nextDone(child: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    let said = '';
    const settle = (error?: Error): void => {
      clearTimeout(timer);
      child.stderr?.off('data', onData);
      child.off('exit', onExit);
      if (error === undefined) resolve();
      else reject(error);
    };
    const onData = (chunk: Buffer): void => {
      said += chunk.toString();
      if (said.includes('Done in')) settle();
    };
    const onExit = (code: number | null): void =>
      settle(new Error(`--watch ended with ${code}: ${said}`));
    const timer = setTimeout(() => settle(new Error(`--watch said only: ${said}`)), MAX_WAIT_MS);
    child.stderr?.on('data', onData);
    child.on('exit', onExit);
  });
}
