/** Where letters come from and go to, by what was said on the command line. */
import type { Readable } from 'node:stream';
import { openFolder, openInput } from '../../codegen/decode/input.js';
import { isThere } from '../../codegen/disk/directory.js';
import { CodegenError } from '../../codegen/error.js';
import { awsS3Client, type S3Reader } from '../../consumer/s3-client.js';
import { kafkajsSource } from '../../consumer/sources/index.js';
import { awsSqsClient, type SqsReader } from '../../consumer/sqs-client.js';
import { connectionFromEnvironment } from '../../producer/environment.js';
import { createProducer, type KafkaConnection, kafkajsTransport } from '../../producer/index.js';
import { MAX_LETTER_BYTES } from '../../runtime/dead-letter/form.js';
import { fixedRegistry } from '../fixed-registry.js';
import { bucketLetters } from './bucket-letters.js';
import { fileLetters } from './file-letters.js';
import { queueLetters } from './queue-letters.js';
import { failed, type LetterSource } from './source.js';
import type { LetterTarget } from './target.js';
import { loadHandler, toHandler } from './to-handler.js';
import { toTopics } from './to-topics.js';
import { topicEnds } from './topic-ends.js';
import { topicLetters } from './topic-letters.js';

export interface Places {
  /** A file, a folder, `-`, `s3://bucket/prefix`, the URL of a queue, a topic or `kafka:<topic>`. */
  readonly from: string;
  /** Consumer group of a topic's reader. */
  readonly group: string;
  readonly toTopic?: string | undefined;
  /** Path of a module. */
  readonly toHandler?: string | undefined;
}

export interface Outside {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly stdin?: Readable | undefined;
  /** For tests. @default the AWS SDK's, which are loaded then */
  readonly sqs?: (region: string | undefined) => Promise<SqsReader>;
  readonly s3?: () => Promise<S3Reader>;
}

/** A topic's name. Source: Apache Kafka, `Topic.validate`. */
const TOPIC = /^[a-zA-Z0-9._-]{1,249}$/;
const BUCKET = /^s3:\/\/([^/]+)\/?(.*)$/;
/** Of a queue's URL. */
const REGION = /^https:\/\/sqs\.([a-z0-9-]+)\.amazonaws\.com/;

/** @throws CodegenError `USAGE` for what is none of them */
export async function openSource(
  { from, group, toTopic }: Places,
  outside: Outside,
): Promise<LetterSource> {
  const { stdin } = outside;
  if (from === '-') return fileLetters('standard input', [openInput('-', stdin)]);
  const [, bucket, prefix = ''] = BUCKET.exec(from) ?? [];
  if (bucket !== undefined) {
    const { s3 = () => awsS3Client({ wantedBy: 'tavro redrive' }) } = outside;
    return bucketLetters({ bucket, prefix }, s3);
  }
  if (/^https?:\/\//.test(from)) {
    const [, region] = REGION.exec(from) ?? [];
    const { sqs = (of) => awsSqsClient({ wantedBy: 'tavro redrive', region: of }) } = outside;
    return queueLetters(from, () => sqs(region));
  }
  if (isThere(from)) return fileLetters(from, openFolder(from) ?? [openInput(from, stdin)]);
  const topic = from.replace(/^kafka:/, '');
  if (topic === toTopic)
    throw new CodegenError('USAGE', `They lie in ${topic} already: --to-topic is another one.`);
  if (TOPIC.test(topic)) return openTopic(topic, group, outside);
  throw new CodegenError(
    'USAGE',
    `There is no file ${JSON.stringify(from)}, and no topic has such a name.`,
  );
}

async function openTopic(topic: string, group: string, outside: Outside): Promise<LetterSource> {
  const connection = await connectionOf(outside);
  return topicLetters({
    topic,
    source: kafkajsSource(connection)(group),
    ends: () => topicEnds(connection, topic),
  });
}

/** Opens what letters are sent to, when there are some. */
export async function openTarget(
  { toTopic, toHandler: path }: Places,
  outside: Outside,
): Promise<LetterTarget> {
  if (path !== undefined) return toHandler(path, await loadHandler(path));
  const connection = await connectionOf(outside);
  const producer = createProducer({
    transport: kafkajsTransport(connection),
    // Bytes go as they are: no registry is asked.
    registry: fixedRegistry({}),
    maxBufferedBytes: MAX_LETTER_BYTES,
  });
  try {
    // Soon, where there is no way: else each letter would try for itself.
    await producer.connect();
  } catch (cause) {
    await producer.close();
    throw failed('Kafka cannot be reached', cause);
  }
  return toTopics(producer, { brokers: connection.brokers.join(', '), topic: toTopic });
}

/** What the plan calls it, before it is opened. */
export function targetName({ toTopic, toHandler: path }: Places): string {
  if (path !== undefined) return `the handler of ${path}`;
  return toTopic === undefined ? 'their own topics' : `topic ${toTopic}`;
}

async function connectionOf({ env }: Outside): Promise<KafkaConnection> {
  try {
    return await connectionFromEnvironment({ env });
  } catch (cause) {
    throw failed('Kafka cannot be reached', cause);
  }
}
