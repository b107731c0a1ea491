/** Dead letters on their way to a topic or a queue: the bytes as they came, and why. */
import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from '@jest/globals';
import {
  CAUSE_HEADERS,
  ConsumerError,
  createHandler,
  type DeadLetterPolicy,
  type DeadLetterQueueOptions,
  deadLetterQueue,
  deadLetterTopic,
  on,
  type SqsMessage,
} from 'tavro/consumer';
import { ProducerError, type RawTopic } from 'tavro/producer';
import {
  fixedRegistry,
  type KafkaRecordInput,
  type MappingInput,
  mskEvent,
  testProducer,
} from 'tavro/testing';
import { awsSqsClient } from '../../consumer/sqs-client.js';
import { CLICK_SCHEMA, clicks, framed, SECRET, testLogger } from './clicks.js';

const LETTERS: RawTopic = { name: 'clicks.dead', key: 'bytes', value: 'bytes' };
/** Framed, of a schema that is there, and cut: nothing can be read of it. */
const POISON = Uint8Array.of(0, 0, 0, 0, 1, 200, 255);
const timestamp = new Date(1_234);
const poison: KafkaRecordInput = { topic: 'clicks', offset: 7, value: POISON, timestamp };
const text = (bytes: Uint8Array | null | undefined) => new TextDecoder().decode(bytes ?? undefined);

/** What a handler answers to records that it cannot read, or fails on. */
function invoke(
  onFailure: DeadLetterPolicy,
  records: readonly KafkaRecordInput[],
  mapping: MappingInput = {},
) {
  const handler = createHandler({
    registry: fixedRegistry({ 1: CLICK_SCHEMA }),
    logger: testLogger(),
    onFailure,
    routes: [
      on(clicks, ({ user_id }) => {
        throw Object.assign(new TypeError(`${SECRET} of ${user_id}`), { code: 'E_SAVE' });
      }),
    ],
  });
  return handler(mskEvent(records, mapping));
}

