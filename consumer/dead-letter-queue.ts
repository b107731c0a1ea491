import { createHash } from 'node:crypto';
import { counted } from '../runtime/words.js';
import { CAUSE_HEADERS, type Cause, causeOf } from './cause-headers.js';
import { type DeadLetter, type DeadLetterPolicy, deadLetterTo } from './dead-letter.js';
import { ConsumerError } from './errors.js';
import { identityOf } from './incoming-record.js';
import { once } from './once.js';
import { originalRecord } from './original-record.js';
import { awsSqsClient, type SqsClient, type SqsMessage } from './sqs-client.js';

export interface DeadLetterQueueOptions {
  /** One whose name ends in `.fifo` keeps the order of each partition, and takes a record once. */
  readonly queueUrl: string;
  /** Such as an `SQS` of `@aws-sdk/client-sqs`. @default one of that package, which is loaded then */
  readonly client?: SqsClient | undefined;
  /**
   * What the queue takes, in bytes (`MaximumMessageSize`); 262144 for many an older queue.
   * @default 1048576, the most that SQS has
   */
  readonly maxBytes?: number | undefined;
  /**
   * What becomes of a record that is larger than that as a message, where bytes take four thirds of
   * their length: `fail` the batch, or send where it lies (`reference`), without its key, value and
   * headers. @default 'fail'
   */
  readonly tooLarge?: 'fail' | 'reference' | undefined;
}

/** The body of a message, as JSON. */
export interface QueuedDeadLetter {
  /** `<topic>-<partition>@<offset>`. */
  readonly id: string;
  readonly cause: Cause;
  /** The record as Kafka holds it; absent where it was too large. */
  readonly record?: QueuedRecord;
}

/** Bytes are base64. */
export interface QueuedRecord {
  readonly key: string | null;
  readonly value: string | null;
  /** In order; a name may occur more than once. */
  readonly headers: readonly { readonly name: string; readonly value: string | null }[];
}

const MAX_BYTES = 1_048_576;

/**
 * The failure policy that sends records to a queue of SQS: a {@link QueuedDeadLetter} each. Attributes
 * (`tavro.cause.code`, `tavro.cause.topic`) say the cause to those who filter.
 * @example createHandler({ onFailure: deadLetterQueue({ queueUrl }), routes })
 */
export function deadLetterQueue(options: DeadLetterQueueOptions): DeadLetterPolicy {
  const { queueUrl, client } = options;
  const sending = once(async () => client ?? awsSqsClient());
  return deadLetterTo(async (letter) => {
    const message = messageOf(letter, options);
    const ready = await sending();
    await ready.sendMessage({ QueueUrl: queueUrl, ...message, ...order(letter, queueUrl) });
  });
}

type Message = Pick<SqsMessage, 'MessageBody' | 'MessageAttributes'>;

function messageOf(letter: DeadLetter, options: DeadLetterQueueOptions): Message {
  const { maxBytes = MAX_BYTES, tooLarge = 'fail' } = options;
  const { id } = letter;
  const cause = causeOf(letter);
  const whole = message({ id, cause, record: queued(letter) });
  const bytes = bytesOf(whole);
  if (bytes <= maxBytes) return whole;
  if (tooLarge === 'reference') return message({ id, cause });
  throw new ConsumerError(
    'DEAD_LETTER',
    `${id} is ${counted(bytes, 'byte')} as a message of SQS, over the ${maxBytes} that the queue takes. ` +
      "Send dead letters to a topic (deadLetterTopic), or where they lie only (tooLarge: 'reference').",
    identityOf(letter.record),
  );
}

function message(letter: QueuedDeadLetter): Message {
  const { code = '', topic = '' } = letter.cause;
  const attribute = (text: string) => ({ DataType: 'String', StringValue: text }) as const;
  return {
    MessageBody: JSON.stringify(letter).replace(/[\uFFFE\uFFFF]/g, escaped),
    MessageAttributes: {
      [CAUSE_HEADERS.code]: attribute(code),
      [CAUSE_HEADERS.topic]: attribute(topic),
    },
  };
}

/** What SQS refuses and JSON does not escape. */
function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16)}`;
}

/** As SQS counts: the body, and of each attribute its name, type and value. */
function bytesOf({ MessageBody, MessageAttributes }: Message): number {
  const texts = Object.entries(MessageAttributes).flatMap(([name, { DataType, StringValue }]) => [
    name,
    DataType,
    StringValue,
  ]);
  return [MessageBody, ...texts].reduce((sum, text) => sum + Buffer.byteLength(text), 0);
}

function queued({ record }: DeadLetter): QueuedRecord {
  const { key, value, headers } = originalRecord(record);
  return {
    key: base64(key),
    value: base64(value),
    headers: headers.map(({ name, value: bytes }) => ({ name, value: base64(bytes) })),
  };
}

function base64(bytes: Uint8Array | null): string | null {
  return bytes && Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('base64');
}

/** What a FIFO queue asks for: one order for each partition, and one message for each record. */
function order({ id, record }: DeadLetter, queueUrl: string): Partial<SqsMessage> {
  if (!queueUrl.endsWith('.fifo')) return {};
  // Their hashes, since names of topics are longer than what SQS takes.
  const hash = (text: string) => createHash('sha256').update(text).digest('hex');
  return {
    MessageGroupId: hash(`${record.topic}-${record.partition}`),
    MessageDeduplicationId: hash(id),
  };
}
