import { isMissing } from '../../runtime/missing-package.js';
import { ProducerError } from '../errors.js';

/** What is used of the package: the part that is like node-rdkafka. */
export interface ConfluentPackage {
  readonly Producer: new (settings: object) => NativeProducer;
}

export interface NativeProducer {
  /** Answers after {@link NativeProducer.getMetadata} has. */
  connect(options: object, done: Done<object>): void;
  getMetadata(options: MetadataOptions, done: Done<Metadata>): void;
  /** Throws what librdkafka does not take. */
  produce(...message: NativeMessage): boolean;
  /** Events and reports come from a thread of librdkafka's, and nobody has to ask for them. */
  setPollInBackground(on: boolean): void;
  setSaslCredentials(username: string, password: string): void;
  getClient(): NativeClient;
  disconnect(flushMs: number, done: () => void): void;
  on(event: 'event.log', listener: (log: NativeLog) => void): void;
  on(event: 'event.error' | 'error', listener: (error: Error) => void): void;
  on(event: 'delivery-report', listener: Listener): void;
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
