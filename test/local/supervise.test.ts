import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type SupervisedPlan, supervise } from '../../local/kafka/supervise.js';
import { eventually, processesNaming } from './processes.js';

const START_TIMEOUT_MS = 180_000;

/** Prints `says`, and ends with `code` or stays. The directory marks it in the process list. */
function program(directory: string, says: string, code?: number) {
  const stay = code === undefined ? 'setInterval(() => {}, 1000)' : `process.exitCode = ${code}`;
  return {
    command: process.execPath,
    args: ['-e', `console.log(${JSON.stringify(says)}); ${stay}`, directory],
  };
}

describe('supervise', () => {
  let directory: string;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'tavro-test-'));
  });
  afterEach(async () => {
    rmSync(directory, { recursive: true, force: true });
    expect(await processesNaming(directory)).toEqual([]);
  });
  const start = (plan: SupervisedPlan) => supervise(directory, plan);

  it(
    'runs commands in turn, and stop kills them and removes the directory',
    async () => {
      const commands = [program(directory, 'first', 0), program(directory, 'second')];
      const supervised = start({ commands });
      await eventually(() => supervised.logTail() === 'first\nsecond');
      await supervised.stop();
      await supervised.stop();
      expect(await processesNaming(directory)).toEqual([]);
      expect(existsSync(directory)).toBe(false);
    },
    START_TIMEOUT_MS,
  );

  it(
    'tells of the end, keeps the log, and does not go on after a failure',
    async () => {
      const supervised = start({
        commands: [program(directory, 'failed', 3), program(directory, 'never')],
      });
      expect(await supervised.ended).toEqual({ command: process.execPath, code: 3, signal: null });
      expect(supervised.logTail()).toBe('failed');
      await supervised.stop();
      expect(existsSync(directory)).toBe(false);
    },
    START_TIMEOUT_MS,
  );

  it(
    'tells of a command that cannot be started',
    async () => {
      const supervised = start({ commands: [{ command: `${directory}/not-there`, args: [] }] });
      const { error } = await supervised.ended;
      await supervised.stop();
      expect(error).toMatch(/ENOENT/);
    },
    START_TIMEOUT_MS,
  );

  it(
    'runs the last command, with its environment, when all is over',
    async () => {
      const mark = `${directory}-mark`;
      const write = `require('node:fs').writeFileSync(${JSON.stringify(mark)}, process.env.MARK)`;
      const supervised = start({
        commands: [program(directory, 'up')],
        afterwards: { command: process.execPath, args: ['-e', write], env: { MARK: 'done' } },
      });
      await eventually(() => supervised.logTail() === 'up');
      await supervised.stop();
      expect(readFileSync(mark, 'utf8')).toBe('done');
      rmSync(mark);
    },
    START_TIMEOUT_MS,
  );

  it(
    'kills the commands even when the watchdog was killed',
    async () => {
      const supervised = start({ commands: [program(directory, 'up')] });
      await eventually(() => supervised.logTail() === 'up');
      const watchdog = (await processesNaming(directory)).find((line) =>
        line.includes('plan.json'),
      );
      process.kill(Number.parseInt(watchdog ?? '', 10), 'SIGKILL');
      expect(await supervised.ended).toMatchObject({ command: 'watchdog', signal: 'SIGKILL' });
      expect(await processesNaming(directory)).toHaveLength(1);
      await supervised.stop();
      await eventually(async () => (await processesNaming(directory)).length === 0);
      expect(existsSync(directory)).toBe(false);
    },
    START_TIMEOUT_MS,
  );
});
