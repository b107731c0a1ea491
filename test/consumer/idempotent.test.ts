/** Handlers that handle each record once: what they reject with, what is kept, and what no crash takes away. */
import { IdempotencyConfig, makeIdempotent } from '@aws-lambda-powertools/idempotency';
import { DynamoDBPersistenceLayer } from '@aws-lambda-powertools/idempotency/dynamodb';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import fc from 'fast-check';
import {
  dynamoDbIdempotency,
  type IdempotencyStore,
  type IdempotentOptions,
  idempotent,
  memoryIdempotency,
  on,
  powertoolsIdempotency,
} from 'tavro/consumer';
import { mskEvent } from 'tavro/testing';
import { clicks, framed, invocation, testLogger } from './clicks.js';
import { FakeDynamoDb, withAwsAt } from './fake-dynamodb.js';

const LEASE_MS = 1_000;
const TTL_MS = 100_000;
const START = Date.UTC(2026, 11, 1);
const table = { table: 'repeats', keyPrefix: 'billing', ttlMs: TTL_MS };

beforeEach(() => {
  // The clock alone: leases and what is done end by it.
  jest.useFakeTimers({ now: START, doNotFake: OTHER_TIMERS });
});
afterEach(() => {
  jest.useRealTimers();
});
const OTHER_TIMERS = [
  ...(['hrtime', 'nextTick', 'performance', 'queueMicrotask', 'setImmediate'] as const),
  ...(['clearImmediate', 'setInterval', 'clearInterval', 'setTimeout', 'clearTimeout'] as const),
];
const pass = (ms: number) => jest.setSystemTime(Date.now() + ms);

interface Kept {
  readonly store: IdempotencyStore;
  /** Where DynamoDB keeps it. */
  readonly fake?: FakeDynamoDb;
  close(): void;
}

/** Powertools' own layer on a table, by the real SDK. */
function layerAt(endpoint: string): DynamoDBPersistenceLayer {
  const credentials = { accessKeyId: 'k', secretAccessKey: 's' };
  const clientConfig = { endpoint, region: 'eu-west-1', credentials, maxAttempts: 1 };
  return new DynamoDBPersistenceLayer({ tableName: 'repeats', clientConfig });
}

const theirConfig = () => new IdempotencyConfig({ expiresAfterSeconds: TTL_MS / 1_000 });

async function powertools(): Promise<Kept & { readonly fake: FakeDynamoDb; readonly url: string }> {
  const fake = new FakeDynamoDb();
  const { url, close } = await fake.listen();
  const options = { persistenceStore: layerAt(url), config: theirConfig(), keyPrefix: 'billing' };
  return { fake, url, store: powertoolsIdempotency(options), close };
}

const STORES: Readonly<Record<string, () => Promise<Kept>>> = {
  memory: async () => ({ store: memoryIdempotency({ ttlMs: TTL_MS }), close() {} }),
  DynamoDB: async () => {
    const fake = new FakeDynamoDb();
    return { fake, store: dynamoDbIdempotency({ ...table, client: fake }), close() {} };
  },
  'Powertools in DynamoDB': powertools,
};

const record = (id: string) => ({ id, topic: 'clicks', partition: 0, offset: 7 });
type Given = ReturnType<typeof record>;
const ONE = record('clicks-0@7');

/** A handler over a store, with what it was called with. */
function handling(
  store: IdempotencyStore,
  options: Partial<IdempotentOptions<string, Given>> = {},
) {
  const calls: unknown[][] = [];
  const logger = testLogger();
  let next: () => void | Promise<void> = () => {};
  const handler = idempotent(
    (value: string, given: Given, ...further: readonly unknown[]) => {
      calls.push([value, given, ...further]);
      return next();
    },
    { store, leaseMs: LEASE_MS, logger, ...options },
  );
  return {
    handler,
    calls,
    logger,
    set next(then: typeof next) {
      next = then;
    },
  };
}

const never = () => new Promise<void>(() => {});

