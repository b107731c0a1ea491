/** What JavaScript lets callers give: each is one CONFIG error that says what to give, and not what was given. */
import { describe, expect, it } from '@jest/globals';
import {
  createHandler,
  deadLetterTo,
  exactlyOnce,
  idempotent,
  memoryIdempotency,
  on,
  onBatch,
  runConsumer,
} from '../../consumer/index.js';
import { MemoryBroker, memorySource } from '../../local/index.js';
import { clicks, SECRET, testLogger, testRegistry } from './clicks.js';
import { customers } from './customers.js';

type Row = readonly [given: string, wrong: unknown, says: string];

const { registry } = testRegistry();
const nothing = () => {};
const routes = [on(clicks, nothing)];

/** Wrong on purpose, whatever the types say. */
function expectRefusal(make: () => unknown, says: string): void {
  expect(make).toThrow(
    expect.objectContaining({ code: 'CONFIG', message: expect.stringContaining(says) }),
  );
  expect(make).not.toThrow(SECRET);
}

const SHARED: readonly Row[] = [
  [
    'no routes',
    { routes: undefined },
    'routes must be a list of on(topic, handler); it is undefined.',
  ],
  [
    'one route',
    { routes: routes[0] },
    'routes must be a list of on(topic, handler); it is object.',
  ],
  [
    'a handler for a route',
    { routes: [...routes, nothing] },
    'routes[1] must be of on(topic, handler); it is function.',
  ],
  ['null for a route', { routes: [null] }, 'routes[0] must be of on(topic, handler); it is null.'],
  ['an empty list', { routes: [] }, 'No routes are given'],
  ['a topic twice', { routes: [...routes, ...routes] }, 'Two routes are given for topic "clicks".'],
  [
    'a URL for the registry',
    { registry: SECRET },
    'registry must be createRegistry({ url }), or a function that gives it; it is string.',
  ],
  ['null for the registry', { registry: null }, 'registry must be createRegistry({ url })'],
  [
    'a function for the logger',
    { logger: nothing },
    'logger must be an object with debug, info, warn and error; it is function.',
  ],
  [
    'a promise of telemetry',
    { telemetry: Promise.resolve({}) },
    'telemetry must be an object with onBatch',
  ],
  ['null in telemetry', { telemetry: [null] }, 'it is null.'],
  ['null for onFailure', { onFailure: null }, 'onFailure must be one of "fail"'],
  ['a number for onFailure', { onFailure: 3 }, 'onFailure must be one of "fail"'],
  [
    'a kind that is misspelt',
    { onFailure: { handlers: 'skip' } },
    'or { decode, handler, unknownType } of those.',
  ],
  ['null for a kind', { onFailure: { handler: 5 } }, 'onFailure must be one of "fail"'],
  ['a sink for onFailure', { onFailure: { sink: nothing } }, 'onFailure must be one of "fail"'],
  ['a number for attempts', { attempts: 3 }, 'attempts must be { max, deadLetter }; it is 3.'],
  ['null for attempts', { attempts: null }, 'attempts must be { max, deadLetter }; it is null.'],
  [
    'no dead letters for attempts',
    { attempts: { max: 3 } },
    'attempts: deadLetter must be of deadLetterTopic(…)',
  ],
  [
    'text for max',
    { attempts: { max: SECRET, deadLetter: deadLetterTo(nothing) } },
    'attempts: max must be a whole number from 1; it is string.',
  ],
  [
    'text for a number',
    { keysAtOnce: SECRET },
    'keysAtOnce must be a whole number from 1; it is string.',
  ],
  [
    '0 at once',
    { partitionsAtOnce: 0 },
    'partitionsAtOnce must be a whole number from 1; it is 0.',
  ],
  ['a half at once', { keysAtOnce: 1.5 }, 'it is 1.5.'],
];

describe('createHandler refuses', () => {
  const make = createHandler as (options: unknown) => unknown;

  it.each([undefined, null, SECRET, 5])('%p', (wrong) => {
    expectRefusal(() => make(wrong), 'What createHandler is given must be { routes, … }');
  });

  it.each<Row>([
    ...SHARED,
    [
      'a margin below 0',
      { deadlineMarginMs: -1 },
      'deadlineMarginMs must be a whole number from 0 to 2147483647; it is -1.',
    ],
    ['a margin in text', { deadlineMarginMs: '500' }, 'it is string.'],
    ['a margin that no timer can wait', { deadlineMarginMs: 2 ** 31 }, 'it is 2147483648.'],
  ])('%s', (_, wrong, says) => {
    expectRefusal(() => make({ routes, registry, logger: testLogger(), ...Object(wrong) }), says);
  });
});

