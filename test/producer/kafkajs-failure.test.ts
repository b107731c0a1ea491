import { describe, expect, it } from '@jest/globals';
import kafkajs from 'kafkajs';
import { brokerError, partitionGone } from '../../producer/broker-error.js';
import { ProducerError } from '../../producer/index.js';
import { classifyKafkajs } from '../../producer/kafkajs/failure.js';
import {
  Carried,
  findSignal,
  MaybeStored,
  NothingSent,
  PartitionsFound,
  RefusedOnce,
} from '../../producer/kafkajs/signals.js';

// kafkajs's own types of its error classes are wrong or missing; these are the real classes.
const kafkajsErrors = kafkajs as unknown as Record<string, new (...args: unknown[]) => Error>;

function make(name: string, ...args: unknown[]): Error {
  const ErrorClass = kafkajsErrors[`KafkaJS${name}`];
  if (ErrorClass === undefined) throw new Error(`kafkajs has no KafkaJS${name}`);
  return new ErrorClass(...args);
}

// kafkajs makes its protocol errors of such objects.
const protocol = (type: string, retriable: boolean) =>
  make('ProtocolError', Object.assign(new Error('in words'), { type, code: 1, retriable }));
const connection = (message: string, code?: string) =>
  make('ConnectionError', message, { broker: 'b:9096', ...(code !== undefined && { code }) });
const exhausted = (error: Error) =>
  make('NumberOfRetriesExceeded', error, { retryCount: 1, retryTime: 100 });

describe('classifyKafkajs', () => {
  it.each([
    [protocol('MESSAGE_TOO_LARGE', false), 'TOO_LARGE final'],
    [protocol('RECORD_LIST_TOO_LARGE', false), 'TOO_LARGE final'],
    [protocol('TOPIC_AUTHORIZATION_FAILED', false), 'NOT_AUTHORIZED final'],
    [protocol('INVALID_RECORD', false), 'REJECTED final'],
    [protocol('UNKNOWN_TOPIC_OR_PARTITION', true), 'TOPIC_UNKNOWN retry'],
    [protocol('NOT_LEADER_FOR_PARTITION', true), 'BROKER retry'],
    [protocol('REQUEST_TIMED_OUT', true), 'TIMED_OUT retry ambiguous'],
    [protocol('NOT_ENOUGH_REPLICAS', true), 'BROKER retry'],
    [protocol('NOT_ENOUGH_REPLICAS_AFTER_APPEND', true), 'BROKER retry ambiguous'],
    [protocol('OUT_OF_ORDER_SEQUENCE_NUMBER', false), 'BROKER sequence'],
    [protocol('UNKNOWN_PRODUCER_ID', false), 'BROKER sequence'],
    [protocol('DUPLICATE_SEQUENCE_NUMBER', false), 'BROKER sequence ambiguous'],
    [protocol('UNKNOWN', false), 'BROKER final ambiguous'],
    // Written, then hidden by what went wrong while connecting again.
    [
      new MaybeStored(connection('Connection error: connect', 'ECONNREFUSED')),
      'UNREACHABLE retry ambiguous',
    ],
    [
      new MaybeStored(exhausted(protocol('SASL_AUTHENTICATION_FAILED', false))),
      'AUTHENTICATION final ambiguous',
    ],
    [new MaybeStored(new Carried(new ProducerError('CLOSED', 'x'))), 'CLOSED final ambiguous'],
    // Credentials that may be others soon.
    [new RefusedOnce(new Error('wrong')), 'AUTHENTICATION retry'],
    [exhausted(new RefusedOnce(new Error('wrong'))), 'AUTHENTICATION retry'],
    [new MaybeStored(new RefusedOnce(new Error('wrong'))), 'AUTHENTICATION retry ambiguous'],
    [new Carried(new ProducerError('AUTHENTICATION', 'x')), 'AUTHENTICATION final'],
    [
      new Carried(new ProducerError('AUTHENTICATION', 'x', { retriable: true })),
      'AUTHENTICATION retry',
    ],
    [new Carried(new ProducerError('CONFIG', 'x', { retriable: true })), 'CONFIG retry'],
    // A partition that is gone stays gone, though the message may go to another.
    [new Carried(partitionGone(3)), 'PARTITION_UNKNOWN final'],
    // What was thrown past kafkajs is the answer, though another may come later.
    [new ProducerError('PARTITION_UNKNOWN', 'x', { retriable: true }), 'PARTITION_UNKNOWN final'],
    // Written, and answered.
    [new MaybeStored(exhausted(protocol('MESSAGE_TOO_LARGE', false))), 'TOO_LARGE final'],
    [new MaybeStored(protocol('NOT_ENOUGH_REPLICAS', true)), 'BROKER retry'],
    [make('SASLAuthenticationError', 'wrong'), 'AUTHENTICATION final'],
    [make('LockTimeout', 'waited'), 'BROKER retry'],
    [new NothingSent(), 'BROKER retry'],
    [
      make('ConnectionClosedError', 'Closed connection', { host: 'b', port: 9 }),
      'UNREACHABLE retry ambiguous',
    ],
    [
      make('RequestTimeoutError', 'timed out', {
        broker: 'b:9',
        correlationId: 1,
        createdAt: 0,
        sentAt: 0,
        pendingDuration: 0,
      }),
      'TIMED_OUT retry ambiguous',
    ],
    [connection('Connection error: connect ECONNREFUSED', 'ECONNREFUSED'), 'UNREACHABLE retry'],
    [connection('Connection error: getaddrinfo', 'ENOTFOUND'), 'UNREACHABLE retry'],
    [connection('Connection timeout'), 'UNREACHABLE retry'],
    [connection('Not connected'), 'UNREACHABLE retry'],
    [connection('Connection error: read ECONNRESET', 'ECONNRESET'), 'UNREACHABLE retry ambiguous'],
    [connection('Connection error: self-signed', 'DEPTH_ZERO_SELF_SIGNED_CERT'), 'TLS final'],
    [connection('Connection error: wrong version', 'EPROTO'), 'TLS final'],
    [connection('Connection error: name', 'ERR_TLS_CERT_ALTNAME_INVALID'), 'TLS final'],
    [new TypeError('no seedBroker'), 'UNREACHABLE retry ambiguous'],
    [new RangeError('a bug'), 'BROKER final ambiguous'],
    [new Error('Broker not connected'), 'UNREACHABLE retry'],
    [make('Error', 'The producer is disconnected'), 'CLOSED final'],
    ['not even an error', 'BROKER final ambiguous'],
  ])('%p', (error, want) => {
    const { code, verdict, ambiguous } = classifyKafkajs(error);
    expect(`${code} ${verdict}${ambiguous ? ' ambiguous' : ''}`).toBe(want);
  });

  it.each([
    ['the retries', exhausted(protocol('MESSAGE_TOO_LARGE', false))],
    [
      'kafkajs itself',
      make('NonRetriableError', 'x', { cause: protocol('MESSAGE_TOO_LARGE', false) }),
    ],
    ['two layers', exhausted(make('Error', 'x', { cause: protocol('MESSAGE_TOO_LARGE', false) }))],
  ])('finds the cause under what %s put around it', (_, error) => {
    expect(classifyKafkajs(error)).toMatchObject({
      code: 'TOO_LARGE',
      reason: 'in words (MESSAGE_TOO_LARGE)',
    });
  });

  it('takes the words of an error of ours', () => {
    expect(classifyKafkajs(new Error('another member has it')).reason).toBe(
      'another member has it',
    );
  });

  it('names the broker', () => {
    expect(
      classifyKafkajs(exhausted(connection('Connection error: gone', 'ECONNREFUSED'))),
    ).toMatchObject({
      host: 'b:9096',
      reason: 'gone (ECONNREFUSED)',
    });
  });
});

