import { describe, expect, it } from '@jest/globals';
import { ProducerError } from '../../producer/index.js';
import { importPlatformatic, isNodeNew } from '../../producer/platformatic/client.js';
import {
  Answered,
  BrokerTrouble,
  classifyPlatformatic,
} from '../../producer/platformatic/failure.js';

/** As @platformatic/kafka makes them. */
function clientError(code: string, message: string, more: object = {}): Error {
  return Object.assign(new Error(message), { code, ...more });
}

const HOST = 'b-1:9096';
const at = (cause: unknown, isSent = false) => new BrokerTrouble(HOST, cause, isSent);
const network = (cause?: Error) =>
  clientError('PLT_KFK_NETWORK', 'Connection to b-1:9096 failed.', { cause });
const answer = (apiId: string, canRetry = false) =>
  new Answered(apiId, 'the words of it', canRetry);
const login = (cause?: Error) =>
  clientError('PLT_KFK_AUTHENTICATION', 'SASL authentication failed.', { cause });

describe('an error of @platformatic/kafka', () => {
  it.each<[string, unknown, string]>([
    [
      'credentials that cannot be had now',
      at(new ProducerError('AUTHENTICATION', 'busy', { retriable: true })),
      'AUTHENTICATION retry',
    ],
    [
      'credentials that were refused',
      at(new ProducerError('AUTHENTICATION', 'refused')),
      'AUTHENTICATION final',
    ],
    [
      'no broker',
      at(network(clientError('ECONNREFUSED', 'connect ECONNREFUSED 1.2.3.4:9'))),
      'UNREACHABLE retry',
    ],
    [
      'no name',
      at(network(clientError('ENOTFOUND', 'getaddrinfo ENOTFOUND b-1'))),
      'UNREACHABLE retry',
    ],
    [
      'a certificate',
      at(network(clientError('DEPTH_ZERO_SELF_SIGNED_CERT', 'self-signed'))),
      'TLS final',
    ],
    [
      'TLS that is not there',
      at(network(clientError('PLT_KFK_USER', 'TLS handshake failed.'))),
      'UNREACHABLE retry',
    ],
    [
      'TLS that is wanted',
      at(clientError('PLT_KFK_USER', 'Broker requires TLS.')),
      'UNREACHABLE retry',
    ],
    [
      'a connection cut',
      at(clientError('PLT_KFK_NETWORK', 'Connection closed')),
      'UNREACHABLE retry',
    ],
    [
      'one cut after sending',
      at(clientError('PLT_KFK_NETWORK', 'Connection closed'), true),
      'UNREACHABLE retry in doubt',
    ],
    [
      'no answer',
      at(clientError('PLT_KFK_NETWORK', 'Request timed out'), true),
      'TIMED_OUT retry in doubt',
    ],
    ['a broken answer', at(new TypeError('x is undefined'), true), 'BROKER final in doubt'],
    [
      'a login refused',
      at(
        network(
          login(
            Object.assign(new Error('many'), { errors: [answer('SASL_AUTHENTICATION_FAILED')] }),
          ),
        ),
      ),
      'AUTHENTICATION final',
    ],
    [
      'a login cut',
      at(network(login(clientError('PLT_KFK_NETWORK', 'Connection closed')))),
      'UNREACHABLE retry',
    ],
    [
      'a server that is another',
      at(network(clientError('PLT_KFK_AUTHENTICATION', 'Invalid server signature.'))),
      'AUTHENTICATION final',
    ],
    ['an answer', at(answer('MESSAGE_TOO_LARGE'), true), 'TOO_LARGE final'],
    ['another leader', at(answer('NOT_LEADER_OR_FOLLOWER', true), true), 'BROKER retry'],
    ['a number', at(answer('OUT_OF_ORDER_SEQUENCE_NUMBER'), true), 'BROKER sequence'],
    ['an old number', at(answer('DUPLICATE_SEQUENCE_NUMBER'), true), 'BROKER sequence in doubt'],
    ['followers too late', at(answer('REQUEST_TIMED_OUT', true), true), 'TIMED_OUT retry in doubt'],
    ['an error that is new', at(answer('error 999'), true), 'BROKER final in doubt'],
    ['an error of ours', new ProducerError('CONFIG', 'no package'), 'CONFIG final'],
    ['what is no error', 'text', 'BROKER final in doubt'],
  ])('%s', (_, error, expected) => {
    const { code, verdict, ambiguous } = classifyPlatformatic(error);
    expect([code, verdict, ...(ambiguous ? ['in doubt'] : [])].join(' ')).toBe(expected);
  });

  it.each<[unknown, string]>([
    [
      at(network(clientError('ECONNREFUSED', 'connect ECONNREFUSED 1.2.3.4:9'))),
      'connect ECONNREFUSED 1.2.3.4:9',
    ],
    [at(network(clientError('ECONNREFUSED', ''))), 'ECONNREFUSED'],
    [at(answer('NOT_LEADER_OR_FOLLOWER', true)), 'the words of it (NOT_LEADER_OR_FOLLOWER)'],
    [
      at(Object.assign(answer('INVALID_RECORD'), { serverErrorMessage: 'not that' })),
      'not that (INVALID_RECORD)',
    ],
    [
      at(
        clientError('CERT', 'self-signed certificate; if the root CA is installed locally, try it'),
      ),
      'self-signed certificate (CERT)',
    ],
  ])('tells the reason', (error, reason) => {
    expect(classifyPlatformatic(error)).toMatchObject({ reason, host: HOST });
  });
});

it.each([
  ['20.19.0', false],
  ['22.21.1', false],
  ['22.22.0', true],
  ['23.1.0', true],
  ['24.5.0', false],
  ['24.6.0', true],
  ['26.0.0', true],
])('Node %s is new enough: %p', (version, expected) => {
  expect(isNodeNew(version)).toBe(expected);
});

describe('the package', () => {
  it.each<[string, string, Error, string]>([
    [
      'for an old Node',
      '20.19.5',
      new Error('not tried'),
      'The package @platformatic/kafka needs Node 22.22, 24.6 or later, and this is Node 20.19.5: ' +
        'update Node, or send through kafkajs with `kafkajsTransport`.',
    ],
    [
      'that is not there',
      '24.6.0',
      clientError(
        'ERR_MODULE_NOT_FOUND',
        "Cannot find package '@platformatic/kafka' imported from x",
      ),
      'The package @platformatic/kafka is missing. It is an optional peer of tavro: run ' +
        '`npm i @platformatic/kafka@2`. A bundle does not hold it: deploy it beside.',
    ],
    [
      'that does not load',
      '24.6.0',
      new Error('a wasm file is missing.'),
      'The package @platformatic/kafka cannot be loaded: a wasm file is missing.',
    ],
  ])('%s is CONFIG', async (_, node, thrown, message) => {
    const loading = importPlatformatic(node, async () => {
      throw thrown;
    });
    await expect(loading).rejects.toMatchObject({ name: 'ProducerError', code: 'CONFIG', message });
  });
});
