import { Logger as PowertoolsLogger } from '@aws-lambda-powertools/logger';
import { afterEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  ConsumerError,
  type ConsumerErrorCode,
  jsonLogger,
  type Logger,
  logJson,
} from '../../consumer/index.js';
import { withFields } from '../../consumer/logger.js';
import { AvroError } from '../../runtime/index.js';
import { HOSTILE, harmIn } from '../hostile-text.js';

describe('logJson', () => {
  const cycle: Record<string, unknown> = { a: 1 };
  cycle.self = cycle;
  const shared = { b: 2 };

  it.each<{ name: string; value: unknown; want: string }>([
    { name: 'bigint', value: { id: 2n ** 63n - 1n }, want: '{"id":"9223372036854775807"}' },
    {
      name: 'Date',
      value: { at: new Date('2026-11-22T10:00:00Z') },
      want: '{"at":"2026-11-22T10:00:00.000Z"}',
    },
    { name: 'invalid Date', value: [new Date(Number.NaN)], want: '[null]' },
    { name: 'bytes', value: [Uint8Array.of(0, 255)], want: '["AP8="]' },
    { name: 'Buffer', value: [Buffer.from('hi')], want: '["aGk="]' },
    { name: 'Map', value: new Map([['k', 1n]]), want: '{"k":"1"}' },
    { name: 'Set', value: new Set([1]), want: '[1]' },
    { name: 'cycle', value: cycle, want: '{"a":1,"self":"[cycle]"}' },
    { name: 'the same object twice', value: [shared, shared], want: '[{"b":2},{"b":2}]' },
    { name: 'NaN', value: [Number.NaN], want: '[null]' },
    { name: 'null', value: null, want: 'null' },
  ])('$name', ({ value, want }) => {
    expect(logJson(value)).toBe(want);
  });

  it('keeps what an error says, causes included', () => {
    const error = new ConsumerError('HANDLER', 'no', {
      topic: 't',
      offset: 3,
      cause: new Error('why', { cause: 5n }),
    });
    expect(JSON.parse(logJson({ error }))).toMatchObject({
      error: {
        name: 'ConsumerError.HANDLER.Error',
        code: 'HANDLER',
        message: 'no',
        topic: 't',
        offset: 3,
        stack: expect.stringContaining('logger.test'),
        cause: { name: 'Error', message: 'why', cause: '5' },
      },
    });
  });
});

describe('the name of an error', () => {
  const named = (name: string) => Object.assign(new Error('why'), { name });
  it.each<[ConsumerErrorCode, unknown, string]>([
    ['HANDLER', named('PaymentDeclined'), 'ConsumerError.HANDLER.PaymentDeclined'],
    [
      'HANDLER',
      Object.assign(new Error(), { code: 'ECONNRESET' }),
      'ConsumerError.HANDLER.ECONNRESET',
    ],
    ['HANDLER', 'text that may be a payload', 'ConsumerError.HANDLER'],
    ['HANDLER', named('a name of several words'), 'ConsumerError.HANDLER'],
    ['HANDLER', undefined, 'ConsumerError.HANDLER'],
    ['DECODE', new AvroError('AVRO_TRUNCATED', 'why'), 'ConsumerError.DECODE.AVRO_TRUNCATED'],
    ['DEAD_LETTER', new ConsumerError('DEAD_LETTER', 'why'), 'ConsumerError.DEAD_LETTER'],
    ['DEADLINE', undefined, 'ConsumerError.DEADLINE'],
  ])('says code and cause, as Lambda shows it: %s of %p', (code, cause, name) => {
    expect(new ConsumerError(code, 'no', { cause }).name).toBe(name);
  });
});

describe('logJson never throws', () => {
  const thrower = (): never => {
    throw new Error('no');
  };
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  let deep: unknown = 1;
  for (let i = 0; i < 100_000; i++) deep = [deep];
  let shared: unknown = 'leaf';
  for (let i = 0; i < 60; i++) shared = { a: shared, b: shared };
  const error = Object.defineProperty(new Error('why'), 'stack', { get: thrower });
  const sparse: unknown[] = [];
  sparse.length = 2;

  it.each<{ name: string; value: unknown; want: string }>([
    {
      name: 'a getter',
      value: {
        a: 1,
        get b() {
          return thrower();
        },
        c: 3,
      },
      want: '{"a":1,"b":"[unprintable]","c":3}',
    },
    {
      name: 'toJSON',
      value: { a: 1, b: { toJSON: thrower } },
      want: '{"a":1,"b":"[unprintable]"}',
    },
    { name: 'toJSON of what is given', value: { toJSON: thrower }, want: '"[unprintable]"' },
    { name: 'toJSON that gives a bigint', value: { toJSON: () => 5n }, want: '"5"' },
    {
      name: 'a getter for toJSON',
      value: [
        {
          get toJSON() {
            return thrower();
          },
        },
      ],
      want: '["[unprintable]"]',
    },
    { name: 'a revoked proxy', value: { proxy }, want: '{"proxy":"[unprintable]"}' },
    { name: 'a trap', value: [new Proxy({}, { ownKeys: thrower })], want: '["[unprintable]"]' },
    { name: 'a bigint', value: 5n, want: '"5"' },
    { name: 'a boxed bigint', value: [Object(5n)], want: '["5"]' },
    { name: 'boxes', value: [Object(1), Object('s'), Object(false)], want: '[1,"s",false]' },
    { name: 'nothing', value: undefined, want: 'null' },
    { name: 'a function', value: [thrower, Symbol('s')], want: '[null,null]' },
    { name: 'holes', value: sparse, want: '[null,null]' },
    {
      name: 'a key that is a prototype',
      value: JSON.parse('{"__proto__":{"a":1}}'),
      want: '{"__proto__":{"a":1}}',
    },
    {
      name: 'no prototype',
      value: Object.assign(Object.create(null), { a: 1n }),
      want: '{"a":"1"}',
    },
    {
      name: 'a Map with keys of other types',
      value: new Map([[{ toString: thrower }, 1]]),
      want: '"[unprintable]"',
    },
  ])('on $name', ({ value, want }) => {
    expect(logJson(value)).toBe(want);
  });

  it('on an error whose stack throws', () => {
    expect(JSON.parse(logJson(error))).toEqual({
      name: 'Error',
      message: 'why',
      stack: '[unprintable]',
    });
  });

  it('on 100,000 levels', () => {
    expect(logJson(deep)).toBe(`${'['.repeat(64)}"[deeper]"${']'.repeat(64)}`);
  });

  it('on parts that unfold to 2^60 values', () => {
    const text = logJson(shared);
    expect(text).toContain('"[more]":true');
    expect(text.length).toBeLessThan(2_000_000);
  });

  it('on any value', () => {
    fc.assert(
      fc.property(
        fc.anything({
          withBigInt: true,
          withDate: true,
          withMap: true,
          withSet: true,
          withBoxedValues: true,
          withNullPrototype: true,
          withTypedArray: true,
          withSparseArray: true,
        }),
        (value) => {
          expect(typeof JSON.parse(logJson({ value }))).toBe('object');
        },
      ),
    );
  });
});

