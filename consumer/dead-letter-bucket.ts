import { MAX_LETTER_BYTES, type StoredDeadLetter } from '../runtime/dead-letter/form.js';
import { counted } from '../runtime/words.js';
import { type DeadLetter, type DeadLetterPolicy, deadLetterTo } from './dead-letter.js';
import { ConsumerError } from './errors.js';
import { identityOf } from './incoming-record.js';
import { once } from './once.js';
import { awsS3Client, type S3Client, type S3Object } from './s3-client.js';
import { storedDeadLetter } from './stored-dead-letter.js';

export interface DeadLetterBucketOptions {
  readonly bucket: string;
  /** Before all keys, such as `dead/`. @default none */
  readonly prefix?: string | undefined;
  /** Such as an `S3` of `@aws-sdk/client-s3`. @default one of that package, which is loaded then */
  readonly client?: S3Client | undefined;
  /**
   * The most that an object may have, in bytes, where a record's take four thirds of their length. A record
   * over it fails the batch.
   * @default 268435456, which `tavro decode` and `tavro redrive` read back
   */
  readonly maxBytes?: number | undefined;
}

/**
 * The failure policy that writes records to a bucket of S3: a {@link StoredDeadLetter} each, as an object
 * `<prefix><topic>/<partition>/<offset>.<day>.json`, whose numbers have leading zeros, so that a list of
 * keys is in the order of the partition, and whose day is the record's own in UTC. A record that comes
 * again has the same key: it overwrites what it was. Metadata (`tavro-cause-code`, `tavro-cause-topic`) say the cause.
 * @example createHandler({ onFailure: deadLetterBucket({ bucket: 'user-clicks-dead' }), routes })
 */
export function deadLetterBucket(options: DeadLetterBucketOptions): DeadLetterPolicy {
  const { client } = options;
  const writing = once(async () => client ?? awsS3Client());
  return deadLetterTo(async (letter) => {
    const object = objectOf(letter, options);
    const ready = await writing();
    await ready.putObject(object);
  });
}

function objectOf(letter: DeadLetter, options: DeadLetterBucketOptions): S3Object {
  const { bucket, prefix = '', maxBytes = MAX_LETTER_BYTES } = options;
  const stored: StoredDeadLetter = storedDeadLetter(letter);
  const Body = JSON.stringify(stored);
  const bytes = Buffer.byteLength(Body);
  if (bytes > maxBytes) throw tooLarge(letter, bytes, maxBytes);
  return {
    Bucket: bucket,
    Key: prefix + keyOf(letter),
    Body,
    ContentType: 'application/json',
    Metadata: {
      'tavro-cause-code': stored.cause.code ?? '',
      'tavro-cause-topic': stored.cause.topic ?? '',
    },
  };
}

function tooLarge({ id, record }: DeadLetter, bytes: number, maxBytes: number): ConsumerError {
  return new ConsumerError(
    'DEAD_LETTER',
    `${id} is ${counted(bytes, 'byte')} as an object of S3, over the ${maxBytes} of \`maxBytes\`. ` +
      'Give more, or send dead letters to a topic (deadLetterTopic).',
    identityOf(record),
  );
}

/** Enough for any partition that there is, and for the greatest offset. */
const PARTITION_DIGITS = 5;
const OFFSET_DIGITS = 19;

function keyOf({ record }: DeadLetter): string {
  const { topic, partition, offset, timestamp } = record;
  const folder = `${topic}/${String(partition).padStart(PARTITION_DIGITS, '0')}`;
  return `${folder}/${String(offset).padStart(OFFSET_DIGITS, '0')}.${dayOf(timestamp)}.json`;
}

/** Not the day of today: the object of a record that comes again is the same. */
function dayOf(timestamp: number): string {
  const time = new Date(timestamp);
  // Kafka takes any number for a time.
  return Number.isNaN(time.getTime()) ? 'undated' : (time.toISOString().split('T')[0] ?? '');
}
