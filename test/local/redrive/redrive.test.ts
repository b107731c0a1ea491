/** Dead letters sent again: from each place, to each target, and only what a person agreed to. */
import { describe, expect, it } from '@jest/globals';
import { deadLetterBucket, deadLetterQueue, deadLetterTopic } from '../../../consumer/index.js';
import { MemoryBroker, memorySource } from '../../../local/memory/index.js';
import { mskEvent } from '../../../local/msk-event.js';
import type { Invoke } from '../../../local/poller/invoke.js';
import { onFailureRecord } from '../../../local/poller/on-failure.js';
import { bucketLetters } from '../../../local/redrive/bucket-letters.js';
import { fileLetters } from '../../../local/redrive/file-letters.js';
import { queueLetters } from '../../../local/redrive/queue-letters.js';
import { type RedriveOptions, type RedriveWorld, redrive } from '../../../local/redrive/redrive.js';
import type { LetterSource } from '../../../local/redrive/source.js';
import { toHandler } from '../../../local/redrive/to-handler.js';
import { toTopics } from '../../../local/redrive/to-topics.js';
import { topicLetters } from '../../../local/redrive/topic-letters.js';
import { testProducer } from '../../../local/test-producer/test-producer.js';
import { FAILED, FakeBucket, FakeQueue, fail, NOW } from './fakes.js';

const QUEUE = 'https://sqs.eu-west-1.amazonaws.com/1/dead';
const raw = (name: string) => ({ name, key: 'bytes', value: 'bytes' }) as const;

/** A run, and what was printed; a person who agrees, unless told otherwise. */
async function run(
  source: LetterSource,
  target: RedriveWorld['target'],
  given: Partial<RedriveOptions> & {
    readonly answer?: boolean;
    readonly signal?: AbortSignal;
  } = {},
) {
  const { answer = true, signal = new AbortController().signal, ...options } = given;
  const printed: string[] = [];
  const asked: string[] = [];
  const exit = await redrive(
    { max: 1_000, dryRun: false, keep: false, ...options },
    {
      source,
      targetName: 'their own topics',
      target,
      ask: async (question) => {
        asked.push(question);
        return answer;
      },
      out: (text) => printed.push(text),
      err: (text) => printed.push(`! ${text}`),
      signal,
      now: () => NOW,
    },
  );
  return { exit, asked, text: printed.join('\n') };
}

function setUp(topic?: string) {
  const kit = testProducer();
  const target = async () => toTopics(kit.producer, { brokers: 'memory', topic });
  return { ...kit, target };
}

async function queueOf(records = FAILED) {
  const queue = new FakeQueue();
  await fail(deadLetterQueue({ queueUrl: QUEUE, client: queue }), records);
  return { queue, source: queueLetters(QUEUE, async () => queue) };
}

const never = async () => {
  throw new Error('not to be opened');
};

