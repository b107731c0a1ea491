import { describe, expect, it } from '@jest/globals';
import {
  BATCH_RESPONSES_VARIABLE,
  type BatchResponse,
  ConsumerError,
  createHandler,
  type DeadLetter,
  deadLetterTo,
  type FailureOptions,
  failurePolicies,
  logJson,
  on,
} from '../../consumer/index.js';
import { type KafkaRecordInput, mskEvent } from '../../local/msk-event.js';
import {
  CLICK_ID,
  clicks,
  framed,
  invocation,
  SECRET,
  testLogger,
  testRegistry,
} from './clicks.js';

const GARBAGE = new TextEncoder().encode(SECRET);
const ok = (user: string, partition = 0): KafkaRecordInput => ({
  topic: 'clicks',
  partition,
  value: framed(user),
});
const bad = (partition = 0): KafkaRecordInput => ({ topic: 'clicks', partition, value: GARBAGE });

/** Two partitions; `boom` is what the handler throws on. */
async function deliver(onFailure: FailureOptions['onFailure'], records: KafkaRecordInput[]) {
  const handled: string[] = [];
  const { invoke, logger } = invocation({
    onFailure,
    routes: [
      on(clicks, (click, record) => {
        if (click.user_id === 'boom') throw new Error('cannot handle this');
        handled.push(record.id);
      }),
    ],
  });
  const outcome: { answer?: BatchResponse; error?: unknown } = await invoke(mskEvent(records)).then(
    (answer) => ({ answer }),
    (error: unknown) => ({ error }),
  );
  return { ...outcome, handled, logger };
}

function failedItems(...ids: readonly (readonly [partition: string, offset: number])[]) {
  return {
    batchItemFailures: ids.map(([partition, offset]) => ({
      itemIdentifier: { partition, offset },
    })),
  };
}

describe('the table', () => {
  it('is all that a policy needs: a row more is a policy more', async () => {
    const row = { ...failurePolicies.skip, summary: 'The record is set aside.' };
    Object.assign(failurePolicies, { 'set-aside': row });
    try {
      // Safe: the row was just added; the compiler knows those of the source only.
      const { answer, handled, logger } = await deliver('set-aside' as 'skip', [
        bad(),
        ok('boom'),
        ok('c'),
      ]);
      expect(answer).toEqual(failedItems());
      expect(handled).toEqual(['clicks-0@2']);
      const warned = logger.lines.filter(({ level }) => level === 'warn');
      expect(warned.map(({ fields }) => fields.policy)).toEqual([
        'set-aside',
        'set-aside',
        undefined,
      ]);
      expect(warned.at(-1)?.fields).toMatchObject({ handled: 1, skipped: 2 });
    } finally {
      Reflect.deleteProperty(failurePolicies, 'set-aside');
    }
  });

  it.each(['set-aside', 'dead-letter', 'toString'])('refuses %s, and lists its rows', (name) => {
    // Safe: what a caller without the compiler may give.
    const make = () => invocation({ routes: [on(clicks, () => {})], onFailure: name as 'skip' });
    expect(make).toThrow(
      'onFailure must be one of "fail", "report", deadLetterTo(sink), "skip", or { decode, handler, unknownType } of those.',
    );
  });
});

describe('fail', () => {
  it('is the default', async () => {
    const { error } = await deliver(undefined, [ok('a'), bad()]);
    expect(error).toMatchObject({ code: 'FRAME', topic: 'clicks', partition: 0, offset: 1 });
  });

  it('calls no handler at all when a record of the batch does not decode', async () => {
    const { handled } = await deliver('fail', [ok('a'), ok('b', 1), bad(1)]);
    expect(handled).toEqual([]);
  });

  it('stops at the record whose handler throws, and keeps its error as the cause', async () => {
    const { error, handled } = await deliver('fail', [ok('a'), ok('boom'), ok('c'), ok('d', 1)]);
    expect(error).toMatchObject({ code: 'HANDLER', offset: 1 });
    expect(error).toHaveProperty('cause.message', 'cannot handle this');
    expect(handled).toEqual(['clicks-0@0']);
  });

  it('says how many records there are when several do not decode', async () => {
    const { error, logger } = await deliver('fail', [bad(), bad(), bad(1)]);
    expect(String(error)).toContain('clicks-0@0');
    expect(String(error)).toContain('and 2 more records');
    expect(logger.lines.filter(({ level }) => level === 'error')).toHaveLength(3);
  });

  it('logs a bounded number of them', async () => {
    const { logger } = await deliver(
      'fail',
      Array.from({ length: 100 }, () => bad()),
    );
    expect(logger.lines.filter(({ level }) => level === 'error')).toHaveLength(20);
  });
});

