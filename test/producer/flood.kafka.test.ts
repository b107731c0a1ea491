/** A loop that awaits nothing: three times as many messages as the buffer holds. */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it } from '@jest/globals';
import { sharedBroker } from '../kafka-broker.js';
import { newTopic, withAdmin } from './broker.js';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const COUNT = 300_000;
/** Node's heap may not be larger, in MiB: some 3 KiB for each of the messages that wait. */
const HEAP_MB = 900;

it('refuses nothing, and holds no more memory than it may', async () => {
  const topic = await newTopic(3);
  const broker = sharedBroker().plaintext;
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [
      `--max-old-space-size=${HEAP_MB}`,
      '--conditions=tavro-source',
      '--import',
      'tsx',
      'test/producer/flooding-process.ts',
      broker,
      topic,
      String(COUNT),
    ],
    { cwd: ROOT },
  );
  expect(JSON.parse(stdout)).toEqual({ delivered: COUNT });
  const ends = await withAdmin(broker, (admin) => admin.fetchTopicOffsets(topic));
  expect(ends.reduce((sum, { high }) => sum + Number(high), 0)).toBe(COUNT);
});