describe('the plan', () => {
  it('says by topic and cause what would be sent, and how old it is', async () => {
    const { queue, source } = await queueOf();
    const { exit, asked, text } = await run(source, never, { dryRun: true });
    expect([exit, asked, queue.seen.length]).toEqual([0, [], 5]);
    expect(text).toMatchInlineSnapshot(`
"5 dead letters in queue https://sqs.eu-west-1.amazonaws.com/1/dead, for their own topics:
letters  topic   cause    age
      2  clicks  DECODE   2 h to 3 d
      2  orders  HANDLER  30 min to 1 h
      1  clicks  HANDLER  30 min
! Nothing was sent: this was a dry run."
`);
  });

  it('is asked about, and nothing is sent where the answer is no', async () => {
    const { queue, source } = await queueOf();
    const { target, sent } = setUp();
    const { exit, asked, text } = await run(source, target, { answer: false });
    expect(asked).toEqual([
      `Send 5 dead letters to their own topics, on memory, and take what was sent out of queue ${QUEUE}?`,
    ]);
    expect([exit, sent(raw('clicks')).length, queue.seen.length]).toEqual([0, 0, 5]);
    expect(text).toMatch(/! Nothing was sent\.$/);
  });

  it('has what the filters let in', async () => {
    const { queue, source } = await queueOf();
    const { target, sent } = setUp();
    const filters = { causes: ['HANDLER', 'REGISTRY'], topics: ['orders'] };
    const { exit, text } = await run(source, target, filters);
    expect([exit, sent(raw('clicks')).length, sent(raw('orders')).length]).toEqual([0, 0, 2]);
    expect(text).toContain('! 3 dead letters passed over: not of --cause or --topic.');
    expect(queue.seen).toEqual(['clicks-0@7', 'clicks-0@8', 'clicks-0@9']);
  });

  it('has as many as --max, and says that there may be more', async () => {
    const { queue, source } = await queueOf();
    const { target } = setUp();
    const { text } = await run(source, target, { max: 2 });
    expect(text).toContain(`! There may be more in queue ${QUEUE}: run it again afterwards.`);
    expect(text).toContain('sent 2 of 2 dead letters');
    expect(queue.seen).toHaveLength(3);
  });

  it('says what is no dead letter, and what has no bytes, and leaves it', async () => {
    const queue = new FakeQueue();
    const large = [
      { topic: 'clicks', offset: 1, value: new Uint8Array(900), code: 'DECODE' },
    ] as const;
    const options = {
      queueUrl: QUEUE,
      client: queue,
      maxBytes: 800,
      tooLarge: 'reference',
    } as const;
    await fail(deadLetterQueue(options), large);
    await queue.sendMessage({ MessageBody: '{"order":1}' });
    const { exit, text } = await run(
      queueLetters(QUEUE, async () => queue),
      never,
    );
    expect(exit).toBe(1);
    expect(text).toMatchInlineSnapshot(`
"! message m1: neither a dead letter of tavro (id, cause, record) nor a record of Lambda's on-failure destination for Kafka (requestContext, KafkaBatchInfo, payload).
! Cannot be sent: clicks-0@1: it says only where the record lies, which was too large.
! Nothing to send: queue https://sqs.eu-west-1.amazonaws.com/1/dead has no dead letter that can be sent."
`);
    expect(queue.messages.every(({ hidden, deleted }) => !hidden && !deleted)).toBe(true);
  });
});

describe('to topics', () => {
  it('goes each record as it was, into its partition, and says how often it failed', async () => {
    const again = { ...FAILED[0], headers: [['tavro.cause.attempts', '2'] as const] };
    // Safe: the first of a list that is not empty.
    const records = [...FAILED, { ...again, offset: 10, partition: 1 } as (typeof FAILED)[0]];
    const { source } = await queueOf(records);
    const { target, sent, broker } = setUp();
    broker.createTopic('clicks', { partitions: 3 });
    const { exit } = await run(source, target);
    expect(exit).toBe(0);
    const [ann, bob, ann2, last] = sent(raw('clicks'));
    expect([ann, bob, ann2].map((one) => [one?.partition, one?.key, one?.value])).toEqual(
      [0, 1, 3].map((index) => [0, Buffer.from(String(FAILED[index]?.key)), FAILED[index]?.value]),
    );
    expect(ann?.headers.map(({ name, value }) => [name, value])).toEqual([
      ['trace', new TextEncoder().encode('t7')],
      ['again', Uint8Array.of(0xff)],
      ['again', new TextEncoder().encode('x')],
      ['tavro.cause.attempts', new TextEncoder().encode('1')],
    ]);
    expect(last?.partition).toBe(1);
    expect(last?.headers.map(({ name, text }) => [name, text])).toEqual([
      ['tavro.cause.attempts', '3'],
    ]);
  });

  it('may go to another one, by its key', async () => {
    const { source } = await queueOf();
    const { target, sent } = setUp('mended');
    await run(source, target);
    expect(sent(raw('mended'))).toHaveLength(5);
  });

  it('that do not take all: what was not acknowledged stays, and the exit says so', async () => {
    const { queue, source } = await queueOf();
    const { target, failNext, sent } = setUp();
    failNext({ code: 'TIMED_OUT', delivered: 'unknown', topic: raw('orders') });
    const { exit, text } = await run(source, target, { topics: ['orders'], max: 1 });
    expect([exit, sent(raw('orders')).length]).toEqual([1, 0]);
    expect(text).toMatch(/! Not sent: orders-0@3: .*\nsent 0 of 1 dead letter$/);
    expect(queue.seen).toHaveLength(5);
  });

  it('of a record whose frame was of AWS Glue goes nothing: it would be another record', async () => {
    const event = mskEvent([{ topic: 'clicks', value: Uint8Array.of(1) }]);
    const [record] = event.records['clicks-0'] ?? [];
    if (record === undefined) throw new Error('no record');
    const taken = { ...record, valueSchemaMetadata: { dataFormat: 'AVRO', schemaId: 'a-b-c' } };
    const file = onFailure({ ...event, records: { 'clicks-0': [taken] } });
    const { exit, text } = await run(file, never);
    expect(exit).toBe(1);
    expect(text).toContain(
      '! Cannot be sent: clicks-0@0: an event source mapping took the frame off its value',
    );
  });
});