describe('a dead letter in a topic', () => {
  const setUp = () => {
    const kit = testProducer();
    return { ...kit, policy: deadLetterTopic(kit.producer, LETTERS.name) };
  };

  it('has key, value and headers as they came, and behind them the cause', async () => {
    const { policy, sent } = setUp();
    const key = Uint8Array.of(0xff, 0);
    const headers = [
      ['trace', 'abc'],
      ['again', Uint8Array.of(1)],
      ['again', Uint8Array.of(0xff)],
      ['__value_schema_id', Uint8Array.of(0, 0, 0, 0, 1)],
    ] as const;
    await invoke(policy, [{ ...poison, key, headers }]);
    const [letter, ...others] = sent(LETTERS);
    expect(others).toEqual([]);
    expect(letter).toMatchObject({ key, value: POISON });
    expect(letter?.headers.map(({ name, value }) => [name, value])).toEqual([
      ['trace', new TextEncoder().encode('abc')],
      ...headers.slice(1),
      ...(letter?.headers.slice(4).map(({ name, value }) => [name, value]) ?? []),
    ]);
    const cause = letter?.headers.slice(4).map(({ name, text }) => [name, text]);
    expect(cause).toEqual([
      ['tavro.cause.code', 'DECODE'],
      ['tavro.cause.message', expect.stringMatching(/^The key of clicks-0@7 is not UTF-8 text/)],
      ['tavro.cause.topic', 'clicks'],
      ['tavro.cause.partition', '0'],
      ['tavro.cause.offset', '7'],
      ['tavro.cause.timestamp', '1234'],
      ['tavro.cause.timestamp.type', 'CREATE_TIME'],
      ['tavro.cause.attempts', '1'],
    ]);
    // Kept as long as the topic keeps records, however old the record was.
    expect(letter?.timestamp.getTime()).toBeGreaterThan(1_234);
  });

  it('tells what a handler threw by its code, and nothing of its message', async () => {
    const { policy, sent } = setUp();
    await invoke(policy, [{ ...poison, value: framed(SECRET, 1) }]);
    const [letter] = sent(LETTERS);
    const cause = Object.fromEntries(letter?.headers.map(({ name, text }) => [name, text]) ?? []);
    expect(cause).toMatchObject({ 'tavro.cause.code': 'HANDLER', 'tavro.cause.thrown': 'E_SAVE' });
    expect(JSON.stringify(cause)).not.toContain(SECRET);
  });

  it('says of a record that comes back how often it did, and its newest cause only', async () => {
    const { policy, sent } = setUp();
    await invoke(policy, [{ ...poison, headers: [['trace', 'abc']] }]);
    const [first] = sent(LETTERS);
    await invoke(policy, [{ ...poison, offset: 9, headers: first?.record.headers }]);
    const headers = sent(LETTERS)[1]?.headers ?? [];
    expect(headers.map(({ name }) => name)).toEqual(first?.headers.map(({ name }) => name));
    const last = (name: string) => headers.find((header) => header.name === name)?.text;
    expect([last(CAUSE_HEADERS.attempts), last(CAUSE_HEADERS.offset)]).toEqual(['2', '9']);
  });

  it('has the frame that the event source mapping took off', async () => {
    const { policy, sent } = setUp();
    const value = framed('ann', 1);
    await invoke(
      policy,
      [
        { ...poison, value },
        { ...poison, value: null },
      ],
      { recordFormat: 'SOURCE' },
    );
    expect(sent(LETTERS).map((letter) => letter.value)).toEqual([value, null]);
  });

  it.each([
    ['AVRO', '4e4edcd2-844e-c10a-537b-f96ef9241304'],
    ['PROTOBUF', '7'],
  ])(
    'says which schema was taken off where no frame can be put back: %s %s',
    async (dataFormat, schemaId) => {
      const { policy, sent } = setUp();
      const event = mskEvent([poison]);
      const [record] = event.records['clicks-0'] ?? [];
      if (record === undefined) throw new Error('no record');
      const valueSchemaMetadata = { dataFormat, schemaId };
      const handler = createHandler({
        registry: fixedRegistry({}),
        logger: testLogger(),
        onFailure: policy,
        routes: [on(clicks, () => {})],
      });
      await handler({ ...event, records: { 'clicks-0': [{ ...record, valueSchemaMetadata }] } });
      const [letter] = sent(LETTERS);
      expect(letter?.value).toEqual(POISON);
      const said = letter?.headers.find(({ name }) => name === CAUSE_HEADERS.valueSchemaId);
      expect(said?.text).toBe(schemaId);
    },
  );

  it('that the topic does not take fails the batch, with the reason', async () => {
    const { policy, failNext, sent } = setUp();
    failNext({ code: 'TIMED_OUT', delivered: 'unknown' });
    const failed = await invoke(policy, [poison]).catch((error: ConsumerError) => error);
    expect(failed).toMatchObject({
      code: 'DEAD_LETTER',
      message:
        'The dead-letter sink did not take clicks-0@7 (DECODE): the batch fails and comes again.',
      cause: expect.any(ProducerError),
    });
    expect(sent(LETTERS)).toEqual([]);
    await invoke(policy, [poison]);
    expect(sent(LETTERS)).toHaveLength(1);
  });

  it('takes a producer when there is something for it, and asks again if it was none', async () => {
    const { producer, sent } = testProducer();
    let asked = 0;
    const policy = deadLetterTopic(async () => {
      asked++;
      if (asked === 1) throw new Error('no secret yet');
      return producer;
    }, LETTERS.name);
    await invoke(policy, []);
    expect(asked).toBe(0);
    await expect(invoke(policy, [poison])).rejects.toMatchObject({
      code: 'DEAD_LETTER',
      cause: { message: 'no secret yet' },
    });
    await invoke(policy, [poison]);
    await invoke(policy, [poison]);
    expect([asked, sent(LETTERS).length]).toEqual([2, 2]);
  });

  it('does not go where it came from', async () => {
    const { producer } = testProducer();
    const failed = await invoke(deadLetterTopic(producer, 'clicks'), [poison]).catch(
      (error: ConsumerError) => error,
    );
    expect(failed).toMatchObject({
      code: 'DEAD_LETTER',
      cause: {
        code: 'CONFIG',
        message:
          'clicks-0@7 lies in "clicks", and so would its dead letter, which this handler would get again. ' +
          'Give dead letters a topic of their own, and those of that topic another policy.',
      },
    });
  });
});