describe('report', () => {
  it('names the first failed offset of each partition, and handles nothing behind it', async () => {
    const { answer, handled } = await deliver('report', [
      ok('a'),
      ok('boom'),
      ok('c'),
      bad(1),
      ok('e', 1),
      ok('f', 2),
    ]);
    expect(answer).toEqual(failedItems(['clicks-0', 1], ['clicks-1', 0]));
    expect(handled).toEqual(['clicks-0@0', 'clicks-2@0']);
  });

  it('answers an empty list when all was handled', async () => {
    const { answer } = await deliver('report', [ok('a'), ok('b', 1)]);
    expect(answer).toEqual({ batchItemFailures: [] });
  });

  it('counts what will come again', async () => {
    const { logger } = await deliver('report', [ok('a'), bad(), ok('c'), ok('d')]);
    expect(logger.lines.at(-1)).toEqual({
      level: 'warn',
      message: 'Handled 1 record.',
      fields: { handled: 1, skipped: 0, deadLettered: 0, reported: 3 },
    });
  });

  it('has offsets of where the event says, also for a topic with dashes', async () => {
    const { invoke } = invocation({ routes: [on(clicks, () => {})], onFailure: 'report' });
    const answer = await invoke(
      mskEvent([{ topic: 'user-clicks-avro', partition: 3, offset: 42, value: framed('a') }]),
    );
    expect(answer).toEqual(failedItems(['user-clicks-avro-3', 42]));
  });
});

describe('dead-letter', () => {
  it('hands the record over as it came, then goes on', async () => {
    const letters: DeadLetter[] = [];
    const event = mskEvent([ok('a'), { ...bad(), key: 'k', headers: [['h', 'v']] }, ok('c')]);
    const handled: string[] = [];
    const { invoke, logger } = invocation({
      onFailure: { decode: deadLetterTo(async (letter) => void letters.push(letter)) },
      routes: [on(clicks, (click) => void handled.push(click.user_id))],
    });
    await expect(invoke(event)).resolves.toEqual({ batchItemFailures: [] });
    expect(handled).toEqual(['a', 'c']);
    expect(letters).toEqual([
      {
        id: 'clicks-0@1',
        record: event.records['clicks-0']?.[1],
        error: expect.objectContaining({ code: 'FRAME', offset: 1 }),
      },
    ]);
    expect(logger.lines.at(-1)).toMatchObject({ level: 'warn', fields: { deadLettered: 1 } });
  });

  it('fails the batch when the sink does not take it', async () => {
    const refuse = deadLetterTo(() => Promise.reject(new Error('queue is full')));
    const { error, handled } = await deliver(refuse, [ok('a'), ok('boom'), ok('c')]);
    expect(error).toMatchObject({ code: 'DEAD_LETTER', offset: 1 });
    expect(error).toHaveProperty('cause.message', 'queue is full');
    expect(handled).toEqual(['clicks-0@0']);
  });

  it('takes what the handler could not handle', async () => {
    const letters: string[] = [];
    const sink = deadLetterTo(({ id, error }) => void letters.push(`${id} ${error.code}`));
    const { answer } = await deliver({ handler: sink }, [ok('boom'), ok('b')]);
    expect(letters).toEqual(['clicks-0@0 HANDLER']);
    expect(answer).toEqual({ batchItemFailures: [] });
  });
});

describe('skip', () => {
  it('goes on, logs and counts', async () => {
    const { answer, handled, logger } = await deliver('skip', [bad(), ok('boom'), ok('c')]);
    expect(answer).toEqual({ batchItemFailures: [] });
    expect(handled).toEqual(['clicks-0@2']);
    const warnings = logger.lines.filter(({ level }) => level === 'warn');
    expect(warnings.map(({ fields }) => fields.code ?? fields.skipped)).toEqual([
      'FRAME',
      'HANDLER',
      2,
    ]);
  });
});

