/** Processes that are killed inside of a transaction, or outlive their successor. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterEach, expect, it } from '@jest/globals';
import { createProducer, kafkajsTransport } from '../../producer/index.js';
import { sharedBroker, uniqueName } from '../kafka-broker.js';
import { newTopic } from './broker.js';
import { click, clicks, scriptedRegistry } from './clicks.js';
import { readCommitted } from './committed.js';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const PROGRAM = [
  '--conditions=tavro-source',
  '--import',
  'tsx',
  'test/producer/transforming-process.ts',
];
const numbers = (count: number) => Array.from({ length: count }, (_, n) => n);
const COUNT = 60;

const ends: (() => void)[] = [];
afterEach(() => {
  for (const end of ends.splice(0)) end();
});

/** Two topics, the first of which has messages, and what reads it into the second. */
async function setUp() {
  const broker = sharedBroker().plaintext;
  const [from, to] = [await newTopic(1), await newTopic(1)];
  const { registry } = scriptedRegistry(() => [404, {}]);
  const producer = createProducer({ transport: kafkajsTransport({ brokers: [broker] }), registry });
  for (const n of numbers(COUNT)) {
    // By themselves, so that what reads them gets them in several batches.
    await producer.send({ ...clicks, name: from }, { key: null, value: click(n) });
  }
  await producer.close();
  const names = [broker, from, to, uniqueName('group')];
  const ownId = uniqueName('tx');
  const start = (transactionalId = ownId) => {
    const child = spawn(process.execPath, [...PROGRAM, ...names, transactionalId], {
      cwd: ROOT,
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    ends.push(() => child.kill('SIGKILL'));
    const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    const next = async () => String((await lines.next()).value).split(' ');
    return {
      next,
      go: () => child.stdin.write('\n'),
      signal: (name: NodeJS.Signals) => child.kill(name),
      async kill() {
        child.kill('SIGKILL');
        await once(child, 'close');
      },
      /** Lets it commit all that is left; answers how many. */
      async finish(left: number): Promise<number> {
        let done = 0;
        while (done < left) {
          child.stdin.write('\n');
          const [word, count] = await next();
          if (word === 'done') done += Number(count);
          if (word === 'failed') throw new Error(`failed ${count}`);
        }
        return done;
      },
    };
  };
  return { start, written: () => readCommitted(to) };
}

const users = numbers(COUNT).map((n) => `user-${n}`);

it('killed before each commit, a process writes what it reads exactly once', async () => {
  const { start, written } = await setUp();
  let left = COUNT;
  for (const _ of numbers(3)) {
    const process = start();
    expect(await process.next()).toEqual(['sent', expect.any(String)]);
    process.go();
    const [word, count] = await process.next();
    expect(word).toBe('done');
    left -= Number(count);
    expect(await process.next()).toEqual(['sent', expect.any(String)]);
    await process.kill();
  }
  await start().finish(left);
  expect(left).toBeGreaterThan(0);
  expect(await written()).toEqual([users]);
}, 120_000);

it('stopped inside of a transaction, a process is fenced by its successor', async () => {
  const { start, written } = await setUp();
  const first = start();
  expect(await first.next()).toEqual(['sent', expect.any(String)]);
  first.signal('SIGSTOP');
  const second = start();
  await second.finish(COUNT);
  first.signal('SIGCONT');
  first.go();
  expect(await first.next()).toEqual(['failed', 'FENCED']);
  expect(await written()).toEqual([users]);
}, 120_000);

it('stopped for so long that its group gives its partition away, a process commits nothing of it', async () => {
  const { start, written } = await setUp();
  const first = start();
  expect(await first.next()).toEqual(['sent', expect.any(String)]);
  first.signal('SIGSTOP');
  // It has another transactional id, and fences nobody: the group's generation does.
  const second = start(uniqueName('tx'));
  await second.finish(COUNT);
  first.signal('SIGCONT');
  first.go();
  expect(await first.next()).toEqual(['failed', 'REBALANCED']);
  expect(await written()).toEqual([users]);
}, 120_000);