describe('out of a queue', () => {
  it('is taken what was sent, a message at a time', async () => {
    const { queue, source } = await queueOf();
    queue.refusing.add('m1');
    const { target, sent } = setUp();
    const { exit, text } = await run(source, target);
    expect([exit, sent(raw('clicks')).length, sent(raw('orders')).length]).toEqual([1, 3, 2]);
    expect(text).toContain(`! Sent, and still in queue ${QUEUE}: message m1: AccessDenied`);
    expect(queue.seen).toEqual(['clicks-0@8']);
  });

  it('is taken nothing with --keep', async () => {
    const { queue, source } = await queueOf();
    const { target } = setUp();
    const { exit, asked, text } = await run(source, target, { keep: true });
    expect([exit, queue.seen.length]).toEqual([0, 5]);
    expect(asked).toEqual(['Send 5 dead letters to their own topics, on memory?']);
    expect(text).toMatch(/\nsent 5 of 5 dead letters$/);
  });

  it('is read nothing where SQS refuses', async () => {
    const queue = new FakeQueue();
    const refusing = Object.assign(new Error('no access'), { name: 'AccessDenied' });
    queue.receiveMessage = () => Promise.reject(refusing);
    await expect(
      run(
        queueLetters(QUEUE, async () => queue),
        never,
      ),
    ).rejects.toMatchObject({
      code: 'REDRIVE_FAILED',
      message: `queue ${QUEUE} cannot be read: AccessDenied: no access`,
    });
  });

  it('is read no more once the person wants to stop', async () => {
    const { queue, source } = await queueOf();
    const { exit, text } = await run(source, never, { signal: AbortSignal.abort() });
    expect([exit, text, queue.seen.length]).toEqual([130, '! Interrupted: nothing was sent.', 5]);
  });

  it('is not sent what comes after the person wants to stop', async () => {
    const stop = new AbortController();
    const { queue, source } = await queueOf();
    const { producer, sent } = testProducer();
    const target = async () => {
      stop.abort();
      return toTopics(producer, { brokers: 'memory' });
    };
    const { exit, text } = await run(source, target, { signal: stop.signal });
    expect([exit, sent(raw('clicks')).length, queue.seen.length]).toEqual([130, 0, 5]);
    expect(text).toContain('! Interrupted: the rest was not sent.');
  });
});

/** What Lambda wrote to S3 of a batch, as a file. */
function onFailure(event: ReturnType<typeof mskEvent>): LetterSource {
  const record = onFailureRecord({
    batch: Object.values(event.records).flat(),
    event,
    condition: 'RetriesExhausted',
    invocations: 2,
    requestId: 'r',
    functionName: 'f',
  });
  async function* bytes() {
    yield Buffer.from(JSON.stringify(record));
  }
  return fileLetters('batch.json', [{ name: 'batch.json', bytes: bytes() }]);
}

