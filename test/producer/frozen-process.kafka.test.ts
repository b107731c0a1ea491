/** A process that is stopped and continued, as a Lambda is between two events. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { expect, it } from '@jest/globals';
import { sharedBroker } from '../kafka-broker.js';
import { newTopic, readTopic } from './broker.js';
import { CUTS, type Cut, startKafkaProxy } from './kafka-proxy.js';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const PROGRAM = [
  '--conditions=tavro-source',
  '--import',
  'tsx',
  'test/producer/sending-process.ts',
];
const numbers = (count: number) => Array.from({ length: count }, (_, n) => n);
/** Longer than the process's time-out for a request. */
const FROZEN_MS = 700;

async function setUp() {
  const broker = sharedBroker().plaintext;
  const topic = await newTopic(1);
  const proxy = await startKafkaProxy(broker, () => 'pass');
  const child = spawn(process.execPath, [...PROGRAM, broker, proxy.address, topic], {
    cwd: ROOT,
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const answers = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    topic,
    proxy,
    ask: (count: number) => child.stdin.write(`${count}\n`),
    answer: async (): Promise<unknown> => JSON.parse(String((await answers.next()).value)),
    async freeze(meanwhile: () => void) {
      child.kill('SIGSTOP');
      await sleep(FROZEN_MS / 2);
      meanwhile();
      await sleep(FROZEN_MS / 2);
      child.kill('SIGCONT');
    },
    async end() {
      child.stdin.end();
      await once(child, 'close');
      await proxy.close();
    },
  };
}

it.each(CUTS)('sends on when its connections were cut meanwhile (%s)', async (how: Cut) => {
  const { topic, proxy, ask, answer, freeze, end } = await setUp();
  const rounds = 4;
  for (const round of numbers(rounds)) {
    const wanted = numbers(10).map((n) => 10 * round + n);
    ask(10);
    // Stopped while idle, then with messages under way.
    if (round % 2 === 0) expect(await answer()).toEqual(wanted);
    await freeze(() => proxy.cut(how));
    if (round % 2 === 1) expect(await answer()).toEqual(wanted);
  }
  await end();
  const users = (await readTopic(topic)).map(({ user }) => user);
  expect(users).toEqual(numbers(10 * rounds).map((n) => `user-${n}`));
});
