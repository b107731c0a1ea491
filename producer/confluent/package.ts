import { isMissing } from '../../runtime/missing-package.js';
import { ProducerError } from '../errors.js';

/** What is used of the package: the part that is like node-rdkafka. */
export interface ConfluentPackage {
  readonly Producer: new (settings: object) => NativeProducer;
  readonly KafkaConsumer: new (settings: object) => NativeConsumer;
}

/** What clients of both kinds have. */
export interface NativeHandle {
  /** Answers after {@link NativeHandle.getMetadata} has. */
  connect(options: object, done: Done<object>): void;
  getMetadata(options: MetadataOptions, done: Done<Metadata>): void;
  setSaslCredentials(username: string, password: string): void;
  getClient(): NativeClient;
  on(event: 'event.log', listener: (log: NativeLog) => void): void;
  on(event: 'event.error' | 'error', listener: (error: Error) => void): void;
}

export interface NativeProducer extends NativeHandle {
  /** Throws what librdkafka does not take. */
  produce(...message: NativeMessage): boolean;
  /** Events and reports come from a thread of librdkafka's, and nobody has to ask for them. */
  setPollInBackground(on: boolean): void;
  disconnect(flushMs: number, done: () => void): void;
  on(event: 'event.log', listener: (log: NativeLog) => void): void;
  on(event: 'event.error' | 'error', listener: (error: Error) => void): void;
  on(event: 'delivery-report', listener: Listener): void;
}

/** What a consumer in a group does; each call that takes long answers from another thread. */
export interface NativeConsumer extends NativeHandle {
  subscribe(topics: readonly string[]): void;
  setDefaultConsumeTimeout(ms: number): void;
  /** What is there besides the first is taken without waiting for more. */
  setDefaultIsTimeoutOnlyForFirstMessage(isSo: boolean): void;
  consume(count: number, done: Done<readonly NativeRecord[]>): void;
  committed(
    of: readonly NativeAt[],
    timeoutMs: number,
    done: Done<readonly NativePosition[]>,
  ): void;
  /** `offset` is a time, in milliseconds since the epoch. */
  offsetsForTimes(
    of: readonly NativePosition[],
    timeoutMs: number,
    done: Done<readonly NativePosition[]>,
  ): void;
  /** Answers by the function given as `offset_commit_cb`. Throws what librdkafka does not take. */
  commit(positions: readonly NativePosition[]): void;
  seek(to: NativePosition, timeoutMs: number, done: (error?: NativeError) => void): void;
  pause(of: readonly NativeAt[]): void;
  resume(of: readonly NativeAt[]): void;
  incrementalAssign(positions: readonly NativePosition[]): void;
  incrementalUnassign(of: readonly NativeAt[]): void;
  assignmentLost(): boolean;
  disconnect(done: () => void): void;
}

export interface NativeAt {
  readonly topic: string;
  readonly partition: number;
}

export interface NativePosition extends NativeAt {
  /** Below 0 it is a name: -1 is the end, -2 the beginning, -1001 none. */
  readonly offset: number;
  /** Of this one, where several were asked for. */
  readonly error?: NativeError;
}

export interface NativeRecord extends NativePosition {
  readonly timestamp: number;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly headers?: readonly Readonly<Record<string, Buffer>>[];
}

/** Connects, and does not ask a broker first: it would be of no more use when none answers in time. */
export function connectLater(native: NativeHandle): Promise<void> {
  const asking = native.getMetadata;
  native.getMetadata = (_, done) => done(null, { topics: [] });
  return new Promise((resolve, reject) => {
    native.connect({}, (error) => {
      native.getMetadata = asking;
      if (error !== null && error !== undefined) reject(error);
      else resolve();
    });
  });
}

export type Done<T> = (error: NativeError | null, answer: T) => void;

export interface NativeError extends Error {
  /** Kafka's, or below 0 one of librdkafka's own. */
  readonly code: number;
}

export interface MetadataOptions {
  readonly topic?: string;
  readonly allTopics: false;
  /** In milliseconds. */
  readonly timeout: number;
}

export interface Metadata {
  readonly topics: readonly {
    readonly name: string;
    readonly partitions: readonly { readonly id: number; readonly leader: number }[];
  }[];
}

export type NativeMessage = [
  topic: string,
  partition: number,
  value: Buffer | null,
  key: Buffer | null,
  timestampMs: number,
  /** Comes back with the report. */
  opaque: Listener,
  headers: readonly Readonly<Record<string, Buffer>>[],
];

type Listener = (error: NativeError | null, report: NativeReport) => void;

export interface NativeReport {
  readonly offset: number;
  /** The message's own, or the broker's where the topic has it so. */
  readonly timestamp?: number;
  readonly opaque: Listener;
}

export interface NativeLog {
  /** As syslog has it: 3 is an error, 4 a warning. */
  readonly severity: number;
  /** What it is about; `FAIL` is a connection that ended. */
  readonly fac: string;
  readonly message: string;
}

/** What is not on the producer itself. */
interface NativeClient {
  setOAuthBearerToken(
    token: string,
    endsMs: number,
    principal: string,
    extensions: readonly string[],
  ): void;
}

type Loaded = ConfluentPackage & { readonly default?: ConfluentPackage };

/** Put together, so that no bundler demands it of those who have no use of it. */
const NAME = ['@confluentinc', 'kafka-javascript'].join('/');

function importPackage(): Promise<Loaded> {
  return import(/* webpackIgnore: true */ /* @vite-ignore */ NAME);
}

/** @throws ProducerError `CONFIG` where it cannot be loaded */
export async function importConfluent(): Promise<ConfluentPackage> {
  try {
    const loaded = await importPackage();
    // CommonJS: what Node finds by name in it depends on how it is written.
    return loaded.default ?? loaded;
  } catch (cause) {
    throw new ProducerError('CONFIG', notLoaded(cause), { cause });
  }
}

function notLoaded(thrown: unknown): string {
  if (isMissing(thrown, NAME))
    return `The package ${NAME} is missing. It is an optional peer of tavro: run \`npm i ${NAME}\`.`;
  const why = thrown instanceof Error ? thrown.message : String(thrown);
  return (
    `The package ${NAME} cannot be loaded: ${why.split('\n')[0]?.replace(/\.$/, '')}. It is made of ` +
    'machine code for one platform and version of Node: install it where it runs ' +
    `(\`npm rebuild ${NAME}\`), and keep it outside bundles (esbuild: \`--external:${NAME}\`).`
  );
}
