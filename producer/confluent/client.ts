import { type Clock, systemClock } from '../clock.js';
import { ProducerError } from '../errors.js';
import type { OutgoingMessage, PartitionState, TopicPartition } from '../transport.js';
import { ConfluentFailure } from './failure.js';
import { ConfluentLogins } from './logins.js';
import {
  connectLater,
  importConfluent,
  type Metadata,
  type NativeError,
  type NativeLog,
  type NativeProducer,
  type NativeReport,
} from './package.js';
import { type ConfluentTransportOptions, librdkafkaSettings } from './settings.js';
import { Troubles } from './troubles.js';

/** What became of one message. */
export type Report = (error: NativeError | null, report: NativeReport) => void;

/** As librdkafka is given it, to which 0 is now. */
export function sentTimestamp(timestampMs: number): number {
  return timestampMs || 1;
}

/** How long one question may take, in milliseconds. Who ends a client waits for its questions. */
const ASK_MS = 1_000;
/** How soon a first connection is given up when no broker can be reached, in milliseconds. */
const ALL_DOWN_MS = 500;
/** librdkafka does not repeat an error of a connection for this long, in milliseconds. */
const SUPPRESSED_MS = 30_000;

/**
 * One client of librdkafka, with one producer id. It connects, and connects again, by itself; what it
 * says of that is kept for who wants to know why something does not go.
 */
export class ConfluentClient {
  private readonly native: NativeProducer;
  private readonly options: ConfluentTransportOptions;
  private readonly logins: ConfluentLogins;
  private readonly clock: Clock;
  private readonly troubles: Troubles;
  /** When requests under way were lost with their connection. */
  private lostMs = Number.NEGATIVE_INFINITY;
  private probe: Promise<void> | undefined;
  /** Whether it sends nothing any more. */
  isFatal = false;

  /** @throws ProducerError `CONFIG`, `AUTHENTICATION` */
  static async open(options: ConfluentTransportOptions): Promise<ConfluentClient> {
    const settings = librdkafkaSettings(options);
    const { Producer } = await importConfluent();
    const logins = new ConfluentLogins(options);
    const credentials = await logins.settings();
    try {
      const native = new Producer({ ...settings, ...credentials });
      const client = new ConfluentClient(native, options, logins);
      await client.start();
      return client;
    } catch (cause) {
      const why = Object(cause).message ?? cause;
      const message = `librdkafka does not take these options: ${String(why).replace(/\.$/, '')}.`;
      throw new ProducerError('CONFIG', message, { cause });
    }
  }

  private constructor(
    native: NativeProducer,
    options: ConfluentTransportOptions,
    logins: ConfluentLogins,
  ) {
    this.native = native;
    this.options = options;
    this.logins = logins;
    this.troubles = new Troubles(logins);
    this.clock = systemClock;
    native.on('event.log', (log) => this.onLog(log));
    native.on('event.error', ({ message }) => this.onError(message));
    // Of a token that cannot be had; it is kept where it was asked for.
    native.on('error', () => this.onError('authentication failure'));
    native.on('delivery-report', (error, report) => report.opaque(error, report));
  }

  private async start(): Promise<void> {
    await connectLater(this.native);
    this.native.setPollInBackground(true);
    this.logins.use(this.native);
  }

  /** Whether messages may be given to it without asking whether a broker is there. */
  get isReady(): boolean {
    return this.troubles.isUp && !this.isFatal;
  }

  /** Why something does not go. */
  get problem(): ConfluentFailure {
    return this.troubles.problem;
  }

  /** Whether a message that was handed over then may have been sent twice. */
  mayHaveLost(atMs: number): boolean {
    return this.lostMs + SUPPRESSED_MS >= atMs;
  }

  /** Asks whether a broker is there. @throws ConfluentFailure */
  ready(): Promise<void> {
    if (this.isReady) return Promise.resolve();
    this.probe ??= this.ask(undefined)
      .then(() => undefined)
      .finally(() => {
        this.probe = undefined;
      });
    return this.probe;
  }

  /** The first connection, which tells soon what is wrong. @throws ConfluentFailure */
  async connect(): Promise<void> {
    const { connectTimeoutMs = 5_000 } = this.options;
    const startMs = this.clock.running();
    while (true) {
      try {
        return await this.ready();
      } catch (error) {
        const tookMs = this.clock.running() - startMs;
        const isFinal = error instanceof ConfluentFailure && error.failure.verdict === 'final';
        if (isFinal || (this.troubles.allDown && tookMs >= ALL_DOWN_MS)) throw error;
        if (tookMs >= connectTimeoutMs) throw error;
      }
    }
  }

  /** @throws ConfluentFailure */
  async partitions(topic: string): Promise<readonly PartitionState[]> {
    const { topics } = await this.ask(topic);
    const found = topics.find(({ name }) => name === topic)?.partitions ?? [];
    if (found.length === 0) {
      const reason = 'there is no such topic';
      throw new ConfluentFailure({
        code: 'TOPIC_UNKNOWN',
        reason,
        verdict: 'retry',
        ambiguous: false,
      });
    }
    return Array.from(found, ({ id, leader }) => ({ id, available: leader >= 0 })).sort(
      (a, b) => a.id - b.id,
    );
  }

  private ask(topic: string | undefined): Promise<Metadata> {
    const options = {
      allTopics: false,
      timeout: ASK_MS,
      ...(topic !== undefined && { topic }),
    } as const;
    return new Promise((resolve, reject) => {
      this.native.getMetadata(options, (error, metadata) => {
        if (error !== null) {
          this.troubles.judgeLogin();
          return reject(this.problem);
        }
        this.troubles.answered();
        resolve(metadata);
      });
    });
  }

  /** Hands a message over. @throws Error of librdkafka's, which then does not have it */
  produce({ topic, partition }: TopicPartition, message: OutgoingMessage, report: Report): void {
    this.native.produce(
      topic,
      partition,
      message.value === null ? null : asBuffer(message.value),
      message.key === null ? null : asBuffer(message.key),
      sentTimestamp(message.timestampMs),
      report,
      message.headers.map(([name, value]) => ({ [name]: asBuffer(value) })),
    );
  }

  /** Drops what is not sent, and closes the connections. */
  end(): Promise<void> {
    this.logins.end();
    return new Promise((resolve) => this.native.disconnect(1, resolve));
  }

  private onLog(log: NativeLog): void {
    if (LOST.test(log.message)) this.lostMs = this.clock.running();
    // Read in any case: why something does not go is in it.
    const entry = this.troubles.read(log);
    this.options.log?.(entry);
  }

  private onError(message: string): void {
    if (this.troubles.note(message) === 'fatal error') this.isFatal = true;
  }
}

/** A connection that was up. */
const LOST = /in state UP|[Tt]imed out \d+ in-flight/;

/** Of something that has an address, or the package takes it for null. */
const EMPTY = Buffer.alloc(1).subarray(0, 0);

function asBuffer(bytes: Uint8Array): Buffer {
  if (bytes.length === 0) return EMPTY;
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
