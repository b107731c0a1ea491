import type { SchemaId } from '../runtime/index.js';
import { counted } from '../runtime/words.js';
import type { Clock } from './clock.js';
import { type Encoded, stampFrame } from './encode.js';
import { ProducerError } from './errors.js';
import { type SchemaIds, subjectKey } from './schema-ids.js';
import type { Outcome, OutgoingMessage, PartitionState, Transport } from './transport.js';

/** How much longer than its time a transport may take before it is given up on, in milliseconds. */
const GRACE_MS = 1_000;

export interface DeliveryOptions {
  readonly transport: Transport;
  readonly ids: SchemaIds;
  readonly clock: Clock;
}

/** One batch for one partition, all of it due at `deadlineMs`, by the clock's running time. */
export interface Batch {
  readonly topic: string;
  readonly partition: number;
  readonly messages: readonly Encoded[];
  readonly deadlineMs: number;
  /** Whether no other batch of the partition is under way, so that it may be sent again in parts. */
  readonly isAlone: boolean;
}

export interface Delivery {
  /**
   * Asks for the partitions of a topic.
   * @throws ProducerError and nothing else
   */
  partitions(topic: string, deadlineMs: number): Promise<readonly PartitionState[]>;
  /** Takes one batch to the broker: schema ids, send. Answers one outcome per message. */
  deliver(batch: Batch): Promise<readonly Outcome[]>;
}

export function createDelivery(options: DeliveryOptions): Delivery {
  const { transport, ids, clock } = options;
  return {
    async partitions(topic, deadlineMs) {
      try {
        const asked = transport.partitions(topic, { timeoutMs: deadlineMs - clock.running() });
        const known = await beforeDeadline(clock, asked, {
          deadlineMs: deadlineMs + GRACE_MS,
          late: () => timedOut(topic, `its partitions from ${transport.name}`),
        });
        if (known.length === 0) throw new Error('The transport answered no partitions');
        return known;
      } catch (error) {
        if (error instanceof ProducerError) throw error;
        throw new ProducerError('BROKER', reasonOf(error), { topic, cause: error });
      }
    },
    async deliver(batch) {
      const { topic, messages, deadlineMs } = batch;
      if (messages.every(isStamped)) return sendWhole(options, batch);
      const late = () => timedOut(topic, 'the schema id');
      let unstamped: ReadonlyMap<Encoded, Outcome>;
      try {
        unstamped = await beforeDeadline(clock, stamp(messages, ids), { deadlineMs, late });
      } catch (error) {
        return messages.map(() => failed(error));
      }
      const ready = messages.filter((message) => !unstamped.has(message));
      const outcomes = await sendWhole(options, { ...batch, messages: ready });
      let next = 0;
      return messages.map((message) => unstamped.get(message) ?? at(outcomes, next++));
    },
  };
}

function isStamped({ unstamped }: Encoded): boolean {
  return unstamped.length === 0;
}

/** Fills in schema ids; answers what cannot go because its id could not be had. */
async function stamp(
  messages: readonly Encoded[],
  ids: SchemaIds,
): Promise<ReadonlyMap<Encoded, Outcome>> {
  // Kept per batch, so that a failure is not asked for again by each message.
  const wanted = new Map<string, Promise<SchemaId>>();
  const refused = new Map<Encoded, Outcome>();
  for (const message of messages) {
    for (const frame of message.unstamped) {
      const key = subjectKey(frame.of);
      const id = ids.known(frame.of) ?? wanted.get(key) ?? ids.resolve(frame.of);
      if (typeof id === 'object') wanted.set(key, id);
      try {
        stampFrame(frame, typeof id === 'object' ? await id : id);
      } catch (error) {
        refused.set(message, failed(error));
      }
    }
  }
  return refused;
}

/**
 * Sends a batch; where the broker finds parts of it too large as a whole, sends those again in
 * halves, so that only a message that is too large by itself fails.
 */
async function sendWhole(options: DeliveryOptions, batch: Batch): Promise<readonly Outcome[]> {
  if (batch.messages.length === 0) return [];
  const sent = await sendOnce(options, batch);
  if (!batch.isAlone || !sent.some(isTooLarge)) return sent;
  const outcomes = [...sent];
  const tooLarge = outcomes.flatMap((outcome, index) => (isTooLarge(outcome) ? [index] : []));
  if (tooLarge.length < 2) return outcomes;
  const half = Math.ceil(tooLarge.length / 2);
  for (const part of [tooLarge.slice(0, half), tooLarge.slice(half)]) {
    const messages = part.flatMap((index) => batch.messages[index] ?? []);
    const again = await sendWhole(options, { ...batch, messages });
    part.forEach((index, position) => {
      outcomes[index] = at(again, position);
    });
  }
  return outcomes;
}

function isTooLarge({ error }: Outcome): boolean {
  return error?.code === 'TOO_LARGE';
}

async function sendOnce(options: DeliveryOptions, batch: Batch): Promise<readonly Outcome[]> {
  const { transport, clock } = options;
  const { topic, partition } = batch;
  const messages: readonly OutgoingMessage[] = batch.messages.map(({ outgoing }) => outgoing);
  const waitedFor = `an acknowledgement from ${transport.name}`;
  const timeoutMs = batch.deadlineMs - clock.running();
  if (timeoutMs <= 0) return messages.map(() => failed(timedOut(topic, waitedFor)));
  try {
    const sending = transport.send({ topic, partition }, messages, { timeoutMs });
    const outcomes = await beforeDeadline(clock, sending, {
      deadlineMs: batch.deadlineMs + GRACE_MS,
      late: () => timedOut(topic, waitedFor, 'unknown'),
    });
    return messages.map((_, index) => at(outcomes, index));
  } catch (error) {
    return messages.map(() => failed(error));
  }
}

/** The delivery timeout has passed. */
export function timedOut(
  topic: string,
  waitedFor: string,
  delivered: 'no' | 'unknown' = 'no',
): ProducerError {
  const end =
    delivered === 'no'
      ? 'It was not sent.'
      : 'It may have been stored all the same: sending it again may duplicate it.';
  return new ProducerError(
    'TIMED_OUT',
    `A message to "${topic}" waited for ${waitedFor} until the delivery timeout. ${end}`,
    { topic, delivered },
  );
}

interface DeadlineOptions {
  readonly deadlineMs: number;
  readonly late: () => ProducerError;
}

async function beforeDeadline<T>(
  clock: Clock,
  work: Promise<T>,
  { deadlineMs, late }: DeadlineOptions,
): Promise<T> {
  let cancel: (() => void) | undefined;
  const tooLate = new Promise<never>((_, reject) => {
    cancel = clock.schedule(() => reject(late()), Math.max(0, deadlineMs - clock.running()));
  });
  try {
    return await Promise.race([work, tooLate]);
  } finally {
    cancel?.();
  }
}

/** The outcome of a transport that broke its contract is unknown. */
function at(outcomes: readonly Outcome[], index: number): Outcome {
  return (
    outcomes[index] ??
    failed(
      new Error(
        `The transport answered ${counted(outcomes.length, 'outcome')}, none for message ${index}`,
      ),
    )
  );
}

function failed(error: unknown): Outcome {
  if (error instanceof ProducerError) return { error };
  const fields = { delivered: 'unknown', cause: error } as const;
  return { error: new ProducerError('BROKER', reasonOf(error), fields) };
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
