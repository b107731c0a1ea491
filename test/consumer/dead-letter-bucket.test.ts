/** Dead letters in a bucket of S3. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from '@jest/globals';
import {
  ConsumerError,
  type DeadLetterBucketOptions,
  deadLetterBucket,
  type S3Object,
} from '../../consumer/index.js';
import { awsS3Client } from '../../consumer/s3-client.js';
import { type KafkaRecordInput, mskEvent } from '../../local/msk-event.js';

const POISON = Uint8Array.of(0, 0, 0, 0, 1, 200, 255);

function letterOf(record: Partial<KafkaRecordInput> = {}, code: 'DECODE' | 'HANDLER' = 'DECODE') {
  const given = { topic: 'clicks', offset: 7, timestamp: new Date(1234), value: POISON, ...record };
  const [one] = Object.values(mskEvent([given]).records).flat();
  if (one === undefined) throw new Error('no record');
  const id = `${one.topic}-${one.partition}@${one.offset}`;
  return { id, record: one, error: new ConsumerError(code, `cannot read ${id}`) };
}

function setUp(options: Partial<DeadLetterBucketOptions> = {}) {
  const objects: S3Object[] = [];
  const client = { putObject: async (object: S3Object) => objects.push(object) };
  const { sink } = deadLetterBucket({ bucket: 'dead', client, ...options });
  return { objects, sink };
}

describe('a dead letter in a bucket', () => {
  it('is an object of JSON that says its cause to who lists it', async () => {
    const { objects, sink } = setUp({ prefix: 'a/b-' });
    await sink(letterOf({ key: 'ann', partition: 3, headers: [['h', Uint8Array.of(0xff)]] }));
    const [object, ...others] = objects;
    expect(others).toEqual([]);
    expect({ ...object, Body: JSON.parse(object?.Body ?? '') }).toEqual({
      Bucket: 'dead',
      Key: 'a/b-clicks/00003/0000000000000000007.1970-01-01.json',
      ContentType: 'application/json',
      Metadata: { 'tavro-cause-code': 'DECODE', 'tavro-cause-topic': 'clicks' },
      Body: {
        id: 'clicks-3@7',
        cause: {
          code: 'DECODE',
          message: 'cannot read clicks-3@7',
          topic: 'clicks',
          partition: '3',
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

  it('is the same object when the record comes again, for another cause as well', async () => {
    const { objects, sink } = setUp();
    await sink(letterOf());
    await sink(letterOf({}, 'HANDLER'));
    expect(new Set(objects.map(({ Key }) => Key)).size).toBe(1);
  });

  it('has its place in a list of keys by partition and offset, whatever its day', async () => {
    const { objects, sink } = setUp();
    const places = [
      { partition: 2, offset: 9, timestamp: new Date('2026-12-01') },
      { partition: 2, offset: 10, timestamp: new Date('2020-01-01') },
      { partition: 2, offset: 2 ** 53 - 1 },
      { partition: 10, offset: 0 },
    ];
    for (const place of places) await sink(letterOf(place));
    const keys = objects.map(({ Key }) => Key);
    expect([...keys].sort()).toEqual(keys);
  });

  it('goes with a time that is no day', async () => {
    const { objects, sink } = setUp();
    const letter = letterOf();
    await sink({ ...letter, record: { ...letter.record, timestamp: 9e15 } });
    expect(objects[0]?.Key).toBe('clicks/00000/0000000000000000007.undated.json');
  });

  it('is as large as it may be, to the byte', async () => {
    const whole = setUp();
    await whole.sink(letterOf());
    const maxBytes = Buffer.byteLength(whole.objects[0]?.Body ?? '');
    const exact = setUp({ maxBytes });
    await exact.sink(letterOf());
    expect(exact.objects).toHaveLength(1);
    const less = setUp({ maxBytes: maxBytes - 1 });
    await expect(less.sink(letterOf())).rejects.toMatchObject({
      code: 'DEAD_LETTER',
      message:
        `clicks-0@7 is ${maxBytes} bytes as an object of S3, over the ${maxBytes - 1} of \`maxBytes\`. ` +
        'Give more, or send dead letters to a topic (deadLetterTopic).',
    });
    expect(less.objects).toEqual([]);
  });

  it('may have 100 MB by default', async () => {
    const { objects, sink } = setUp();
    await sink(letterOf({ value: new Uint8Array(100_000_000) }));
    expect(objects[0]?.Body.length).toBeGreaterThan(133_000_000);
  });

  it('that S3 refuses is the error that the batch fails with', async () => {
    const cause = new Error('AccessDenied');
    const client = { putObject: () => Promise.reject(cause) };
    await expect(deadLetterBucket({ bucket: 'b', client }).sink(letterOf())).rejects.toBe(cause);
  });
});

describe('the AWS SDK', () => {
  it('is loaded where no client is given, and puts what S3 takes', async () => {
    const requests: unknown[] = [];
    const server = createServer((request, response) => {
      const { method, url, headers } = request;
      const code = headers['x-amz-meta-tavro-cause-code'];
      requests.push({ method, path: url?.split('?')[0], type: headers['content-type'], code });
      request.resume().on('end', () => response.end());
    });
    await new Promise<void>((resolve) => {
      server.listen(0, '127.0.0.1', resolve);
    });
    // Safe: a server that listens on a port has this address.
    const { port } = server.address() as AddressInfo;
    const before = { ...process.env };
    Object.assign(process.env, {
      AWS_REGION: 'eu-west-1',
      AWS_ACCESS_KEY_ID: 'k',
      AWS_SECRET_ACCESS_KEY: 's',
      AWS_ENDPOINT_URL_S3: `http://127.0.0.1:${port}`,
    });
    try {
      await deadLetterBucket({ bucket: 'dead' }).sink(letterOf());
    } finally {
      process.env = before;
      server.closeAllConnections();
      server.close();
    }
    expect(requests).toEqual([
      {
        method: 'PUT',
        path: expect.stringMatching(/clicks\/00000\/0000000000000000007\.1970-01-01\.json$/),
        type: 'application/json',
        code: 'DECODE',
      },
    ]);
  });

  it('that is missing is told with what to install', async () => {
    const message = "Cannot find package '@aws-sdk/client-s3' imported from /app/a.js";
    const missing = Object.assign(new Error(message), { code: 'ERR_MODULE_NOT_FOUND' });
    await expect(awsS3Client({ load: () => Promise.reject(missing) })).rejects.toMatchObject({
      code: 'CONFIG',
      message:
        "deadLetterBucket: the package @aws-sdk/client-s3 is missing. Lambda's Node.js runtime has it; " +
        'elsewhere run `npm i @aws-sdk/client-s3`, or give a client.',
    });
    const broken = new Error('no such syntax');
    await expect(awsS3Client({ load: () => Promise.reject(broken) })).rejects.toBe(broken);
  });
});
