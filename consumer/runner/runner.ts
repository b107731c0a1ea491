import { endsTransactions } from '../exactly-once.js';
import { NOT_OF_RECORD } from '../failure-handling.js';
import { failurePolicies } from '../failure-policy.js';
import type { Logger } from '../logger.js';
import type { Held } from '../partition-delivery.js';
import type { BoundRoutes } from '../routes.js';
import type { FetchedBatch, Source, SourcePartition, SourceState } from '../source.js';
import { BatchRun, type BatchWays } from './batch-run.js';
import { Committer, partitionKey } from './committer.js';
import type { ConsumerHealth } from './health.js';
import { Holds } from './holds.js';

/** How long one look for records waits, in milliseconds: brokers tell of new ones at once. */
const POLL_MS = 200;
/** How often the progress of batches under way is committed, in milliseconds. */
const PROGRESS_MS = 1_000;
/** How often telemetry hands on what it gathered, in milliseconds. */
const FLUSH_MS = 10_000;
/** Which share of the time for ending handlers run undisturbed, before they are told. */
const UNDISTURBED_SHARE = 0.7;

export interface RunnerOptions extends BatchWays {
  readonly source: Source;
  readonly topics: readonly string[];
  readonly from: 'earliest' | 'latest' | Date;
  readonly maxRecords: number;
  readonly partitionsAtOnce: number;
  readonly stopTimeoutMs: number;
}

/**
 * Reads, hands on, commits. A partition's next records are asked for when those before are committed, so
 * that no more than one batch of it is ever handled twice.
 */
export class Runner {
  private readonly options: RunnerOptions;
  private readonly logger: Logger;
  private readonly source: Source;
  private readonly committer: Committer;
  private readonly runs = new Map<string, BatchRun>();
  /** What becomes of runs, until that is committed. */
  private readonly settling = new Map<BatchRun, Promise<void>>();
  private readonly holds: Holds;
  private readonly assigned = new Set<string>();
  /** Topics that are paused; `*` for all. */
  private readonly paused = new Set<string>();
  private parked: FetchedBatch[] = [];
  private routes: BoundRoutes | undefined;
  private failure: { readonly error: unknown } | undefined;
  private stopping = false;
  private wake: () => void = () => {};
  private tellStopped: () => void = () => {};
  private readonly stopped = new Promise<void>((resolve) => {
    this.tellStopped = resolve;
  });
  private state: { is: ConsumerHealth['state']; since: Date; error: unknown } =
    stateNow('starting');

  constructor(options: RunnerOptions) {
    this.options = options;
    this.logger = options.logger;
    this.source = options.source;
    this.committer = new Committer(options.source);
    const { retry, logger, source } = options;
    this.holds = new Holds({ retry, logger, goOn: (position) => source.readFrom(position) });
  }

  /** Fulfilled after {@link stop}; rejected when it cannot go on. */
  async run(routes: () => Promise<BoundRoutes>): Promise<void> {
    const progress = setInterval(() => this.commitProgress(), PROGRESS_MS);
    const { telemetry, stopTimeoutMs } = this.options;
    const flushing = setInterval(() => void telemetry.flush(stopTimeoutMs), FLUSH_MS);
    try {
      // Brokers that are away are waited for without end, and until then nothing runs that is to be ended.
      await Promise.race([this.join(routes), this.stopped]);
      while (!this.stopping) await this.turn();
    } catch (error) {
      this.fail(error);
    } finally {
      clearInterval(progress);
      clearInterval(flushing);
      await this.end();
    }
    if (this.failure) throw this.failure.error;
  }

  /** Takes no further record, and lets what runs end. */
  stop(): void {
    if (!this.stopping && this.failure === undefined) this.setState('stopping');
    this.stopping = true;
    this.tellStopped();
    this.wake();
  }

  pause(topic = '*'): void {
    this.paused.add(topic);
  }

  /** Without a topic, all of them. */
  resume(topic?: string): void {
    if (topic === undefined) this.paused.clear();
    else this.paused.delete(topic);
    this.unpark();
    this.wake();
  }

  health(): ConsumerHealth {
    const { is, since, error } = this.state;
    const state = is === 'reading' && this.paused.has('*') ? 'paused' : is;
    return {
      state,
      since,
      error,
      alive: is !== 'failed' && is !== 'closed',
      ready: is === 'reading',
      partitions: this.assigned.size,
      held: this.holds.all,
    };
  }

  private async join(routes: () => Promise<BoundRoutes>): Promise<void> {
    this.routes = await routes();
    if (this.stopping) return;
    await this.source.subscribe({
      topics: this.options.topics,
      from: this.options.from,
      onAssigned: (partitions) => this.onAssigned(partitions),
      onRevoked: (partitions) => this.onRevoked(partitions),
      onLost: (partitions) => this.onLost(partitions),
      onState: (state) => this.onState(state),
    });
  }

  private async turn(): Promise<void> {
    this.unpark();
    if (this.paused.has('*') || this.isFull) {
      return new Promise((resolve) => {
        this.wake = resolve;
      });
    }
    const { maxRecords } = this.options;
    const batch = await this.source.poll({ maxRecords, waitMs: POLL_MS });
    if (batch !== undefined) this.begin(batch);
  }

  private get isFull(): boolean {
    return this.runs.size >= this.options.partitionsAtOnce;
  }

  /** Begins what was parked, as far as its topic is read again and there is room. */
  private unpark(): void {
    const parked = this.parked;
    this.parked = [];
    for (const batch of parked) {
      if (this.isFull) this.parked.push(batch);
      else this.begin(batch);
    }
  }