describe('the log of an event of 2,000 failures', () => {
  const many = Array.from({ length: 2_000 }, (_, i) => (i === 1_500 ? ok('boom') : bad(i % 3)));

  it.each<{ onFailure: FailureOptions['onFailure']; level: string; counted: object }>([
    { onFailure: 'fail', level: 'error', counted: { FRAME: 1_979 } },
    { onFailure: 'skip', level: 'warn', counted: { FRAME: 1_979 } },
    { onFailure: deadLetterTo(() => {}), level: 'warn', counted: { FRAME: 1_979 } },
  ])('has 20, the first of each code and counts under $onFailure', async (row) => {
    const { logger } = await deliver(row.onFailure, many);
    const single = logger.lines.filter(({ level, fields }) => level === row.level && fields.code);
    // Under `fail` no handler has run, so that none has failed.
    const codes = [...Array(20).fill('FRAME'), ...(row.onFailure === 'fail' ? [] : ['HANDLER'])];
    expect(single.map(({ fields }) => fields.code)).toEqual(codes);
    expect(logger.lines.filter(({ fields }) => fields.failures)).toEqual([
      {
        level: 'warn',
        message: '1979 more failures of this event are not logged one by one.',
        fields: { failures: row.counted },
      },
    ]);
    const bytes = Buffer.byteLength(logger.lines.map((line) => logJson(line)).join('\n'));
    expect(bytes).toBeLessThan(100_000);
  });

  it('has 20 where each partition reports one', async () => {
    const { answer, logger } = await deliver(
      'report',
      Array.from({ length: 100 }, (_, partition) => bad(partition)),
    );
    expect(answer?.batchItemFailures).toHaveLength(100);
    expect(logger.lines.filter(({ level }) => level === 'error')).toHaveLength(20);
    expect(logger.lines.at(-2)?.fields).toEqual({ failures: { FRAME: 80 } });
  });

  it('counts what was not logged when the sink ends the invocation', async () => {
    let taken = 0;
    const sink = deadLetterTo(() => {
      taken += 1;
      if (taken > 30) throw new Error('queue is full');
    });
    const { error, logger } = await deliver(sink, many);
    expect(error).toMatchObject({ code: 'DEAD_LETTER' });
    expect(logger.lines.at(-1)?.fields).toEqual({ failures: { FRAME: 11 } });
  });
});

describe('one policy per kind', () => {
  const mixed = [ok('a'), bad(), ok('boom'), ok('d')];

  it.each<{
    onFailure: FailureOptions['onFailure'];
    answer?: unknown;
    code?: string;
    handled: number;
  }>([
    { onFailure: { decode: 'skip' }, code: 'HANDLER', handled: 1 },
    { onFailure: { handler: 'skip' }, code: 'FRAME', handled: 0 },
    {
      onFailure: { decode: 'skip', handler: 'report' },
      answer: failedItems(['clicks-0', 2]),
      handled: 1,
    },
    {
      onFailure: { decode: 'report', handler: 'skip' },
      answer: failedItems(['clicks-0', 1]),
      handled: 1,
    },
  ])('$onFailure', async ({ onFailure, answer, code, handled }) => {
    const result = await deliver(onFailure, mixed);
    expect(result.handled).toHaveLength(handled);
    if (answer) expect(result).toHaveProperty('answer', answer);
    else expect(result).toHaveProperty('error.code', code);
  });
});

describe('a registry that cannot be asked', () => {
  it.each<{ onFailure: FailureOptions['onFailure'] }>([
    { onFailure: 'skip' },
    { onFailure: 'report' },
    { onFailure: deadLetterTo(() => {}) },
  ])(
    'fails the batch even under $onFailure, and the next delivery passes',
    async ({ onFailure }) => {
      const handled: string[] = [];
      const { invoke, registry } = invocation({
        onFailure,
        routes: [on(clicks, (click) => void handled.push(click.user_id))],
      });
      const event = mskEvent([ok('a'), bad()]);
      registry.down = true;
      await expect(invoke(event)).rejects.toMatchObject({
        code: 'REGISTRY',
        schemaId: 7,
        offset: 0,
      });
      expect(handled).toEqual([]);
      registry.down = false;
      await invoke(event);
      expect(handled).toEqual(['a']);
    },
  );
});