describe('runConsumer refuses', () => {
  const make = runConsumer as (options: unknown) => unknown;
  const kafka = memorySource(new MemoryBroker());

  it.each([undefined, null, SECRET, 5])('%p', (wrong) => {
    expectRefusal(() => make(wrong), 'What runConsumer is given must be { routes, … }');
  });

  it.each<Row>([
    ...SHARED,
    [
      'no source',
      { kafka: undefined },
      'kafka must be a source, such as kafkajsSource({ brokers }); it is undefined.',
    ],
    ['brokers for the source', { kafka: { brokers: [SECRET] } }, 'kafka must be a source'],
    ['no group', { group: undefined }, "group must be the consumer group's name; it is undefined."],
    ['an empty group', { group: '' }, "group must be the consumer group's name"],
    [
      'a beginning that there is not',
      { from: 'beginning' },
      "from must be 'earliest', 'latest' or a Date; it is string.",
    ],
    ['a time that is none', { from: new Date('never') }, 'it is invalid Date.'],
    [
      'a number for retry',
      { retry: 3 },
      'retry must be { attempts, firstWaitMs, longestWaitMs }; it is 3.',
    ],
    [
      'no attempts',
      { retry: { attempts: 0 } },
      'retry.attempts must be a whole number from 1; it is 0.',
    ],
    ['a wait in text', { retry: { firstWaitMs: '1s' } }, 'retry.firstWaitMs must be'],
    [
      'a stop that no timer can wait',
      { stopTimeoutMs: Number.MAX_SAFE_INTEGER },
      'stopTimeoutMs must be a whole number from 1 to 2147483647',
    ],
    [
      'a producer for exactlyOnce',
      { exactlyOnce: { transaction: nothing } },
      'exactlyOnce must be exactlyOnce(producer); it is object.',
    ],
    ['null for signals', { stopOnSignals: null, kafka: 1 }, 'kafka must be a source'],
    [
      'a signal that cannot be caught',
      { stopOnSignals: { signals: ['SIGKILL'] } },
      'stopOnSignals must be true, false or { signals }',
    ],
    [
      'text for signals',
      { stopOnSignals: 'SIGTERM' },
      'stopOnSignals must be true, false or { signals }; it is string.',
    ],
  ])('%s, before anything is connected', (_, wrong, says) => {
    const options = { kafka, group: 'billing', routes, registry, logger: testLogger() };
    expectRefusal(() => make({ ...options, ...Object(wrong) }), says);
  });
});

describe('routes', () => {
  const make = on as (topic: unknown, handler: unknown) => unknown;
  const makeBatch = onBatch as (topic: unknown, handler: unknown) => unknown;

  it.each([undefined, null, 'clicks', {}, { name: 'clicks' }])('refuse %p for a topic', (topic) => {
    expectRefusal(() => make(topic, nothing), 'on: the topic must be one of the generated code');
    expectRefusal(
      () => makeBatch(topic, nothing),
      'onBatch: the topic must be one of the generated code',
    );
  });

  it.each([undefined, null, SECRET, {}, { tombstone: nothing }, { record: 5 }, { cases: null }])(
    'refuse %p for a handler',
    (handler) => {
      const says =
        'on: the handler of topic "clicks" must be a function, { record, tombstone } or { cases }';
      expectRefusal(() => make(clicks, handler), says);
    },
  );

  it('refuse what is no function for a tombstone or a case', () => {
    expectRefusal(
      () => make(clicks, { record: nothing, tombstone: true }),
      'tombstone must be a function',
    );
    expectRefusal(
      () => make(customers, { cases: { Created: nothing } }),
      'carries the case Deleted',
    );
  });

  it.each([
    undefined,
    null,
    {},
    { batch: nothing },
    { batch: nothing, tombstones: false },
    { tombstones: true },
  ])('refuse %p for a batch handler', (handler) => {
    const says =
      'onBatch: the handler of topic "clicks" must be a function, or { batch, tombstones: true }';
    expectRefusal(() => makeBatch(clicks, handler), says);
  });
});

it.each([undefined, null, {}, SECRET])('exactlyOnce refuses %p', (producer) => {
  const make = exactlyOnce as (producer: unknown) => unknown;
  expectRefusal(
    () => make(producer),
    'What exactlyOnce is given must be a producer with a transactionalId',
  );
});

it.each<readonly [string, readonly unknown[], string]>([
  [
    'no handler',
    [undefined, { store: memoryIdempotency() }],
    'What idempotent is given must be a handler; it is undefined.',
  ],
  ['no options', [nothing], "idempotent's options must be { store, … }; it is undefined."],
  ['no store', [nothing, {}], 'store must be such as dynamoDbIdempotency(…); it is undefined.'],
  [
    'a key that is no function',
    [nothing, { store: memoryIdempotency(), key: SECRET }],
    'key must be a function; it is string.',
  ],
  [
    'a lease in text',
    [nothing, { store: memoryIdempotency(), leaseMs: SECRET }],
    'leaseMs must be milliseconds above 0; it is string.',
  ],
])('idempotent refuses %s', (_, given, says) => {
  const make = idempotent as (...given: readonly unknown[]) => unknown;
  expectRefusal(() => make(...given), says);
});
