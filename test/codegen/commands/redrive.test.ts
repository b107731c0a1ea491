/** `tavro redrive` as it is typed: what it takes, whom it asks, what it refuses. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { run } from '../../../codegen/program.js';

const LETTERS = [7, 8].map((offset) => ({
  id: `clicks-0@${offset}`,
  cause: { code: 'DECODE', topic: 'clicks', partition: '0', offset: `${offset}`, timestamp: '1' },
  record: { key: null, value: 'AQ==', headers: [] },
}));
const TEXT = LETTERS.map((letter) => JSON.stringify(letter)).join('\n');

let folder: string;
let file: string;
let handler: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tavro-redrive-'));
  file = join(folder, 'letters.jsonl');
  await writeFile(file, TEXT);
  handler = join(folder, 'handler.mjs');
  await writeFile(
    handler,
    'export const handler = async (event) => { globalThis.redriven = event.records; };',
  );
  await writeFile(join(folder, 'none.mjs'), 'export const other = 1;');
  await writeFile(join(folder, 'broken.ts'), 'enum A { B = 1 %');
});
afterAll(() => rm(folder, { recursive: true }));

async function redrive(args: readonly string[], answer?: string, text = '') {
  const printed: string[] = [];
  const stdin = answer === undefined ? Readable.from([Buffer.from(text)]) : new PassThrough();
  if (answer !== undefined) stdin.push(answer);
  const exit = await run(['redrive', ...args], {
    out: (line) => printed.push(line),
    err: (line) => printed.push(`! ${line}`),
    env: {},
    signal: new AbortController().signal,
    stdin,
    isInteractive: answer !== undefined,
    now: () => new Date('2026-12-01T12:00:00Z'),
  });
  return { exit, text: printed.join('\n') };
}

/** What the handler in the file was given last. */
function redriven(): readonly number[] {
  const { redriven: records }: { redriven?: Record<string, readonly { offset: number }[]> } =
    Object(globalThis);
  Object.assign(globalThis, { redriven: undefined });
  return Object.values(records ?? {})
    .flat()
    .map(({ offset }) => offset);
}

it('shows, asks and sends', async () => {
  const { exit, text } = await redrive(['--from', file, '--to-handler', handler], 'yes\n');
  expect([exit, redriven()]).toEqual([0, [7, 8]]);
  expect(text.replaceAll(folder, '.')).toMatchInlineSnapshot(`
"2 dead letters in ./letters.jsonl, for the handler of ./handler.mjs:
letters  topic   cause   age
      2  clicks  DECODE  20788 d
! Send 2 dead letters to the handler of ./handler.mjs? [y/N]
sent 2 of 2 dead letters"
`);
});

it('sends nothing where the answer is no, or none', async () => {
  const args = ['--from', file, '--to-handler', handler];
  expect((await redrive(args, 'n\n')).text).toMatch(/! Nothing was sent\.$/);
  expect((await redrive(args, '\n')).text).toMatch(/! Nothing was sent\.$/);
  expect(redriven()).toEqual([]);
});

it('sends without asking with --yes, also from standard input', async () => {
  const args = ['--from', '-', '--to-handler', handler, '--yes', '--max', '1'];
  const { exit } = await redrive(args, undefined, TEXT);
  expect([exit, redriven()]).toEqual([0, [7]]);
});

it('refuses where nobody can be asked', async () => {
  const args = ['--from', file, '--to-handler', handler];
  expect(await redrive(args)).toEqual({
    exit: 2,
    text: '! Nobody is there to be asked. `--dry-run` shows what would be sent, `--yes` sends it without asking.',
  });
  const { exit, text } = await redrive(['--from', '-'], 'yes\n');
  expect([exit, text]).toEqual([
    2,
    '! Standard input cannot hold dead letters and an answer: give a file, or `--yes`.',
  ]);
  expect(redriven()).toEqual([]);
});

describe('refuses', () => {
  it.each([
    [[], 2, 'Where do the dead letters lie? Give --from'],
    [
      ['--from', 'no/such.json', '--yes'],
      2,
      'There is no file "no/such.json", and no topic has such a name.',
    ],
    [['--from', 'dead', '--to-topic', 'dead', '--yes'], 2, 'They lie in dead already'],
    [['--from', 'f', '--to-topic', 't', '--to-handler', 'h'], 2, 'cannot be used with option'],
    [['--from', 'f', '--max', '0'], 2, 'At least 1.'],
    [
      ['--from', 'dead', '--yes'],
      1,
      'Kafka cannot be reached: The environment is not complete.\n!   KAFKA_BOOTSTRAP_SERVERS is not set',
    ],
  ])('%j', async (args, exit, message) => {
    const ended = await redrive(args);
    expect(ended.exit).toBe(exit);
    expect(ended.text).toContain(message.replaceAll('\n! ', '\n'));
  });

  it.each([
    ['none.mjs', / exports no function `handler`\.$/],
    ['gone.mjs', /gone\.mjs cannot be loaded: /],
    ['broken.ts', /cannot be loaded: [\s\S]* Compile it first, and give the \.js file\.$/],
  ])('a module that has no handler: %s', async (name, message) => {
    const args = ['--from', file, '--to-handler', join(folder, name), '--yes'];
    const { exit, text } = await redrive(args);
    expect([exit, text]).toEqual([1, expect.stringMatching(message)]);
  });
});
