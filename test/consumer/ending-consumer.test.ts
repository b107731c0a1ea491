/** Processes that consume and are told to end, or cannot go on. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { expect, it } from '@jest/globals';

const PROGRAM = path.join(import.meta.dirname, 'child/consuming.ts');
const ROOT = path.join(import.meta.dirname, '../..');

/** Runs the program, and sends it SIGTERM when it says that a record is under way. */
async function run(how: string) {
  const flags = ['--conditions=tavro-source', '--import', 'tsx'];
  const child = spawn(process.execPath, [...flags, PROGRAM, how], { cwd: ROOT });
  let [out, err] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    out += text;
    if (text.includes('ready')) child.kill('SIGTERM');
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    err += text;
  });
  const [code, signal] = await once(child, 'close');
  return { lines: out.split('\n').filter((line) => line !== ''), err, code, signal };
}

it('SIGTERM lets what runs end and commits it, and then ends the process', async () => {
  const { lines, code, signal } = await run('signal');
  // Ended by the signal, it runs no code at its exit.
  expect(lines).toEqual(['ready', 'handled']);
  expect([code, signal]).toEqual([null, 'SIGTERM']);
});

it('SIGTERM ends the first process of a container, too, whatever it has open', async () => {
  const { lines, code } = await run('first');
  expect(lines).toEqual(['ready', 'handled', 'committed 1']);
  expect(code).toBe(143);
});

it('SIGTERM leaves the end to who listens to it, by when the record is committed', async () => {
  const { lines, code } = await run('listen');
  expect(lines).toEqual(['ready', 'handled', 'committed 1']);
  expect(code).toBe(7);
});

it('a consumer that cannot go on, and whose end nobody waits for, ends the process', async () => {
  const { lines, code, err } = await run('fail');
  expect(lines).toEqual(['committed undefined']);
  expect(code).toBe(1);
  expect(err).toContain('ConsumerError.HANDLER');
});
