/** What can be said of librdkafka without it. */
import { rootCertificates } from 'node:tls';
import { describe, expect, it } from '@jest/globals';
import { makeCertificate } from '../../local/kafka/certificate.js';
import { connectionFailure, messageFailure } from '../../producer/confluent/failure.js';
import {
  type ConfluentTransportOptions,
  librdkafkaSettings,
} from '../../producer/confluent/settings.js';
import { confluentTransport } from '../../producer/index.js';
import { failureOf } from './clicks.js';

const { certificate, privateKey } = await makeCertificate();
const connection = { brokers: ['b-1.example:9096', 'b-2.example:9096'] };

describe('a connection as librdkafka has it', () => {
  const cases: readonly [ConfluentTransportOptions, Record<string, unknown>][] = [
    [
      connection,
      {
        'bootstrap.servers': 'b-1.example:9096,b-2.example:9096',
        'client.id': 'tavro',
        'security.protocol': 'plaintext',
        'compression.codec': 'none',
        'socket.timeout.ms': 10_000,
        'request.timeout.ms': 8_000,
        'socket.connection.setup.timeout.ms': 5_000,
        'enable.idempotence': true,
        'allow.auto.create.topics': false,
      },
    ],
    [
      {
        ...connection,
        clientId: 'mine',
        compression: 'zstd',
        requestTimeoutMs: 500,
        connectTimeoutMs: 500,
      },
      {
        'client.id': 'mine',
        'compression.codec': 'zstd',
        'socket.timeout.ms': 500,
        'request.timeout.ms': 400,
        // Its least.
        'socket.connection.setup.timeout.ms': 1_000,
      },
    ],
    [
      { ...connection, ssl: true, sasl: { mechanism: 'plain', username: 'u', password: 'p' } },
      { 'security.protocol': 'sasl_ssl', 'ssl.ca.pem': rootCertificates.join('\n') },
    ],
    [
      { ...connection, sasl: { mechanism: 'plain', username: 'u', password: 'p' } },
      { 'security.protocol': 'sasl_plaintext' },
    ],
    [
      {
        ...connection,
        ssl: {
          ca: [certificate, certificate],
          cert: certificate,
          key: privateKey,
          passphrase: 'p',
        },
      },
      {
        'security.protocol': 'ssl',
        'ssl.ca.pem': `${certificate}\n${certificate}`,
        'ssl.certificate.pem': certificate,
        'ssl.key.pem': privateKey,
        'ssl.key.password': 'p',
      },
    ],
  ];

  it.each(cases)('%j', (options, settings) => {
    expect(librdkafkaSettings(options)).toMatchObject(settings);
  });

  it('leaves out what is not given', () => {
    const names = Object.keys(librdkafkaSettings({ ...connection, ssl: { ca: certificate } }));
    expect(names.filter((name) => name.startsWith('ssl.'))).toEqual(['ssl.ca.pem']);
  });
});

describe('what cannot be', () => {
  it('is said before anything is loaded', () => {
    const open = (more: object) => () => confluentTransport({ ...connection, ...more });
    const tunnel = { 'b-1.example:9096': '127.0.0.1:9096' };
    expect(open({ tunnel })).toThrow(
      'A `tunnel` needs kafkajs or @platformatic/kafka: librdkafka connects to the ' +
        'addresses that brokers advertise, and to no others.',
    );
    expect(open({ brokers: [] })).toThrow('No bootstrap broker is given: `brokers` is empty.');
    expect(open({ tunnel: {} })).not.toThrow();
  });

  it('is a package that is missing, from whatever asks first', async () => {
    const text =
      'The package @confluentinc/kafka-javascript is missing. It is an optional peer of tavro: run ' +
      '`npm i @confluentinc/kafka-javascript`.';
    const transport = confluentTransport(connection);
    const limit = { timeoutMs: 5_000 };
    const message = { key: null, value: null, headers: [], timestampMs: 1 };
    const [sent] = await transport.send({ topic: 't', partition: 0 }, [message], limit);
    const asked = await failureOf(transport.partitions('t', limit));
    const connected = await failureOf(transport.connect());
    for (const error of [sent?.error, asked, connected]) {
      expect(error).toMatchObject({ code: 'CONFIG', delivered: 'no', message: text });
    }
    await transport.disconnect();
    expect(await failureOf(transport.partitions('t', limit))).toMatchObject({ code: 'CLOSED' });
    await transport.disconnect();
  });
});

describe('what librdkafka says', () => {
  it.each([
    ['broker transport failure', 'Connection refused', 'UNREACHABLE', 'retry'],
    ['host resolution failure', 'Failed to resolve', 'UNREACHABLE', 'retry'],
    ['ssl error', 'certificate verify failed', 'TLS', 'final'],
    // Met on a broker that has another authority's certificate, one time in ten.
    ['broker transport failure', 'SSL routines::certificate verify failed', 'TLS', 'final'],
    ['authentication failure', 'SASL authentication error: no', 'AUTHENTICATION', 'final'],
    // A connection that was cut during a login says nothing of the credentials.
    ['authentication failure', 'failed: Local: Broker transport failure', 'UNREACHABLE', 'retry'],
    ['ssl error', 'SSL handshake failed: Disconnected', 'UNREACHABLE', 'retry'],
  ])('of a connection: %s, %s', (text, reason, code, verdict) => {
    expect(connectionFailure(text, reason)).toEqual({ code, verdict, reason, ambiguous: false });
  });

  it('of other things is nothing of a connection', () => {
    expect(connectionFailure('all broker connections are down', 'x')).toBeUndefined();
    expect(connectionFailure('fatal error', 'Disconnected')).toBeUndefined();
  });

  it.each([
    [10, 'TOO_LARGE', false],
    [29, 'NOT_AUTHORIZED', false],
    [44, 'REJECTED', false],
    [3, 'TOPIC_UNKNOWN', false],
    [-190, 'PARTITION_UNKNOWN', false],
    // The message timed out, a sequence is out of order, the client has given up.
    [-192, 'BROKER', true],
    [45, 'BROKER', true],
    [-150, 'BROKER', true],
  ])('of a message: %d', (code, expected, ambiguous) => {
    expect(messageFailure({ code, message: 'Broker: some reason' })).toEqual({
      code: expected,
      reason: 'some reason',
      verdict: 'final',
      ambiguous,
    });
  });
});
