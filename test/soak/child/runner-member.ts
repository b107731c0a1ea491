/** See ../runner-member.ts: a member of the group that notes each record before it is done with it. */
import { setTimeout as sleep } from 'node:timers/promises';
import { jsonLogger, on, runConsumer } from '../../../consumer/index.js';
import { createRegistry } from '../../../runtime/index.js';
import { providePeer } from '../../chaos/peers.js';
import { userClicksAvro } from '../../frozen/generated/topics.js';
import { sequencedOf } from '../runner-events.js';
import { openJournal } from '../runner-journal.js';
import type { HandlerTask, MemberTask } from '../runner-member.js';
import { sourcesOf } from '../runner-sources.js';

const PAUSE_EVERY = 100;
const SLOW_EVERY = 500;
/** So that what was held is seen to go on, in milliseconds. */
const LONGEST_RETRY_MS = 2_000;

// Written by runner-member.ts.
const task = JSON.parse(process.argv[2] ?? '') as MemberTask;
const { transport, group, registryUrl, maxRecords, stopTimeoutMs, sessionTimeoutMs } = task;
await providePeer(transport);
const write = openJournal(task.journal);

function takes({ pauseMs, slowMs, longMs, longAt }: HandlerTask, offset: number): number {
  if (offset === longAt) return longMs;
  if (offset % SLOW_EVERY === 0) return Math.max(slowMs, pauseMs);
  return offset % PAUSE_EVERY === 0 ? pauseMs : 0;
}

runConsumer({
  kafka: sourcesOf(transport)({ brokers: task.brokers.split(','), sessionTimeoutMs }),
  ...{ group, maxRecords, stopTimeoutMs },
  registry: createRegistry({ url: registryUrl }),
  logger: jsonLogger({ level: 'INFO' }),
  onFailure: 'report',
  retry: { longestWaitMs: LONGEST_RETRY_MS },
  routes: [
    on(userClicksAvro, async (click, { partition, offset }) => {
      const ms = takes(task.handler, offset);
      if (ms > 0) await sleep(ms);
      write({ partition, offset, ...sequencedOf(click), atMs: Date.now() });
    }),
  ],
});
