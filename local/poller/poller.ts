import type { SourcePartition } from '../../consumer/index.js';
import { partitionId } from './batch.js';
import { Collector } from './collect.js';
import { Processor } from './deliver.js';
import type { PollerOptions } from './options.js';
import { type Settings, settingsOf } from './settings.js';

export interface Poller {
  /**
   * Lets the invocation under way end, commits what it handled, and closes the source.
   * What was not committed is delivered to the next poller of the group.
   * @throws what {@link done} is rejected with
   */
  stop(): Promise<void>;
  /** Fulfilled after {@link stop}; rejected when source or destination fail. */
  readonly done: Promise<void>;
}

/**
 * Plays Lambda's event source mapping for Kafka: gathers records into events, invokes the function
 * with one event at a time, and commits what it has handled. A batch that fails is delivered again
 * until it passes, or as provisioned mode is configured. What of this is known of Lambda, and what is a
 * model of it, stands in docs/testing.md.
 *
 * @throws PollerError `OPTIONS`
 */
export function startPoller(options: PollerOptions): Poller {
  const settings = settingsOf(options);
  const stopping = new AbortController();
  const done = run(settings, stopping.signal);
  // Whoever wants the error waits for `done` or calls `stop`.
  done.catch(() => {});
  return {
    done,
    stop: () => {
      stopping.abort();
      return done;
    },
  };
}

async function run(settings: Settings, stopping: AbortSignal): Promise<void> {
  const { source } = settings;
  try {
    const collector = new Collector(settings, stopping);
    const processor = new Processor(settings, stopping);
    await Promise.race([subscribe(settings, collector, processor), aborted(stopping)]);
    while ((await collector.gather()) && !stopping.aborted) {
      // Taken and begun in one step, so that what goes to another member is missed by neither.
      await processor.deliver(collector.take());
    }
  } finally {
    await source.close();
  }
}

/** What goes to another member is ended and committed before, and afterwards left to it. */
async function subscribe(
  { source, topics, from, emit }: Settings,
  collector: Collector,
  processor: Processor,
): Promise<void> {
  await source.subscribe({
    topics,
    from,
    onAssigned: () => {},
    onRevoked: async (partitions) => {
      const gone = ids(partitions);
      collector.drop(gone);
      await processor.release(gone);
    },
    onLost: (partitions) => {
      const gone = ids(partitions);
      collector.drop(gone);
      processor.drop(gone);
    },
    onState: (state) => emit({ kind: 'source', ...state }),
  });
}

/** A broker that is away is not waited for once the poller is stopped. */
function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}

function ids(partitions: readonly SourcePartition[]): ReadonlySet<string> {
  return new Set(partitions.map(partitionId));
}