describe('jsonLogger', () => {
  it('takes fields that throw, or that are none', () => {
    const lines: string[] = [];
    const logger = jsonLogger({ write: (line) => lines.push(line), now: () => new Date(0) });
    const { proxy, revoke } = Proxy.revocable({}, {});
    revoke();
    const hostile = {
      a: 1n,
      get b() {
        throw new Error('no');
      },
    };
    logger.info('one', hostile, proxy, { c: 2 });
    const head = { level: 'INFO', timestamp: '1970-01-01T00:00:00.000Z', message: 'one' };
    expect(JSON.parse(lines.join())).toMatchObject({ ...head, a: '1', b: '[unprintable]', c: 2 });
  });

  it('writes one JSON object per line', () => {
    const lines: string[] = [];
    const logger = jsonLogger({
      level: 'WARN',
      write: (line) => lines.push(line),
      now: () => new Date(0),
    });
    logger.info('quiet');
    logger.warn('two\nlines', { count: 1n, message: 'not this' });
    logger.error('bare');
    const timestamp = '1970-01-01T00:00:00.000Z';
    expect(lines.map((line) => JSON.parse(line))).toEqual([
      { level: 'WARN', timestamp, message: 'two\nlines', count: '1' },
      { level: 'ERROR', timestamp, message: 'bare' },
    ]);
    expect(lines.join('')).not.toContain('\n');
  });

  it.each(Object.entries(HOSTILE))('writes nothing that a terminal acts on: %s', (_, text) => {
    const lines: string[] = [];
    jsonLogger({ write: (line) => lines.push(line) }).error(text, { [text]: text });
    expect(harmIn(lines.join('\n'), { commands: true })).toEqual([]);
    expect(lines.map((line) => JSON.parse(line))).toMatchObject([{ message: text, [text]: text }]);
  });
});

describe('the level of jsonLogger', () => {
  const ALL = ['DEBUG', 'INFO', 'WARN', 'ERROR'];
  afterEach(() => {
    delete process.env.AWS_LAMBDA_LOG_LEVEL;
  });

  it.each<[string | undefined, readonly string[]]>([
    [undefined, ALL.slice(1)],
    ['TRACE', ALL],
    ['DEBUG', ALL],
    ['INFO', ALL.slice(1)],
    ['WARN', ALL.slice(2)],
    ['ERROR', ALL.slice(3)],
    ['FATAL', []],
    ['warn', ALL.slice(2)],
    ['LOUD', ALL.slice(1)],
  ])("is Lambda's: AWS_LAMBDA_LOG_LEVEL %p", (level, written) => {
    if (level !== undefined) process.env.AWS_LAMBDA_LOG_LEVEL = level;
    const lines: string[] = [];
    const logger = jsonLogger({ write: (line) => lines.push(line) });
    for (const method of ['debug', 'info', 'warn', 'error'] as const) logger[method]('one');
    expect(lines.map((line) => JSON.parse(line).level)).toEqual(written);
  });

  it('is the one given, whatever Lambda says', () => {
    process.env.AWS_LAMBDA_LOG_LEVEL = 'ERROR';
    const lines: string[] = [];
    jsonLogger({ level: 'DEBUG', write: (line) => lines.push(line) }).debug('one');
    expect(lines).toHaveLength(1);
  });
});

it("has an invocation's fields behind which a line's own stand, with any logger", () => {
  const lines: string[] = [];
  const own = jsonLogger({
    level: 'DEBUG',
    write: (line) => lines.push(line),
    now: () => new Date(0),
  });
  const logger = withFields(own, { requestId: 'r', n: 1 });
  for (const method of ['debug', 'info', 'warn', 'error'] as const) logger[method]('one', { n: 2 });
  const head = { timestamp: '1970-01-01T00:00:00.000Z', message: 'one', requestId: 'r', n: 2 };
  const levels = ['DEBUG', 'INFO', 'WARN', 'ERROR'];
  expect(lines.map((line) => JSON.parse(line))).toEqual(
    levels.map((level) => ({ level, ...head })),
  );
});

it('takes Powertools and the console as they are', () => {
  const loggers: Logger[] = [new PowertoolsLogger(), console];
  expect(loggers).toHaveLength(2);
});
