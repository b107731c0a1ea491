import { setTimeout as sleep } from 'node:timers/promises';
import { runOrdeal, type Scenario } from '../run.js';
import { until } from '../waiting.js';
import { single } from './shapes.js';

/** The topic is deleted and made anew, sometimes with fewer partitions. */
export const recreated: Scenario = {
  name: 'recreated',
  cluster: 'one',
  run: (context) =>
    runOrdeal(context, {
      topic: single(6),
      async harm({ topic, ledger, untilAcknowledged }) {
        const { cluster, draws, short } = context;
        const counts: number[] = [];
        for (let n = 0; n < (short ? 1 : 4); n++) {
          await sleep(1_000);
          await cluster.deleteTopic(topic);
          await sleep(draws.whole(0, 1_000));
          const partitions = draws.pick([3, 6]);
          await cluster.createTopic(single(partitions), topic);
          // Of what was sent before, some went to the topic that is gone.
          ledger.excuse();
          await untilAcknowledged(Array.from({ length: partitions }, (_, id) => id));
          counts.push(partitions);
        }
        return [`made anew with ${counts.join(', ')} partitions`];
      },
    }),
};

export const partitionsAdded: Scenario = {
  name: 'partitions-added',
  cluster: 'one',
  run: (context) =>
    runOrdeal(context, {
      topic: single(3),
      // It may take half a minute until they are seen.
      load: { underWay: 1, pauseMs: () => 20 },
      async harm({ topic, ledger }) {
        await sleep(1_000);
        const fromMs = Date.now();
        await context.cluster.until(`${topic} has more partitions`, async (admin) => {
          // It has them where only the answer of an attempt before got lost.
          await admin
            .createPartitions({ topicPartitions: [{ topic, count: 6 }] })
            .catch(() => undefined);
          return (await admin.fetchTopicOffsets(topic)).length === 6;
        });
        if (context.short) {
          await sleep(3_000);
          return [];
        }
        const isUsed = () => [3, 4, 5].some((id) => ledger.hasAcknowledged(id, fromMs));
        await until('a new partition is used', isUsed, 20);
        const usedMs = Date.now() - fromMs;
        await sleep(2_000);
        return [`new partitions were used after ${(usedMs / 1000).toFixed(1)} s`];
      },
    }),
};