describe('delivery', () => {
  it('gives a record the same id when it is delivered twice', async () => {
    const ids: string[] = [];
    const { invoke } = invocation({ routes: [on(clicks, (_, { id }) => void ids.push(id))] });
    const event = mskEvent([ok('a'), ok('b')]);
    await invoke(event);
    await invoke(event);
    expect(ids).toEqual(['clicks-0@0', 'clicks-0@1', 'clicks-0@0', 'clicks-0@1']);
  });

  it('waits for each handler before the next record of the partition', async () => {
    const log: string[] = [];
    const { invoke } = invocation({
      routes: [
        on(clicks, async (click) => {
          log.push(`begin ${click.user_id}`);
          await new Promise((resolve) => setImmediate(resolve));
          log.push(`end ${click.user_id}`);
        }),
      ],
    });
    await invoke(mskEvent([ok('a'), ok('b'), ok('c', 1)]));
    expect(log).toEqual(['begin a', 'end a', 'begin b', 'end b', 'begin c', 'end c']);
  });

  it('handles as many partitions at once as it is told', async () => {
    // Partition 0 can only end after partition 1 has begun.
    let release = (): void => {};
    const begun = new Promise<void>((resolve) => {
      release = resolve;
    });
    const log: string[] = [];
    const { invoke } = invocation({
      partitionsAtOnce: 2,
      routes: [
        on(clicks, async (_, { id, partition }) => {
          if (partition === 0) await begun;
          else release();
          log.push(id);
        }),
      ],
    });
    await invoke(mskEvent([ok('a'), ok('b', 1)]));
    expect(log).toEqual(['clicks-1@0', 'clicks-0@0']);
  });

  it('lets the other partitions end their record, not begin another, once one has failed', async () => {
    let fail = (_: Error): void => {};
    const failure = new Promise<void>((_, reject) => {
      fail = reject;
    });
    const handled: string[] = [];
    const { invoke } = invocation({
      partitionsAtOnce: 2,
      routes: [
        on(clicks, async (_, { id, partition }) => {
          if (partition === 0) return failure;
          fail(new Error('no'));
          await new Promise((resolve) => setImmediate(resolve));
          handled.push(id);
        }),
      ],
    });
    const answer = invoke(mskEvent([ok('a'), ok('b', 1), ok('c', 1), ok('d', 2)]));
    await expect(answer).rejects.toMatchObject({ code: 'HANDLER', partition: 0 });
    expect(handled).toEqual(['clicks-1@0']);
  });

  it('takes a batch without records', async () => {
    const { invoke } = invocation({ routes: [on(clicks, () => {})] });
    await expect(invoke(mskEvent([]))).resolves.toEqual({ batchItemFailures: [] });
  });
});

describe('what is logged', () => {
  it('begins as the tutorial does', async () => {
    const { logger } = await deliver('fail', [ok('a'), ok('b'), ok('c', 1)]);
    expect(logger.lines).toEqual([
      { level: 'info', message: 'Received 3 records.', fields: { records: 3, partitions: 2 } },
      {
        level: 'info',
        message: 'Processing records from clicks-0',
        fields: { topic: 'clicks', partition: 0, firstOffset: 0, lastOffset: 1, records: 2 },
      },
      {
        level: 'info',
        message: 'Processing records from clicks-1',
        fields: { topic: 'clicks', partition: 1, firstOffset: 0, lastOffset: 0, records: 1 },
      },
      {
        level: 'debug',
        message: 'Handled 3 records.',
        fields: { handled: 3, skipped: 0, deadLettered: 0, reported: 0 },
      },
    ]);
  });

  it.each<[string, FailureOptions['onFailure'], KafkaRecordInput[]]>([
    ['all that is well', 'fail', [ok('a')]],
    ['what does not decode', 'fail', [bad(), ok('a')]],
    ['what is reported', 'report', [ok('boom'), ok('a')]],
    ['what is counted', 'skip', Array.from({ length: 25 }, () => bad())],
    ['attempts that are not counted', 'report', [ok('boom')]],
  ])('names the invocation in each line: %s', async (name, onFailure, records) => {
    const store = { failed: () => Promise.reject(new Error('down')), settled: async () => {} };
    const attempts = { max: 2, store, deadLetter: deadLetterTo(() => {}) };
    const { invoke, logger } = invocation({
      onFailure,
      ...(name.startsWith('attempts') && { attempts }),
      routes: [
        on(
          { ...clicks, writerVersions: { 'http://registry.test': { [CLICK_ID]: 4 } } },
          (click) => {
            if (click.user_id === 'boom') throw new Error('cannot handle this');
          },
        ),
      ],
    });
    const atCreation = logger.lines.length;
    for (const awsRequestId of ['request-1', 'request-2']) {
      const from = Math.max(atCreation, logger.lines.length);
      await invoke(mskEvent(records), { awsRequestId }).catch(() => {});
      const requests = logger.lines.slice(from).map(({ fields }) => fields.requestId);
      expect(requests.length).toBeGreaterThan(1);
      expect(new Set(requests)).toEqual(new Set([awsRequestId]));
    }
  });

  const down = () => Promise.reject(new Error('down'));
  it.each<[string, FailureOptions]>([
    ['HANDLER', { onFailure: 'fail' }],
    ['DEAD_LETTER', { onFailure: deadLetterTo(down) }],
    [
      'HANDLER',
      {
        attempts: {
          max: 2,
          store: { failed: down, settled: down },
          deadLetter: deadLetterTo(() => {}),
        },
      },
    ],
  ])('name schema id and version of what a handler failed on: %s', async (code, options) => {
    const writerVersions = { 'http://registry.test': { [CLICK_ID]: 4 } };
    const { logger, invoke } = invocation({
      ...options,
      routes: [on({ ...clicks, writerVersions }, down)],
    });
    await invoke(mskEvent([ok('a')])).catch(() => {});
    const failures = logger.lines
      .filter(({ level }) => level !== 'info')
      .map(({ fields }) => fields);
    const written = { topic: 'clicks', offset: 0, schemaId: CLICK_ID, writerVersion: 4 };
    expect(failures.filter((fields) => 'code' in fields)).toContainEqual(
      expect.objectContaining({ code, ...written }),
    );
    for (const fields of failures) if ('offset' in fields) expect(fields).toMatchObject(written);
  });

  it.each<{ onFailure: FailureOptions['onFailure'] }>([
    { onFailure: 'fail' },
    { onFailure: 'report' },
    { onFailure: 'skip' },
    { onFailure: deadLetterTo(() => {}) },
  ])('says where under $onFailure, and never what', async ({ onFailure }) => {
    const { logger } = await deliver(onFailure, [bad(), ok(SECRET)]);
    const failure = logger.lines.find(({ fields }) => 'code' in fields);
    expect(failure?.fields).toMatchObject({
      code: 'FRAME',
      topic: 'clicks',
      partition: 0,
      offset: 0,
    });
    const text = logger.lines.map((line) => [
      line.message,
      ...Object.values(line.fields).map(String),
    ]);
    expect(text.flat().join('\n')).not.toContain(SECRET);
  });
});

