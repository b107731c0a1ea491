import { expect, it } from '@jest/globals';
import type { KafkaEvent } from '../../../consumer/index.js';
import { MemoryBroker, memorySource } from '../../../local/memory/index.js';
import { startPoller } from '../../../local/poller/index.js';

const record = { key: null, value: Uint8Array.of(1), headers: [], timestampMs: 0 };

/** One poller over the memory broker, until it has seen `records`. */
async function consume(broker: MemoryBroker, group: string, records: number) {
  const offsets: string[] = [];
  let finish = (): void => {};
  const finished = new Promise<void>((resolve) => {
    finish = resolve;
  });
  const poller = startPoller({
    source: memorySource(broker)(group),
    topics: ['t'],
    batchSize: 4,
    windowMs: 20,
    handler: async (event: KafkaEvent) => {
      for (const list of Object.values(event.records)) {
        offsets.push(...list.map(({ partition, offset }) => `${partition}@${offset}`));
      }
      if (offsets.length >= records) finish();
    },
  });
  await Promise.race([finished, poller.done]);
  await poller.stop();
  return offsets.sort();
}

it('reads every record once, and the next of its group goes on where it stopped', async () => {
  const broker = new MemoryBroker();
  broker.createTopic('t', { partitions: 3 });
  for (const partition of [0, 0, 0, 0, 0, 1, 2, 2])
    broker.append({ topic: 't', partition }, record);
  const all = ['0@0', '0@1', '0@2', '0@3', '0@4', '1@0', '2@0', '2@1'];
  expect(await consume(broker, 'g', 8)).toEqual(all);
  broker.append({ topic: 't', partition: 0 }, record);
  expect(await consume(broker, 'g', 1)).toEqual(['0@5']);
  expect(await consume(broker, 'other', 9)).toEqual([...all, '0@5'].sort());
});
