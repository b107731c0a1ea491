import { execFile } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);
const POLL_MS = 50;
const LIST_LIMIT_BYTES = 16 * 1024 * 1024;

/** Command lines of the living processes that contain `text`. */
export async function processesNaming(text: string): Promise<string[]> {
  const { stdout } = await run('ps', ['-A', '-ww', '-o', 'pid=,stat=,args='], {
    maxBuffer: LIST_LIMIT_BYTES,
  });
  const lines = stdout.split('\n').map((line) => line.trim());
  // A zombie is dead; its parent, which may be the init of a container, has not looked yet.
  return lines.filter((line) => line.includes(text) && !/^\d+ +Z/.test(line));
}

/** Waits until `check` answers true; the test's own timeout is the limit. */
export async function eventually(check: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await check())) await sleep(POLL_MS);
}