describe('out of a bucket', () => {
  async function bucketOf() {
    const bucket = new FakeBucket();
    await fail(deadLetterBucket({ bucket: 'b', prefix: 'dead/', client: bucket }));
    bucket.objects.set('dead/', '');
    bucket.objects.set('other/x', '{}');
    const source = bucketLetters({ bucket: 'b', prefix: 'dead/' }, async () => bucket);
    return { bucket, source };
  }

  it('is taken what was sent, in the order of the keys', async () => {
    const { bucket, source } = await bucketOf();
    const { target, sent } = setUp();
    const { exit, text } = await run(source, target);
    expect(exit).toBe(0);
    expect([...bucket.objects.keys()]).toEqual(['dead/', 'other/x']);
    expect(sent(raw('clicks')).map(({ headers }) => headers[0]?.text)).toEqual(['t7', 't8', 't9']);
    expect(text).toMatch(/\nsent 5 of 5 dead letters; taken out of s3:\/\/b\/dead\/$/);
  });

  it('says what to set where the AWS SDK misses its region', async () => {
    const missing = async () => Promise.reject(new Error('Region is missing'));
    const source = bucketLetters({ bucket: 'b', prefix: '' }, missing);
    await expect(run(source, never)).rejects.toMatchObject({
      message: 's3://b/ cannot be read: Region is missing. Set AWS_REGION.',
    });
  });

  it('is left an object of which not all was sent', async () => {
    const bucket = new FakeBucket();
    const event = mskEvent(FAILED.slice(0, 3).map(({ code: _, ...record }) => record));
    const record = onFailureRecord({
      batch: Object.values(event.records).flat(),
      event,
      condition: 'RetriesExhausted',
      invocations: 2,
      requestId: 'r',
      functionName: 'f',
    });
    const text = JSON.stringify({ ...record, payload: JSON.stringify(record.payload) });
    await bucket.putObject({ Key: 'lambda/1', Body: text });
    const source = () => bucketLetters({ bucket: 'b', prefix: 'lambda/' }, async () => bucket);
    const { target, sent } = setUp();
    await run(source(), target, { topics: ['clicks'] });
    expect([sent(raw('clicks')).length, bucket.objects.size]).toEqual([2, 1]);
    await run(source(), async () => toTopics(testProducer().producer, { brokers: 'm' }));
    expect(bucket.objects.size).toBe(0);
  });
});

describe('out of a topic', () => {
  async function topicOf(records = FAILED) {
    const broker = new MemoryBroker();
    broker.createTopic('dead', { partitions: 1 });
    for (const topic of ['clicks', 'orders']) broker.createTopic(topic, { partitions: 1 });
    const kit = testProducer({ broker });
    await fail(deadLetterTopic(kit.producer, 'dead'), records);
    const at = { topic: 'dead', partition: 0 };
    const source = () =>
      topicLetters({
        topic: 'dead',
        source: memorySource(broker)('g'),
        ends: async () => new Map([[0, broker.endOffset(at)]]),
        quietMs: 50,
      });
    // Not closed: the next run sends with it too.
    const open = toTopics(kit.producer, { brokers: 'memory' });
    const target = async () => ({ ...open, close: async () => {} });
    return { ...kit, source, target, committed: () => broker.committed('g', at) };
  }

  it('goes what the group has not sent, and the group comes as far', async () => {
    const { source, target, sent, committed, producer } = await topicOf();
    const { exit } = await run(source(), target);
    expect([exit, committed()]).toEqual([0, 5n]);
    const [ann] = sent(raw('clicks'));
    expect(ann).toMatchObject({ key: Buffer.from('ann'), value: FAILED[0]?.value });
    expect(ann?.headers.map(({ name, text }) => [name, text])).toEqual([
      ['trace', 't7'],
      ['again', '\uFFFD'],
      ['again', 'x'],
      ['tavro.cause.attempts', '1'],
    ]);
    await fail(deadLetterTopic(producer, 'dead'), FAILED.slice(0, 1));
    const { text } = await run(source(), target);
    expect(text).toContain('sent 1 of 1 dead letter');
    expect(committed()).toBe(6n);
  });

  it('comes again what lies behind a letter that was passed over', async () => {
    const { source, target, committed } = await topicOf();
    await run(source(), target, { causes: ['DECODE'] });
    expect(committed()).toBe(2n);
    const { text } = await run(source(), target, { topics: ['orders'] });
    expect(text).toContain('sent 2 of 2');
    expect(committed()).toBe(3n);
  });

  it('goes nothing of what is no dead letter, which is passed over for good', async () => {
    const { source, target, committed, broker } = await topicOf([]);
    const other = { key: null, value: Buffer.from('{"a":1}'), headers: [], timestampMs: 1 };
    broker.append({ topic: 'dead', partition: 0 }, other);
    const { exit, text } = await run(source(), target);
    expect([exit, committed()]).toEqual([1, undefined]);
    expect(text).toContain('! dead-0@0: no dead letter: it has no headers tavro.cause.…');
    await fail(deadLetterTopic(testProducer({ broker }).producer, 'dead'));
    await run(source(), target);
    expect(committed()).toBe(6n);
  });

  it("goes what Lambda's on-failure destination wrote there", async () => {
    const { source, target, sent, broker } = await topicOf([]);
    const event = mskEvent([{ topic: 'clicks', key: 'ann', value: Uint8Array.of(7) }]);
    const batch = Object.values(event.records).flat();
    const given = { batch, event, condition: 'RetriesExhausted', invocations: 1 } as const;
    const value = onFailureRecord({ ...given, requestId: 'r', functionName: 'f' });
    const record = { key: null, headers: [], timestampMs: 1 };
    const bytes = Buffer.from(JSON.stringify(value));
    broker.append({ topic: 'dead', partition: 0 }, { ...record, value: bytes });
    await run(source(), target);
    expect(sent(raw('clicks'))).toMatchObject([{ value: Uint8Array.of(7) }]);
  });
});