describe('a dead letter in a queue', () => {
  const queueUrl = 'https://sqs.eu-west-1.amazonaws.com/123456789012/dead';

  function setUp(options: Partial<DeadLetterQueueOptions> = {}) {
    const messages: SqsMessage[] = [];
    const client = { sendMessage: async (message: SqsMessage) => messages.push(message) };
    return { messages, policy: deadLetterQueue({ queueUrl, client, ...options }) };
  }

  it('is JSON with the bytes in base64, and says its cause to those who filter', async () => {
    const { messages, policy } = setUp();
    await invoke(policy, [{ ...poison, key: 'ann', headers: [['h', Uint8Array.of(0xff)]] }]);
    const [message, ...others] = messages;
    expect(others).toEqual([]);
    expect({ ...message, MessageBody: JSON.parse(message?.MessageBody ?? '') }).toEqual({
      QueueUrl: queueUrl,
      MessageAttributes: {
        'tavro.cause.code': { DataType: 'String', StringValue: 'DECODE' },
        'tavro.cause.topic': { DataType: 'String', StringValue: 'clicks' },
      },
      MessageBody: {
        id: 'clicks-0@7',
        cause: {
          code: 'DECODE',
          message: expect.stringContaining('clicks-0@7'),
          topic: 'clicks',
          partition: '0',
          offset: '7',
          timestamp: '1234',
          timestampType: 'CREATE_TIME',
          attempts: '1',
        },
        record: {
          key: Buffer.from('ann').toString('base64'),
          value: Buffer.from(POISON).toString('base64'),
          headers: [{ name: 'h', value: '/w==' }],
        },
      },
    });
  });

  it('keeps order and comes once where the queue can do that', async () => {
    const { messages, policy } = setUp({ queueUrl: `${queueUrl}.fifo` });
    const topic = 't'.repeat(249);
    const route = on({ ...clicks, name: topic }, () => {});
    const handler = createHandler({
      registry: fixedRegistry({ 1: CLICK_SCHEMA }),
      logger: testLogger(),
      onFailure: policy,
      routes: [route],
    });
    await handler(
      mskEvent([0, 1, 0].map((partition) => ({ ...poison, offset: undefined, topic, partition }))),
    );
    const groups = messages.map(({ MessageGroupId }) => MessageGroupId);
    expect(new Set(groups).size).toBe(2);
    expect(new Set(messages.map(({ MessageDeduplicationId: id }) => id)).size).toBe(3);
    for (const { MessageGroupId: id } of messages) expect(id).toMatch(/^[0-9a-f]{64}$/);
  });

  it('that is too large fails the batch, or says where the record lies', async () => {
    const value = new Uint8Array(900_000).fill(7);
    const failing = setUp();
    const failed = await invoke(failing.policy, [{ ...poison, value }]).catch(
      (error: ConsumerError) => error,
    );
    expect(failed).toMatchObject({ code: 'DEAD_LETTER', cause: { code: 'DEAD_LETTER' } });
    expect(String(failed instanceof Error && failed.cause)).toMatch(
      /^ConsumerError\.DEAD_LETTER: clicks-0@7 is 1200\d{3} bytes as a message of SQS, over the 1048576 that the queue takes\. Send dead letters to a bucket or a topic \(deadLetterBucket, deadLetterTopic\), or where they lie only \(tooLarge: 'reference'\)\.$/,
    );
    const telling = setUp({ tooLarge: 'reference' });
    await invoke(telling.policy, [{ ...poison, value }]);
    const [message] = telling.messages;
    expect(JSON.parse(message?.MessageBody ?? '')).toEqual({
      id: 'clicks-0@7',
      cause: expect.objectContaining({ topic: 'clicks', partition: '0', offset: '7' }),
    });
  });

  it('goes by the limit of the queue, to the byte', async () => {
    const whole = setUp();
    await invoke(whole.policy, [poison]);
    const { MessageBody = '', MessageAttributes = {} } = whole.messages[0] ?? {};
    const attributes = Object.entries(MessageAttributes).map(
      ([name, { DataType, StringValue }]) => name + DataType + StringValue,
    );
    const maxBytes = Buffer.byteLength(MessageBody + attributes.join(''));
    await invoke(setUp({ maxBytes }).policy, [poison]);
    await expect(invoke(setUp({ maxBytes: maxBytes - 1 }).policy, [poison])).rejects.toMatchObject({
      code: 'DEAD_LETTER',
    });
  });

  it('that SQS refuses fails the batch', async () => {
    const cause = new Error('AccessDenied');
    const client = { sendMessage: () => Promise.reject(cause) };
    const failing = invoke(deadLetterQueue({ queueUrl, client }), [poison]);
    await expect(failing).rejects.toMatchObject({ code: 'DEAD_LETTER', cause });
  });
});

