import { createHash } from 'node:crypto';
import { CAUSE_HEADERS } from '../runtime/dead-letter/cause.js';
import type { StoredDeadLetter } from '../runtime/dead-letter/form.js';
import { counted } from '../runtime/words.js';
import { type DeadLetter, type DeadLetterPolicy, deadLetterTo } from './dead-letter.js';
import { ConsumerError } from './errors.js';
import { identityOf } from './incoming-record.js';
import { once } from './once.js';
import { awsSqsClient, type SqsClient, type SqsMessage } from './sqs-client.js';
import { storedDeadLetter } from './stored-dead-letter.js';

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

const MAX_BYTES = 1_048_576;

/**
 * The failure policy that sends records to a queue of SQS: a {@link StoredDeadLetter} each. Attributes
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
  const { id, cause, record } = storedDeadLetter(letter);
  const whole = message({ id, cause, record });
  const bytes = bytesOf(whole);
  if (bytes <= maxBytes) return whole;
  if (tooLarge === 'reference') return message({ id, cause });
  throw new ConsumerError(
    'DEAD_LETTER',
    `${id} is ${counted(bytes, 'byte')} as a message of SQS, over the ${maxBytes} that the queue takes. ` +
      "Send dead letters to a bucket or a topic (deadLetterBucket, deadLetterTopic), or where they lie only (tooLarge: 'reference').",
    identityOf(letter.record),
  );
}

function message(letter: StoredDeadLetter): Message {
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
