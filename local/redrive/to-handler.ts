import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { CodegenError } from '../../codegen/error.js';
import type { KafkaEventRecord } from '../../consumer/index.js';
import { CAUSE_HEADERS } from '../../runtime/dead-letter/cause.js';
import { eventRecord, kafkaEvent } from '../msk-event.js';
import { bisect } from '../poller/batch.js';
import { jsonBytes, MAX_PAYLOAD_BYTES } from '../poller/collect.js';
import { type Invoke, invoke } from '../poller/invoke.js';
import { readResponse } from '../poller/response.js';
import type { SendableLetter } from './select.js';
import { reasonOf } from './source.js';
import type { LetterTarget, SendOutcome } from './target.js';

/** Records of one event, as many as event source mappings have by default. */
const BATCH_SIZE = 100;
/** As long as Lambda lets a function run, in milliseconds. */
const TIMEOUT_MS = 900_000;
/** Left for what stands around the records of an event, in bytes. */
const ENVELOPE_BYTES = 4_096;

/**
 * Invokes a handler with events of Kafka made of the records. What it reports is not handled; where it throws,
 * the batch is halved until it is known for which records.
 */
export function toHandler(name: string, handler: Invoke): LetterTarget {
  return {
    name: `the handler of ${name}`,
    send: (letters) => new Run(handler).all(letters),
    close: async () => {},
  };
}

/** The `handler` of a module. @throws CodegenError `INPUT_INVALID` */
export async function loadHandler(path: string): Promise<Invoke> {
  let loaded: { readonly handler?: unknown };
  try {
    loaded = await import(pathToFileURL(resolve(path)).href);
  } catch (cause) {
    const advice = /\.[cm]?tsx?$/.test(path) ? ' Compile it first, and give the .js file.' : '';
    const message = `${path} cannot be loaded: ${reasonOf(cause)}.${advice}`;
    throw new CodegenError('INPUT_INVALID', message, { cause });
  }
  const { handler } = loaded;
  // Safe: any function may be a handler; what it answers is read as unknown.
  if (typeof handler === 'function') return handler as Invoke;
  throw new CodegenError('INPUT_INVALID', `${path} exports no function \`handler\`.`);
}

class Run {
  private readonly handler: Invoke;
  /** Why a record was not handled; those that are not here were. */
  private readonly failures = new Map<KafkaEventRecord, string>();

  constructor(handler: Invoke) {
    this.handler = handler;
  }

  async all(letters: readonly SendableLetter[]): Promise<readonly SendOutcome[]> {
    const records = letters.map(recordOrProblem);
    const events = records.filter((record) => typeof record !== 'string');
    for (const batch of batchesOf(events)) await this.batch(batch);
    return records.map((record) =>
      typeof record === 'string' ? record : this.failures.get(record),
    );
  }

  private async batch(batch: readonly KafkaEventRecord[]): Promise<void> {
    const event = kafkaEvent(batch);
    const options = { functionName: 'redrive', timeoutMs: TIMEOUT_MS };
    const ended = await invoke(this.handler, event, options);
    if ('error' in ended) return this.halved(batch, reasonOf(ended.error));
    const verdict = readResponse(ended.response, batch);
    if (verdict.kind === 'invalid') return this.halved(batch, `its answer: ${verdict.why}`);
    if (verdict.kind === 'partial') return this.reported(verdict.remaining);
  }

  private async halved(batch: readonly KafkaEventRecord[], why: string): Promise<void> {
    const [one] = batch;
    if (batch.length > 1) for (const half of bisect(batch)) await this.batch(half);
    else if (one !== undefined) this.failures.set(one, why);
  }

  /** The first of each partition failed, and what is behind it was not looked at. */
  private async reported(remaining: readonly KafkaEventRecord[]): Promise<void> {
    const partitions = new Set<string>();
    const behind = remaining.filter((record) => {
      const partition = `${record.topic}-${record.partition}`;
      if (partitions.has(partition)) return true;
      partitions.add(partition);
      this.failures.set(record, 'the handler reported it (batchItemFailures)');
      return false;
    });
    if (behind.length > 0) await this.batch(behind);
  }
}

/** In order; a batch has no record twice, so that what is reported is one of it. */
function batchesOf(records: readonly KafkaEventRecord[]): readonly (readonly KafkaEventRecord[])[] {
  const batches: KafkaEventRecord[][] = [];
  let ids = new Set<string>();
  let bytes = ENVELOPE_BYTES;
  for (const record of records) {
    const id = `${record.topic}-${record.partition}@${record.offset}`;
    const size = jsonBytes(record);
    const last = batches.at(-1);
    const fits = bytes + size <= MAX_PAYLOAD_BYTES && !ids.has(id);
    if (last !== undefined && last.length < BATCH_SIZE && fits) last.push(record);
    else {
      batches.push([record]);
      ids = new Set();
      bytes = ENVELOPE_BYTES;
    }
    ids.add(id);
    bytes += size;
  }
  return batches;
}

/** An event cannot hold every offset that Kafka has. */
function recordOrProblem(letter: SendableLetter): KafkaEventRecord | string {
  try {
    return recordOf(letter);
  } catch (error) {
    return reasonOf(error);
  }
}

function recordOf({ cause, record }: SendableLetter): KafkaEventRecord {
  const { timestamp, timestampType, topic, partition, offset, attempts = '1' } = cause;
  const time = new Date(Number(timestamp ?? Number.NaN));
  return eventRecord({
    topic,
    partition: Number(partition),
    offset: BigInt(offset),
    timestamp: Number.isNaN(time.getTime()) ? undefined : time,
    timestampType: timestampType === 'LOG_APPEND_TIME' ? 'LOG_APPEND_TIME' : 'CREATE_TIME',
    key: record.key,
    value: record.value,
    headers: [
      ...record.headers.map(({ name, value }) => [name, value] as const),
      [CAUSE_HEADERS.attempts, attempts],
    ],
  });
}