  private begin(batch: FetchedBatch): void {
    if (this.stopping || this.routes === undefined) return;
    if (!this.assigned.has(partitionKey(batch))) return;
    if (this.paused.has('*') || this.paused.has(batch.topic)) {
      this.parked.push(batch);
      return;
    }
    const key = partitionKey(batch);
    const run = new BatchRun(batch, this.routes.of(batch.topic), this.options);
    this.runs.set(key, run);
    const settled = this.settle(run).catch((error: unknown) => this.fail(error));
    this.settling.set(
      run,
      settled.finally(() => {
        // The partition may have been lost since, and be ours anew.
        if (this.runs.get(key) === run) this.runs.delete(key);
        this.settling.delete(run);
        this.wake();
      }),
    );
  }

  /** Commits what of a batch is done, and says how its partition goes on. */
  private async settle(run: BatchRun): Promise<void> {
    const key = partitionKey(run.batch);
    const { held } = await run.ended;
    // Nobody commits for a partition that is gone.
    if (this.runs.get(key) !== run) return;
    if (held === undefined) this.holds.end(key);
    const isCommitted = await this.commit(run);
    if (this.runs.get(key) !== run) return;
    if (held === undefined) {
      if (run.isWhole && !isCommitted) this.source.readFrom(run.position);
    } else if (endsAll(held)) this.fail(held.error);
    else this.holds.hold(run.position, held.error);
  }

  private async commit(run: BatchRun): Promise<boolean> {
    const { position, batch } = run;
    if (position.offset === batch.records[0]?.offset) return false;
    try {
      await this.committer.commit(position);
      return true;
    } catch (error) {
      const { topic, partition } = position;
      const text = `Partition ${partition} of topic "${topic}" was not committed: it is tried again, or the next commit covers it.`;
      this.logger.warn(text, { topic, partition, offset: Number(position.offset), error });
      return false;
    }
  }

  private commitProgress(): void {
    for (const run of this.runs.values()) if (!run.isWhole) void this.commit(run);
    void this.committer.retry((partition) => !this.runs.has(partition));
  }

  private onAssigned(partitions: readonly SourcePartition[]): void {
    for (const one of partitions) this.assigned.add(partitionKey(one));
    this.tell('Reads', partitions);
  }

  private async onRevoked(partitions: readonly SourcePartition[]): Promise<void> {
    this.tell('Hands over', partitions);
    await this.endRuns(partitions.map(partitionKey));
    this.drop(partitions);
  }

  private onLost(partitions: readonly SourcePartition[]): void {
    this.tell('Has lost', partitions);
    for (const one of partitions) this.runs.get(partitionKey(one))?.abandon();
    this.drop(partitions);
  }

  /** Nothing of them is handled, committed or read any more. */
  private drop(partitions: readonly SourcePartition[]): void {
    this.committer.forget(partitions);
    for (const key of partitions.map(partitionKey)) {
      this.assigned.delete(key);
      this.runs.delete(key);
      this.holds.end(key);
      this.parked = this.parked.filter((batch) => partitionKey(batch) !== key);
    }
    this.wake();
  }

  /** Lets what runs end and be committed, within the bound. */
  private async endRuns(keys: readonly string[]): Promise<void> {
    const runs = keys.flatMap((key) => this.runs.get(key) ?? []);
    const settled = Promise.all(runs.map((run) => this.settling.get(run)));
    const { stopTimeoutMs } = this.options;
    for (const run of runs) run.end(stopTimeoutMs * UNDISTURBED_SHARE);
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, stopTimeoutMs);
    });
    await Promise.race([settled, late]);
    clearTimeout(timer);
    // What was handled of them is committed all the same; what still runs comes again.
    const open = runs.filter((run) => [...this.runs.values()].includes(run));
    for (const run of open) run.abandon();
    await Promise.all(open.map((run) => this.commit(run)));
  }

  private onState({ is, error }: SourceState): void {
    if (this.stopping || this.failure) return;
    if (this.state.is !== is) {
      const how = is === 'disconnected' ? 'warn' : 'info';
      this.logger[how](`The consumer of group "${this.options.group}" is ${is}.`, {
        state: is,
        error,
      });
    }
    this.setState(is, error);
  }

  private fail(error: unknown): void {
    if (this.failure === undefined) {
      this.failure = { error };
      this.setState('failed', error);
    }
    this.stop();
  }

  private async end(): Promise<void> {
    await this.endRuns([...this.runs.keys()]);
    this.holds.endAll();
    try {
      await this.source.close();
    } catch (error) {
      // No more than this is left to do, and it is not why the consumer ends.
      const text = `The consumer of group "${this.options.group}" has not left it: its partitions are free later.`;
      this.logger.warn(text, { error });
    }
    await this.options.telemetry.flush(this.options.stopTimeoutMs);
    if (this.failure === undefined) this.setState('closed');
  }

  private setState(is: ConsumerHealth['state'], error?: unknown): void {
    if (this.state.is === is) this.state.error = error;
    else this.state = stateNow(is, error);
  }

  private tell(what: string, partitions: readonly SourcePartition[]): void {
    const text = `${what} ${partitions.length === 1 ? 'a partition' : `${partitions.length} partitions`}.`;
    this.logger.info(text, { group: this.options.group, partitions: partitions.map(partitionKey) });
  }
}

function stateNow(is: ConsumerHealth['state'], error?: unknown) {
  return { is, since: new Date(), error };
}

/** What is no failure of the record's goes by. */
function endsAll({ error, policy }: Held): boolean {
  if (error.code === 'TRANSACTION') return endsTransactions(error.cause);
  return failurePolicies[policy].invocation === 'fails' && !NOT_OF_RECORD.has(error.code);
}