describe('what we throw into kafkajs', () => {
  // As kafkajs throws it on: as it is, for what is not retriable, after retries, and both.
  const wrapped: readonly (readonly [string, (error: Error) => Error])[] = [
    ['nothing', (error) => error],
    [
      'a refusal to retry',
      (error) => make('NonRetriableError', error, { cause: error.cause ?? error }),
    ],
    ['the retries', exhausted],
    [
      'both',
      (error) => exhausted(make('NonRetriableError', error, { cause: error.cause ?? error })),
    ],
  ];

  it.each(wrapped)('is found under %s', (_, wrap) => {
    const partitions = [{ partitionId: 0, leader: 1 }] as never;
    const found = findSignal(wrap(new PartitionsFound(partitions)), PartitionsFound);
    expect(found?.partitions).toBe(partitions);
    expect(findSignal(wrap(new Error('other')), PartitionsFound)).toBeUndefined();
  });

  it.each(wrapped)('is told as it is under %s', (_, wrap) => {
    const cause = new Error('its own cause');
    const told = new ProducerError('CONFIG', 'Do this.', { cause });
    const failure = classifyKafkajs(wrap(new Carried(told)));
    expect(failure).toMatchObject({ code: 'CONFIG', verdict: 'final', ambiguous: false });
    const error = brokerError(failure, { brokers: 'b:1', topic: 't', delivered: 'unknown' });
    expect(error).toMatchObject({ code: 'CONFIG', topic: 't', delivered: 'unknown', cause });
    expect(error.message).toMatch(/^Do this\. The broker may have stored it all the same/);
  });

  it.each([
    new PartitionsFound([]),
    new TypeError("Cannot read properties of undefined (reading 'connect')"),
    new RangeError('buffer.offset'),
    make('NonRetriableError', new PartitionsFound([]), { cause: new PartitionsFound([]) }),
  ])('and what goes wrong inside it is never the text of an error: %p', (error) => {
    const { message } = brokerError(classifyKafkajs(error), { brokers: 'b:1', topic: 't' });
    expect(message).not.toMatch(/asked for partitions|undefined|buffer/);
  });
});
