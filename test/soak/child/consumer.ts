/** A poller with its handler, in a process that may be killed at any moment. See ../process.ts. */
import { setImmediate, setTimeout as sleep } from 'node:timers/promises';
import { createHandler, deadLetterTopic, type Logger, on } from '../../../consumer/index.js';
import { kafkajsSource } from '../../../consumer/sources/index.js';
import { startPoller } from '../../../local/poller/index.js';
import { createProducer, kafkajsTransport } from '../../../producer/index.js';
import { openJournal } from '../journal.js';
import { FATAL_USER } from '../poison.js';
import { policyNamed } from '../policies.js';
import { BATCH_SIZE, type ConsumingProcess, SESSION_MS } from '../process.js';
import { clicksIn, soakRegistry } from '../topic.js';

/** Waits between deliveries are so much shorter than Lambda's: no count hangs on them. */
const HURRY = 20;
/** How long a batch is filled, in milliseconds. */
const WINDOW_MS = 100;

// Written by process.ts.
const given = JSON.parse(process.argv[2] ?? '') as ConsumingProcess;
const connection = { brokers: given.brokers.split(',') };
const policy = policyNamed(given.policy);
const journal = openJournal(given.journal);
journal.write({ did: 'began', how: 'started' });

const registry = soakRegistry();
const producer = createProducer({ transport: kafkajsTransport(connection), registry });
const clicks = clicksIn(given.topic);

const handler = createHandler({
  ...policy.failure(deadLetterTopic(producer, given.letters)),
  registry,
  logger: countingLogger(),
  telemetry: {
    onBatch: () => ({
      onFailure({ partition, offset, error, policy: became }) {
        const { code } = error;
        if (became === 'skip') journal.write({ did: 'skipped', partition, offset, code });
      },
    }),
  },
  routes: [
    on(clicks, async ({ value: click }, { partition, offset }) => {
      // So that a kill may come between two records.
      await setImmediate();
      if (click.user_id === FATAL_USER) throw new TypeError('a value that it cannot handle');
      journal.write({ did: 'handled', partition, offset: Number(offset) });
    }),
  ],
});

let hasJoined = false;
const poller = startPoller({
  source: kafkajsSource({ ...connection, sessionTimeoutMs: SESSION_MS })(given.group),
  topics: [given.topic],
  handler,
  batchSize: BATCH_SIZE,
  windowMs: WINDOW_MS,
  reportBatchItemFailures: policy.reads,
  maxRetries: policy.maxRetries,
  bisectBatchOnError: true,
  wait: (ms, signal) => sleep(ms / HURRY, undefined, { signal }).catch(() => undefined),
  onFailure({ payload }) {
    for (const { partition, offset } of Object.values(payload.records).flat())
      journal.write({ did: 'gaveUp', partition, offset });
  },
  onEvent(event) {
    if (event.kind === 'committed') {
      const { partition, nextOffset } = event;
      journal.write({ did: 'committed', partition, offset: Number(nextOffset) });
    }
    if (event.kind !== 'source' || event.is !== 'reading') return;
    if (hasJoined) journal.write({ did: 'began', how: 'joined' });
    hasJoined = true;
  },
});
// Nobody would end it.
process.once('disconnect', () => process.exit(1));
// It is the poller that keeps this process alive.
process.channel?.unref();
process.once('SIGTERM', () => void poller.stop());
await poller.done;
await producer.close();
journal.close();

/** Reads what the log says of each invocation. */
function countingLogger(): Logger {
  const count: Logger['warn'] = (_, ...fields) => {
    const { skipped } = Object.assign({}, ...fields);
    if (typeof skipped === 'number') journal.write({ did: 'counted', skipped });
  };
  return { debug: count, info: () => undefined, warn: count, error: () => undefined };
}