it('goes whatever its message holds: text without UTF-8, and what SQS refuses', async () => {
  const message = `\uD83D \uFFFF \u0000 ${'\u{1F4EE}'.repeat(600)}`;
  const error = new ConsumerError('DECODE', message);
  const [record] = mskEvent([poison]).records['clicks-0'] ?? [];
  if (record === undefined) throw new Error('no record');
  const letter = { id: 'clicks-0@7', record, error };
  const { producer, sent } = testProducer();
  await deadLetterTopic(producer, LETTERS.name).sink(letter);
  const header = sent(LETTERS)[0]?.headers.find(({ name }) => name === CAUSE_HEADERS.message);
  expect(header?.text).toMatch(/^\uFFFD \uFFFF \0 \u{1F4EE}+\uFFFD?$/u);
  const bodies: string[] = [];
  const client = { sendMessage: async (one: SqsMessage) => bodies.push(one.MessageBody) };
  await deadLetterQueue({ queueUrl: 'http://queue', client }).sink(letter);
  // The characters that SQS takes.
  expect(bodies[0]).toMatch(/^[\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]+$/u);
  expect(JSON.parse(bodies[0] ?? '').cause.message).toBe(message.slice(0, 1_000));
});

describe('the AWS SDK', () => {
  it('is loaded where no client is given, and sends what SQS takes', async () => {
    const requests: { target: unknown; body: Record<string, unknown> }[] = [];
    const server = createServer((request, response) => {
      const parts: Buffer[] = [];
      request.on('data', (part: Buffer) => parts.push(part));
      request.on('end', () => {
        const body = JSON.parse(text(Buffer.concat(parts)));
        requests.push({ target: request.headers['x-amz-target'], body });
        const MD5OfMessageBody = createHash('md5').update(body.MessageBody).digest('hex');
        response.setHeader('content-type', 'application/x-amz-json-1.0');
        response.end(JSON.stringify({ MessageId: '1', MD5OfMessageBody }));
      });
    });
    await new Promise<void>((resolve) => {
      server.listen(0, '127.0.0.1', resolve);
    });
    // Safe: a server that listens on a port has this address.
    const { port } = server.address() as AddressInfo;
    const queueUrl = `http://127.0.0.1:${port}/123456789012/dead`;
    const before = { ...process.env };
    Object.assign(process.env, {
      AWS_REGION: 'eu-west-1',
      AWS_ACCESS_KEY_ID: 'k',
      AWS_SECRET_ACCESS_KEY: 's',
      AWS_ENDPOINT_URL: `http://127.0.0.1:${port}`,
    });
    try {
      await invoke(deadLetterQueue({ queueUrl }), [poison]);
    } finally {
      process.env = before;
      server.closeAllConnections();
      server.close();
    }
    expect(requests).toEqual([
      {
        target: 'AmazonSQS.SendMessage',
        body: expect.objectContaining({
          QueueUrl: queueUrl,
          MessageBody: expect.stringContaining('"id":"clicks-0@7"'),
        }),
      },
    ]);
  });

  it('that is missing is told with what to install', async () => {
    const message = "Cannot find package '@aws-sdk/client-sqs' imported from /app/a.js";
    const missing = Object.assign(new Error(message), { code: 'ERR_MODULE_NOT_FOUND' });
    await expect(awsSqsClient({ load: () => Promise.reject(missing) })).rejects.toMatchObject({
      name: 'ConsumerError.CONFIG.ERR_MODULE_NOT_FOUND',
      code: 'CONFIG',
      message:
        "deadLetterQueue: the package @aws-sdk/client-sqs is missing. Lambda's Node.js runtime has it; " +
        'elsewhere run `npm i @aws-sdk/client-sqs`, or give a client.',
    });
    const broken = new Error('no such syntax');
    await expect(awsSqsClient({ load: () => Promise.reject(broken) })).rejects.toBe(broken);
  });
});
