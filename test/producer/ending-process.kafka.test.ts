/** A process with a producer ends: by itself, or by a signal. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { expect, it } from '@jest/globals';
import { sharedBroker } from '../kafka-broker.js';
import { newTopic, readTopic } from './broker.js';
import { startKafkaProxy } from './kafka-proxy.js';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const PROGRAM = ['--conditions=tavro-source', '--import', 'tsx', 'test/producer/ending-process.ts'];
const ALL = ['user-0', 'user-1', 'user-2', 'user-3'];

interface Ending {
  /** Number of the first Produce request whose answer is lost. @default none is */
  readonly deafFrom?: number;
}

/** Runs the program, and sends SIGTERM where it is ready for it. */
async function run(how: string, { deafFrom = Number.POSITIVE_INFINITY }: Ending = {}) {
  const broker = sharedBroker().plaintext;
  const topic = await newTopic(1);
  const proxy = await startKafkaProxy(broker, (n) => (n >= deafFrom ? 'swallow' : 'pass'));
  const child = spawn(process.execPath, [...PROGRAM, broker, proxy.address, topic, how], {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  let warned = '';
  child.stdout.on('data', (text) => {
    said += text;
    if (`${text}`.includes('ready')) child.kill('SIGTERM');
  });
  child.stderr.on('data', (text) => {
    warned += text;
  });
  const [code, signal] = await once(child, 'close');
  await proxy.close();
  const users = (await readTopic(topic)).map(({ user }) => user);
  return { code, signal, said, warned, users };
}

it('ends by itself where nobody closed it, and is told so', async () => {
  const { code, said, warned, users } = await run('forget');
  expect({ code, said, users }).toEqual({ code: 0, said: '0\n', users: ['user-0'] });
  expect(warned).toMatch(
    /\[TAVRO_PRODUCER_NOT_CLOSED\] Warning: A producer to 127\.0\.0\.1:\d+ was never closed\. Every message of it has its outcome, so the process ends\. Await `close\(\)` when its work is done, or hold it with `await using`\./,
  );
});

it('sends what waits at a signal, which then ends the process', async () => {
  const { signal, users, warned } = await run('signal');
  expect({ signal, users, warned }).toEqual({ signal: 'SIGTERM', users: ALL, warned: '' });
});

it('does not wait longer than it may', async () => {
  const { signal, users } = await run('signal', { deafFrom: 1 });
  expect({ signal, users }).toEqual({ signal: 'SIGTERM', users: ALL });
});

it('leaves the end to who else listens', async () => {
  const { code, users } = await run('listen');
  expect({ code, users }).toEqual({ code: 7, users: ALL });
});
