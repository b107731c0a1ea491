import type { EventEmitter } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import { makeCertificate } from '../../local/kafka/certificate.js';
import { kafkajsTransport } from '../../producer/index.js';
import { createKafka } from '../../producer/kafkajs/client.js';
import { createSockets, NO_ANSWER } from '../../producer/kafkajs/sockets.js';

const connection = { brokers: ['127.0.0.1:1'] };

describe('kafkajs as we load it', () => {
  it('sets no timer on a connection with nothing to send', async () => {
    await createKafka(connection, createSockets({}));
    // @ts-expect-error Not in kafkajs's types.
    const { default: RequestQueue } = await import('kafkajs/src/network/requestQueue/index.js');
    const queue = new RequestQueue({
      requestTimeout: 1_000,
      enforceRequestTimeout: false,
      logger: { debug() {} },
    });
    queue.checkPendingRequests();
    expect(queue.throttleCheckTimeoutId).toBeNull();
    // What does wait is looked after as before.
    queue.throttledUntil = Date.now() + 60_000;
    queue.push({ entry: { correlationId: 1 }, expectResponse: true, sendRequest() {} });
    expect(queue.throttleCheckTimeoutId).not.toBeNull();
    queue.destroy();
  });

  it.each([
    [4_000, 2_000, true],
    [4_000, 3_100, false],
    [3_600_000, 3_585_000, true],
    [3_600_000, 3_591_000, false],
    [0, 3_600_000, true],
  ])('of a session of %d ms renews in its last part: after %d ms %p', async (lifeMs, ms, want) => {
    await createKafka(connection, createSockets({}));
    // @ts-expect-error Not in kafkajs's types.
    const { default: Connection } = await import('kafkajs/src/network/connection.js');
    const logger = { namespace: () => logger, debug() {}, error() {} };
    const made = new Connection({ host: 'b', port: 1, logger, requestTimeout: 1_000 });
    const [seconds, nanos] = process.hrtime();
    made.authenticatedAt = [
      seconds - Math.ceil(ms / 1_000),
      nanos + (1_000 - (ms % 1_000 || 1_000)) * 1e6,
    ];
    made.sessionLifetime = made.sessionLifetime.add(lifeMs);
    expect(made.isAuthenticated()).toBe(want);
  });

  it('reads what it is told of a topic where a partition has no leader', async () => {
    await createKafka(connection, createSockets({}));
    // @ts-expect-error Not in kafkajs's types.
    const { default: metadata } = await import('kafkajs/src/protocol/requests/metadata/index.js');
    const { response } = metadata.protocol({ version: 6 })({ topics: ['t'] });
    const topic = (...partitionMetadata: object[]) => ({
      topicMetadata: [{ topic: 't', topicErrorCode: 0, partitionMetadata }],
    });
    const led = { partitionErrorCode: 0, partitionId: 0, leader: 1 };
    const leaderless = { partitionErrorCode: 5, partitionId: 1, leader: -1 };
    expect(await response.parse(topic(led, leaderless))).toMatchObject(
      topic(led, { partitionId: 1, leader: -1 }),
    );
    // Any other error is one.
    const broken = { ...led, partitionErrorCode: 9 };
    await expect(response.parse(topic(led, broken))).rejects.toMatchObject({
      type: 'REPLICA_NOT_AVAILABLE',
    });
  });

  it('does not write into the credentials it is given', async () => {
    const sasl = Object.freeze({
      mechanism: 'scram-sha-512',
      username: 'someone',
      password: 'something',
    } as const);
    const transport = kafkajsTransport({ ...connection, sasl });
    await expect(transport.connect()).rejects.toMatchObject({ code: 'UNREACHABLE' });
    expect(Object.keys(sasl)).toEqual(['mechanism', 'username', 'password']);
  });

  it('logs what kafkajs logs, without stacks', async () => {
    const entries: unknown[] = [];
    const log = (entry: unknown) => entries.push(entry);
    const transport = kafkajsTransport({ ...connection, log });
    await expect(transport.connect()).rejects.toMatchObject({ code: 'UNREACHABLE' });
    expect(entries).toContainEqual({
      level: 'error',
      message: 'Connection error: connect ECONNREFUSED 127.0.0.1:1',
      broker: '127.0.0.1:1',
    });
    expect(JSON.stringify(entries)).not.toMatch(/at .*\.js:\d+|Limiting retries/);
  });
});

describe('sockets', () => {
  it('are cut with an error, and no more are opened', async () => {
    const sockets = createSockets({ 'broker.example:9092': '127.0.0.1:1' });
    const request = { host: 'broker.example', port: 9092, ssl: false, onConnect() {} } as never;
    const socket: EventEmitter = sockets.open(request);
    const failed = new Promise<Error>((resolve) => {
      socket.once('error', resolve);
    });
    sockets.cut();
    expect((await failed).message).toBe('this connection was given up');
    expect(() => sockets.open(request)).toThrow('this connection was given up');
  });

  it('to one broker are dropped without the others, and may be opened again soon', async () => {
    const sockets = createSockets({ 'a:9092': '127.0.0.1:1', 'b:9092': '127.0.0.1:1' });
    const requestTo = (host: string) => ({ host, port: 9092, ssl: false, onConnect() {} }) as never;
    const [a, b] = [sockets.open(requestTo('a')), sockets.open(requestTo('b'))];
    for (const socket of [a, b]) socket.on('error', () => {});
    sockets.drop('a:9092', 'no use');
    expect([a.destroyed, b.destroyed]).toEqual([true, false]);
    sockets.open(requestTo('a')).on('error', () => {});
    sockets.drop('a:9092', NO_ANSWER);
    expect(() => sockets.open(requestTo('a'))).toThrow('no answer came in time');
    await sleep(300);
    sockets.open(requestTo('a')).on('error', () => {});
    sockets.cut();
    expect(b.destroyed).toBe(true);
  });

  it('that are cut, and not closed yet, gather no listeners of batches that come and go', () => {
    const sockets = createSockets({ 'a:9092': '127.0.0.1:1' });
    const request = { host: 'a', port: 9092, ssl: false, onConnect() {} } as never;
    const socket = sockets.open(request).on('error', () => {});
    const before = socket.listenerCount('connect');
    sockets.cut();
    for (let n = 0; n < 12; n++) sockets.hold()();
    expect(socket.listenerCount('connect')).toBe(before);
  });
});

describe('TLS that cannot be used is told at once', () => {
  it.each([
    [{ ca: 'no PEM' }, '`ssl.ca` cannot be used: is it PEM, and all of it?'],
    [{ key: 'no PEM' }, '`ssl.cert` cannot be used: is it PEM, and all of it?'],
  ])('%j', (ssl, message) => {
    expect(() => kafkajsTransport({ ...connection, ssl })).toThrow(
      expect.objectContaining({ code: 'CONFIG', message }),
    );
  });

  it('as a key of another certificate, among several authorities', async () => {
    const [one, other] = [await makeCertificate(), await makeCertificate()];
    const ca = [one.certificate, other.certificate];
    const own = { cert: one.certificate, key: one.privateKey };
    kafkajsTransport({ ...connection, ssl: { ca, ...own } });
    const wrong = { ca, ...own, key: other.privateKey };
    expect(() => kafkajsTransport({ ...connection, ssl: wrong })).toThrow(
      '`ssl.key` is not the key of `ssl.cert`.',
    );
    expect(() => kafkajsTransport({ ...connection, ssl: { ca: [...ca, ''] } })).toThrow('`ssl.ca`');
  });
});