describe('createHandler', () => {
  const { registry } = testRegistry();
  const route = on(clicks, () => {});

  it.each<{ name: string; make: () => unknown; says: string }>([
    { name: 'no routes', make: () => createHandler({ registry, routes: [] }), says: 'No routes' },
    {
      name: 'two routes of one topic',
      make: () => createHandler({ registry, routes: [route, on(clicks, () => {})] }),
      says: 'Two routes are given for topic "clicks"',
    },
    {
      name: 'no partitions at once',
      make: () => createHandler({ registry, routes: [route], partitionsAtOnce: 0 }),
      says: 'partitionsAtOnce',
    },
  ])('refuses $name', ({ make, says }) => {
    expect(make).toThrow(ConsumerError);
    expect(make).toThrow(says);
  });

  it.each<{ variable: string; onFailure: FailureOptions['onFailure']; refused: boolean }>([
    { variable: 'off', onFailure: 'report', refused: true },
    { variable: 'off', onFailure: { handler: 'report' }, refused: true },
    { variable: 'off', onFailure: 'fail', refused: false },
    { variable: 'on', onFailure: 'report', refused: false },
    { variable: '', onFailure: 'report', refused: false },
  ])('knows whether answers are read: $variable with $onFailure', ({ variable, ...row }) => {
    process.env[BATCH_RESPONSES_VARIABLE] = variable;
    try {
      const make = () => createHandler({ registry, routes: [route], onFailure: row.onFailure });
      if (row.refused) expect(make).toThrow('reported records would be lost');
      else expect(make).not.toThrow();
    } finally {
      delete process.env[BATCH_RESPONSES_VARIABLE];
    }
  });

  it('asks for its registry at the first event, once, and again only after a failure', async () => {
    let calls = 0;
    const handler = createHandler({
      logger: testLogger(),
      routes: [route],
      registry: async () => {
        calls += 1;
        if (calls === 1) throw new Error('not yet');
        return registry;
      },
    });
    expect(calls).toBe(0);
    const event = mskEvent([ok('a')]);
    await expect(handler(event)).rejects.toThrow('not yet');
    await Promise.all([handler(event), handler(event)]);
    await handler(event);
    expect(calls).toBe(2);
  });
});
