import { Logger as PowertoolsLogger } from '@aws-lambda-powertools/logger';
import { describe, expect, it } from '@jest/globals';
import { ConsumerError, jsonLogger, type Logger, logJson } from '../../consumer/index.js';
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
        name: 'ConsumerError',
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

describe('jsonLogger', () => {
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

it('takes Powertools and the console as they are', () => {
  const loggers: Logger[] = [new PowertoolsLogger(), console];
  expect(loggers).toHaveLength(2);
});