describe.each(Object.keys(STORES))('idempotent, in %s', (name) => {
  let kept: Kept;
  beforeEach(async () => {
    kept = await (STORES[name] ?? powertools)();
  });
  afterEach(() => kept.close());

  it('handles a record once, and others each', async () => {
    const { handler, calls, logger } = handling(kept.store);
    for (const id of ['a', 'b', 'a', 'a']) await handler('v', record(id));
    expect(calls).toEqual([
      ['v', record('a')],
      ['v', record('b')],
    ]);
    expect(logger.lines.map(({ level, message }) => `${level} ${message}`)).toEqual([
      'debug a was handled before.',
      'debug a was handled before.',
    ]);
  });

  it('handles a record again whose handler rejected, and rejects as it did', async () => {
    const kit = handling(kept.store);
    const failed = new Error('no disk');
    kit.next = () => Promise.reject(failed);
    await expect(kit.handler('v', ONE)).rejects.toBe(failed);
    kit.next = () => {
      throw failed;
    };
    await expect(kit.handler('v', ONE)).rejects.toBe(failed);
    kit.next = () => {};
    await kit.handler('v', ONE);
    await kit.handler('v', ONE);
    expect(kit.calls).toHaveLength(3);
  });

  it('rejects while another has the record, and takes it when the lease is over', async () => {
    const kit = handling(kept.store);
    kit.next = never;
    void kit.handler('crashed', ONE);
    while (kit.calls.length === 0) await new Promise((next) => setImmediate(next));
    const second = kit.handler('second', ONE);
    await expect(second).rejects.toMatchObject({
      name: 'ConsumerError.IN_PROGRESS',
      code: 'IN_PROGRESS',
      topic: 'clicks',
      partition: 0,
      offset: 7,
    });
    await expect(second).rejects.toThrow(/^clicks-0@7, or a record with its key, is being handled/);
    pass(LEASE_MS + 1);
    kit.next = () => {};
    await kit.handler('third', ONE);
    await kit.handler('fourth', ONE);
    expect(kit.calls.map(([value]) => value)).toEqual(['crashed', 'third']);
  });

  it('gets one of two that come at once', async () => {
    const kit = handling(kept.store);
    const settled = await Promise.allSettled([kit.handler('a', ONE), kit.handler('b', ONE)]);
    expect(settled.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(kit.calls).toHaveLength(1);
  });

  it('leaves the key to who has it when an attempt fails whose lease was over', async () => {
    const kit = handling(kept.store);
    let fail: (error: Error) => void = () => {};
    kit.next = () => new Promise((_, reject) => (fail = reject));
    const first = kit.handler('first', ONE);
    while (kit.calls.length === 0) await new Promise((next) => setImmediate(next));
    pass(LEASE_MS + 1);
    kit.next = never;
    void kit.handler('second', ONE);
    while (kit.calls.length === 1) await new Promise((next) => setImmediate(next));
    fail(new Error('late'));
    await expect(first).rejects.toThrow('late');
    await expect(kit.handler('third', ONE)).rejects.toMatchObject({ code: 'IN_PROGRESS' });
  });

  it('remembers what is done as long as it was told to', async () => {
    const kit = handling(kept.store);
    await kit.handler('first', ONE);
    pass(TTL_MS - 1_000);
    await kit.handler('second', ONE);
    pass(2_001);
    await kit.handler('third', ONE);
    expect(kit.calls.map(([value]) => value)).toEqual(['first', 'third']);
  });

  it('runs each effect, whatever crashes, and once where nothing did between it and its completion', async () => {
    await fc.assert(fc.asyncProperty(fc.array(STEP, { maxLength: 25 }), keepsEffects), {
      numRuns: name === 'Powertools in DynamoDB' ? 25 : 300,
    });
  });

  /** What may happen to one of three records. */
  async function keepsEffects(steps: readonly Step[]): Promise<void> {
    const history = new History(kept.store);
    for (const step of steps) await history.take(step);
    await history.deliverAll();
    for (const { effects, cut } of history.records) {
      expect(effects).toBeGreaterThanOrEqual(1);
      // Each that was cut off behind its effect may have made one more.
      expect(effects).toBeLessThanOrEqual(1 + cut);
      if (cut === 0) expect(effects).toBe(1);
    }
  }
});

interface Step {
  readonly at: number;
  readonly does:
    | 'succeeds'
    | 'throws'
    | 'ends before its effect'
    | 'ends behind its effect'
    | 'takes its time'
    | 'passes';
}

const STEP: fc.Arbitrary<Step> = fc.record({
  at: fc.nat({ max: 2 }),
  does: fc.constantFrom<Step['does'][]>(
    ...(['succeeds', 'throws', 'ends before its effect', 'ends behind its effect'] as const),
    ...(['takes its time', 'passes'] as const),
  ),
});

let histories = 0;

/** Three records, what became of them, and those of whose handlers some are still at it. */
class History {
  readonly records = [0, 1, 2].map((at) => ({ at, effects: 0, cut: 0 }));
  private readonly name = `history-${histories++}`;
  private readonly handle: (value: Step['does'], record: Given) => Promise<void>;
  private slow: (() => Promise<void>)[] = [];
  private begun = () => {};

  constructor(store: IdempotencyStore) {
    this.handle = idempotent((does, { offset }) => this.effect(does, offset), {
      store,
      leaseMs: LEASE_MS,
      logger: testLogger(),
    });
  }

  async take({ at, does }: Step): Promise<void> {
    if (does === 'passes') return this.pass();
    // One that is still at it is done before the next of its own.
    const started = new Promise<void>((begun) => {
      this.begun = begun;
    });
    const settled = this.deliver(does, at).then(
      () => {},
      () => {},
    );
    await Promise.race([started, settled]);
    if (does === 'succeeds' || does === 'throws') await settled;
    else if (does === 'takes its time') this.slow.push(() => settled);
  }

  /** So long that no lease holds; what took its time is done before. */
  private async pass(): Promise<void> {
    await this.finish();
    pass(LEASE_MS + 1);
  }

  async deliverAll(): Promise<void> {
    await this.pass();
    for (const { at } of this.records) await this.deliver('succeeds', at);
  }

  private deliver(does: Step['does'], at: number): Promise<void> {
    const id = `${this.name}@${at}`;
    return this.handle(does, { id, topic: this.name, partition: 0, offset: at });
  }

  private release: (() => void)[] = [];

  private async finish(): Promise<void> {
    for (const go of this.release) go();
    this.release = [];
    for (const settled of this.slow) await settled();
    this.slow = [];
  }

  private effect(does: Step['does'], at: number): void | Promise<void> {
    const one = this.records[at];
    if (one === undefined) throw new Error('no such record');
    this.begun();
    if (does === 'throws') throw new Error('failed');
    if (does === 'ends before its effect') return never();
    if (does === 'takes its time') {
      return new Promise<void>((go) => this.release.push(go)).then(() => {
        one.effects += 1;
      });
    }
    one.effects += 1;
    if (does !== 'ends behind its effect') return undefined;
    one.cut += 1;
    return never();
  }
}

describe('idempotent', () => {
  it('passes on what else a handler gets', async () => {
    const { handler, calls } = handling(memoryIdempotency());
    await handler('v', ONE, { remainingMs: () => 5 }, 'more');
    expect(calls).toEqual([['v', ONE, { remainingMs: expect.any(Function) }, 'more']]);
  });

  it('takes a record for no longer than the invocation may go on', async () => {
    const leases: number[] = [];
    const store: IdempotencyStore = {
      begin: async (_, leaseMs) => {
        leases.push(leaseMs);
        return 'done';
      },
    };
    const { handler } = handling(store);
    for (const ms of [400, 4_000, 0, Number.POSITIVE_INFINITY])
      await handler('v', ONE, { remainingMs: () => ms });
    await handler('v', ONE);
    const byDefault = idempotent((_: string, __: Given) => {}, { store });
    await byDefault('v', ONE);
    expect(leases).toEqual([400, 1_000, 1, 1_000, 1_000, 300_000]);
  });

  it('goes by a key of the value', async () => {
    const { handler, calls } = handling(memoryIdempotency(), {
      key: (value, { topic }) => `${topic} ${value}`,
    });
    await handler('order 1', record('a'));
    await handler('order 1', record('b'));
    await handler('order 2', record('c'));
    expect(calls.map(([value]) => value)).toEqual(['order 1', 'order 2']);
  });

  it.each<{ key: unknown; says: string }>([
    { key: '', says: 'key of idempotent() gave an empty text for clicks-0@7' },
    { key: undefined, says: 'gave no text for clicks-0@7' },
    { key: 7, says: 'gave no text' },
  ])('refuses the key $key, which would make records one', async ({ key, says }) => {
    // Wrong on purpose.
    const { handler, calls } = handling(memoryIdempotency(), { key: () => key as string });
    await expect(handler('v', ONE)).rejects.toMatchObject({ code: 'CONFIG', offset: 7 });
    await expect(handler('v', ONE)).rejects.toThrow(says);
    expect(calls).toEqual([]);
  });

  it.each([0, -1, Number.NaN, Number.POSITIVE_INFINITY])('refuses a lease of %p', (leaseMs) => {
    const make = () => handling(memoryIdempotency(), { leaseMs });
    expect(make).toThrow(`leaseMs must be milliseconds above 0; it is ${leaseMs}.`);
  });

  it('rejects when the store cannot be asked', async () => {
    const down = new Error('no route to host');
    const { handler, calls } = handling({ begin: () => Promise.reject(down) });
    await expect(handler('v', ONE)).rejects.toBe(down);
    expect(calls).toEqual([]);
  });

  it('handles a record all the same when the store cannot be told so, and logs that', async () => {
    const down = new Error('no route to host');
    const fail = () => Promise.reject(down);
    const kit = handling({ begin: async () => ({ complete: fail, abandon: fail }) });
    await kit.handler('v', ONE);
    const failed = new Error('no disk');
    kit.next = () => Promise.reject(failed);
    await expect(kit.handler('v', ONE)).rejects.toBe(failed);
    const fields = { record: ONE.id, error: down };
    expect(kit.logger.lines).toEqual([
      { level: 'error', message: expect.stringContaining('clicks-0@7 was handled'), fields },
      { level: 'error', message: expect.stringContaining('clicks-0@7 failed'), fields },
    ]);
  });

  it('stands in a route: a batch that comes again handles what it has not', async () => {
    const seen: string[] = [];
    let fails = true;
    const store = memoryIdempotency();
    const { invoke } = invocation({
      routes: [
        on(clicks, {
          record: idempotent(
            ({ user_id }) => {
              if (user_id === 'bob' && fails) throw new Error('no disk');
              seen.push(user_id);
            },
            { store },
          ),
          tombstone: idempotent((key, { id }) => void seen.push(`${key} ${id}`), { store }),
        }),
      ],
    });
    const event = mskEvent([
      { topic: 'clicks', value: framed('ann') },
      { topic: 'clicks', key: 'k', value: null },
      { topic: 'clicks', value: framed('bob') },
    ]);
    await expect(invoke(event)).rejects.toMatchObject({ code: 'HANDLER' });
    fails = false;
    await invoke(event);
    expect(seen).toEqual(['ann', 'k clicks-0@1', 'bob']);
  });
});

describe('what is done, in memory', () => {
  it('is of so many keys at most', async () => {
    const kit = handling(memoryIdempotency({ maxKeys: 2 }));
    for (const id of ['a', 'b', 'c', 'b', 'a']) await kit.handler(id, record(id));
    expect(kit.calls.map(([value]) => value)).toEqual(['a', 'b', 'c', 'a']);
  });
});

describe('what is done, in DynamoDB', () => {
  const setUp = () => {
    const fake = new FakeDynamoDb();
    return { fake, kit: handling(dynamoDbIdempotency({ ...table, client: fake })) };
  };

  it('is an item by consumer and key, with the time of its end', async () => {
    const { fake, kit } = setUp();
    kit.next = () => {
      expect([...fake.items]).toEqual([
        [
          'billing#clicks-0@7',
          {
            id: { S: 'billing#clicks-0@7' },
            status: { S: 'INPROGRESS' },
            lease: { S: expect.any(String) },
            in_progress_expiration: { N: `${START + LEASE_MS}` },
            expiration: { N: `${(START + TTL_MS) / 1_000}` },
          },
        ],
      ]);
      pass(500);
    };
    await kit.handler('v', ONE);
    expect(kit.calls).toHaveLength(1);
    expect([...fake.items.values()]).toEqual([
      {
        id: { S: 'billing#clicks-0@7' },
        status: { S: 'COMPLETED' },
        expiration: { N: `${(START + TTL_MS) / 1_000 + 1}` },
      },
    ]);
  });

  it('is taken by the request whose answer was lost, and which the SDK repeats', async () => {
    const { fake, kit } = setUp();
    const { putItem } = fake;
    Object.assign(fake, {
      putItem: async (request: Parameters<typeof putItem>[0]) => {
        await putItem(request);
        return putItem(request);
      },
    });
    await kit.handler('v', ONE);
    expect(kit.calls).toHaveLength(1);
  });

  it('is done by an attempt whose lease was over, whoever has the key by then', async () => {
    const { kit } = setUp();
    kit.next = async () => {
      pass(LEASE_MS + 1);
      kit.next = never;
      void kit.handler('second', ONE);
      while (kit.calls.length === 1) await new Promise((next) => setImmediate(next));
    };
    await kit.handler('first', ONE);
    await kit.handler('third', ONE);
    expect(kit.calls.map(([value]) => value)).toEqual(['first', 'second']);
  });

  it('is given up with a table that refuses', async () => {
    const { fake, kit } = setUp();
    fake.before = () => {
      throw Object.assign(new Error('not yours'), { name: 'AccessDeniedException' });
    };
    await expect(kit.handler('v', ONE)).rejects.toThrow('not yours');
    fake.before = () => {};
    kit.next = () => {
      fake.before = () => {
        throw Object.assign(new Error('not yours'), { name: 'AccessDeniedException' });
      };
      throw new Error('no disk');
    };
    await expect(kit.handler('v', ONE)).rejects.toThrow('no disk');
    expect(kit.logger.lines.map(({ level }) => level)).toEqual(['error']);
  });

  it('is kept by the real SDK where no client is given', async () => {
    const fake = new FakeDynamoDb();
    const server = await fake.listen();
    try {
      await withAwsAt(server.url, async () => {
        const kit = handling(dynamoDbIdempotency(table));
        await kit.handler('v', ONE);
        await kit.handler('v', ONE);
        kit.next = () => Promise.reject(new Error('no disk'));
        await expect(kit.handler('v', record('b'))).rejects.toThrow('no disk');
        expect(kit.calls).toHaveLength(2);
      });
      expect([...fake.items.keys()]).toEqual(['billing#clicks-0@7']);
    } finally {
      server.close();
    }
  });
});

describe('what is done, in a layer of Powertools', () => {
  it('is what makeIdempotent of Powertools finds, and the other way about', async () => {
    const { fake, url, store, close } = await powertools();
    try {
      const kit = handling(store);
      const theirs: string[] = [];
      const once = makeIdempotent(async (key: string) => theirs.push(key), {
        persistenceStore: layerAt(url),
        config: theirConfig(),
        keyPrefix: 'billing',
      });
      await kit.handler('ours', record('a'));
      const [item] = fake.items.values();
      expect(item).toMatchObject({ status: { S: 'COMPLETED' }, data: { NULL: true } });
      expect(item?.id?.S).toMatch(/^billing#/);
      expect(item?.expiration).toEqual({ N: `${(START + TTL_MS) / 1_000}` });
      await once('a');
      await once('b');
      await kit.handler('ours', record('b'));
      expect([kit.calls.length, theirs]).toEqual([1, ['b']]);
    } finally {
      close();
    }
  });

  const make =
    (persistenceStore: DynamoDBPersistenceLayer, eventKeyJmesPath = '') =>
    () => {
      const config = new IdempotencyConfig({ eventKeyJmesPath });
      return powertoolsIdempotency({ persistenceStore, config, keyPrefix: 'billing' });
    };
  const layer = () => layerAt('http://127.0.0.1:1');

  it('takes no path, by which all records would be one', async () => {
    const used = layer();
    used.configure({ config: new IdempotencyConfig({ eventKeyJmesPath: 'id' }) });
    for (const wrong of [make(layer(), 'id'), make(used)]) {
      expect(wrong).toThrow('takes no eventKeyJmesPath');
      expect(wrong).toThrow(expect.objectContaining({ code: 'CONFIG' }));
    }
    expect(make(layer())).not.toThrow();
  });

  it('asks who handles the records, outside of Lambda', () => {
    const options = { persistenceStore: layer(), config: new IdempotencyConfig({}) };
    expect(() => powertoolsIdempotency(options)).toThrow('keyPrefix must say');
  });
});
