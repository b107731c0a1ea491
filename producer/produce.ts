/** The tutorial's producer: `npm run produce -- --count 5`. `--help` lists what it reads. */

import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { Command, CommanderError, InvalidArgumentError } from 'commander';
import { userClicksAvro } from '../generated/topics/user-clicks-avro.js';
import { onClosedPipe } from '../runtime/closed-pipe.js';
import { createRegistry, RegistryError } from '../runtime/index.js';
import { printable } from '../runtime/printable.js';
import { counted } from '../runtime/words.js';
import { type ProducerEnvironment, readEnvironment } from './environment.js';
import {
  createProducer,
  type DeliveryReport,
  kafkajsTransport,
  type MessageOf,
  type Producer,
  ProducerError,
} from './index.js';
import { describeVariables } from './variables.js';

const EXIT = { failure: 1, usage: 2, interrupted: 130 } as const;
/** Sent and reported together where no interval is asked for. */
const CHUNK = 500;
const MAX_COUNT = 1_000_000;

interface Options {
  readonly count: number;
  readonly intervalMs: number;
  readonly plaintext: boolean;
  readonly register: boolean;
  readonly verbose: boolean;
}

const program = new Command('produce')
  .description('Sends user clicks to Kafka, and prints where each was stored.')
  .option('--count <n>', 'how many to send', wholeNumber(1, MAX_COUNT), 5)
  .option('--interval-ms <ms>', 'time between two, in milliseconds', wholeNumber(0, 3_600_000), 0)
  .option(
    '--plaintext',
    'as KAFKA_SECURITY_PROTOCOL=PLAINTEXT, for a broker on this machine',
    false,
  )
  .option('--register', 'as SCHEMA_REGISTRY_AUTO_REGISTER=true', false)
  .option('--verbose', "show the client's log and stack traces", false)
  .addHelpText('after', `\nEnvironment:\n${describeVariables('text')}`)
  .exitOverride();

function wholeNumber(least: number, most: number) {
  return (text: string): number => {
    const value = Number(text);
    if (/^\d+$/.test(text) && value >= least && value <= most) return value;
    throw new InvalidArgumentError(`It must be a whole number from ${least} to ${most}.`);
  };
}

/** The n-th click. Without a field of the schema, or with one that it lacks, this does not compile. */
function click(n: number): MessageOf<typeof userClicksAvro> {
  const userId = randomUUID();
  return {
    key: userId,
    value: { user_id: userId, url: `https://example.com/page/${n}`, timestamp: new Date() },
  };
}

async function produce(options: Options, stop: AbortSignal): Promise<void> {
  const environment = await readEnvironment({ env: environmentOf(options) });
  const { topic: name, connection } = environment;
  const topic = { ...userClicksAvro, name, subjects: { value: `${name}-value` } };
  const producer = open(environment, options);
  const brokers = connection.brokers.join(', ');
  console.log(printable(`Producing ${counted(options.count, 'message')} to ${name} at ${brokers}`));
  try {
    // A person waits: what is wrong is told at once.
    await producer.connect();
    const step = options.intervalMs > 0 ? 1 : CHUNK;
    for (let first = 0; first < options.count && !stop.aborted; first += step) {
      if (first > 0 && options.intervalMs > 0) await pause(options.intervalMs, stop);
      if (stop.aborted) break;
      const clicks = range(first, Math.min(first + step, options.count)).map(click);
      for (const report of await deliver(producer, topic, clicks)) print(report);
    }
  } finally {
    await producer.close();
  }
}

/** Prints what was delivered even when not all of it was. */
async function deliver(
  producer: Producer,
  topic: typeof userClicksAvro,
  clicks: readonly ReturnType<typeof click>[],
): Promise<readonly DeliveryReport[]> {
  try {
    return await producer.sendAll(topic, clicks);
  } catch (error) {
    if (error instanceof ProducerError) {
      for (const outcome of error.outcomes) {
        if (outcome.error === undefined) print({ topic: topic.name, ...outcome });
      }
    }
    throw error;
  }
}

function open({ connection, registry, register }: ProducerEnvironment, { verbose }: Options) {
  return createProducer({
    transport: kafkajsTransport({
      ...connection,
      ...(verbose && {
        log: ({ level, message }) => console.error(printable(`kafkajs ${level}: ${message}`)),
      }),
    }),
    registry: createRegistry(registry),
    register,
  });
}

/** The options that stand for variables. */
function environmentOf({ plaintext, register }: Options): NodeJS.ProcessEnv {
  return {
    ...process.env,
    ...(plaintext && { KAFKA_SECURITY_PROTOCOL: 'PLAINTEXT' }),
    ...(register && { SCHEMA_REGISTRY_AUTO_REGISTER: 'true' }),
  };
}

function print({ topic, partition, offset }: Omit<DeliveryReport, 'timestamp'>): void {
  console.log(printable(`Message delivered to ${topic} [${partition}] at offset ${offset}`));
}

function range(from: number, to: number): readonly number[] {
  return Array.from({ length: to - from }, (_, index) => from + index);
}

async function pause(ms: number, stop: AbortSignal): Promise<void> {
  await wait(ms, undefined, { signal: stop }).catch(() => undefined);
}

function explain(error: unknown, verbose: boolean): string {
  const known = error instanceof ProducerError || error instanceof RegistryError;
  // An error that nobody foresaw is of no use without its stack.
  if (verbose || !known) return error instanceof Error ? (error.stack ?? '') : String(error);
  if (isUsage(error)) return `${error.message}\n--help explains each variable.`;
  const outcomes = error instanceof ProducerError ? error.outcomes : [];
  const failures = outcomes.flatMap((outcome) => outcome.error ?? []);
  const first = failures[0];
  if (first === undefined) return `Message delivery failed: ${error.message}`;
  const hint = first.code === 'SCHEMA_UNREGISTERED' ? ' Here, that is --register.' : '';
  return `Message delivery failed for ${failures.length} of ${outcomes.length}: ${first.message}${hint}`;
}

function isUsage(error: unknown): boolean {
  return error instanceof ProducerError && error.code === 'CONFIG';
}

async function main(): Promise<number> {
  const stopping = new AbortController();
  let isInterrupted = false;
  process.once('SIGINT', () => {
    isInterrupted = true;
    stopping.abort();
  });
  onClosedPipe(() => stopping.abort());
  try {
    program.parse();
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    return error.exitCode === 0 ? 0 : EXIT.usage;
  }
  const options = program.opts<Options>();
  try {
    await produce(options, stopping.signal);
    return isInterrupted ? EXIT.interrupted : 0;
  } catch (error) {
    console.error(printable(explain(error, options.verbose)));
    return isUsage(error) ? EXIT.usage : EXIT.failure;
  }
}

process.exitCode = await main();