describe('to a handler', () => {
  const ids = (event: Parameters<Invoke>[0]) =>
    Object.values(event.records)
      .flat()
      .map(({ topic, partition, offset }) => `${topic}-${partition}@${offset}`);

  it('goes an event of Kafka', async () => {
    const { queue, source } = await queueOf();
    const events: Parameters<Invoke>[0][] = [];
    const handler = async (event: Parameters<Invoke>[0]) => void events.push(event);
    const { exit, asked } = await run(source, async () => toHandler('h.js', handler));
    expect([exit, queue.seen]).toEqual([0, []]);
    expect(asked[0]).toMatch(/^Send 5 dead letters to the handler of h\.js, and take/);
    const [event, ...others] = events;
    expect(others).toEqual([]);
    const [written] =
      mskEvent([{ ...FAILED[0], value: FAILED[0]?.value ?? null, topic: 'clicks' }]).records[
        'clicks-0'
      ] ?? [];
    expect(event?.records['clicks-0']?.[0]).toEqual({
      ...written,
      headers: [...(written?.headers ?? []), { 'tavro.cause.attempts': [49] }],
    });
  });

  it('is left what it reports, and the rest is not held up by that', async () => {
    const { queue, source } = await queueOf();
    const handled: string[] = [];
    // As a handler of ours under `report`: the rest of the partition is not looked at.
    const handler: Invoke = async (event) => ({
      batchItemFailures: Object.entries(event.records).flatMap(([partition, records]) => {
        const bad = records.findIndex(({ offset }) => offset === 7 || offset === 4);
        for (const { offset } of bad < 0 ? records : records.slice(0, bad))
          handled.push(`${partition}@${offset}`);
        const offset = records[bad]?.offset;
        return offset === undefined ? [] : [{ itemIdentifier: { partition, offset } }];
      }),
    });
    const { exit, text } = await run(source, async () => toHandler('h.js', handler));
    expect(exit).toBe(1);
    expect(handled.sort()).toEqual(['clicks-0@8', 'clicks-0@9', 'orders-0@3']);
    expect(queue.seen).toEqual(['clicks-0@7', 'orders-0@4']);
    expect(text).toContain('! Not sent: clicks-0@7: the handler reported it (batchItemFailures)');
  });

  it('that throws is given halves, until it is known for which record', async () => {
    const { queue, source } = await queueOf();
    const handler: Invoke = async (event) => {
      if (ids(event).includes('orders-0@3')) throw new TypeError('no such order');
    };
    const { exit, text } = await run(source, async () => toHandler('h.js', handler));
    expect(exit).toBe(1);
    expect(text).toContain('! Not sent: orders-0@3: no such order');
    expect(queue.seen).toEqual(['orders-0@3']);
  });

  it('gets a record that lies there twice in two events', async () => {
    const [first] = FAILED;
    if (first === undefined) throw new Error('no record');
    const { source } = await queueOf([first, first]);
    const events: readonly string[][] = [];
    const handler: Invoke = async (event) => void Object(events).push(ids(event));
    await run(source, async () => toHandler('h.js', handler));
    expect(events).toEqual([['clicks-0@7'], ['clicks-0@7']]);
  });
});
