/** How often records failed: stores that count, and the limit that stands on them. */
import { describe, expect, it } from '@jest/globals';
import {
  type AttemptLimit,
  type AttemptStore,
  type DynamoDbStoreOptions,
  deadLetterTo,
  dynamoDbAttempts,
  memoryAttempts,
} from 'tavro/consumer';
import { attemptLimit } from '../../consumer/attempt-limit.js';
import { awsDynamoDbClient } from '../../consumer/dynamodb-table.js';
import { testLogger } from './clicks.js';
import { FakeDynamoDb, withAwsAt } from './fake-dynamodb.js';

const ID = 'clicks-0@7';
const table = { table: 'attempts', keyPrefix: 'billing' };

const STORES: Readonly<Record<string, () => AttemptStore>> = {
  memory: memoryAttempts,
  DynamoDB: () => dynamoDbAttempts({ ...table, client: new FakeDynamoDb() }),
};

describe.each(Object.keys(STORES))('attempts counted in %s', (name) => {
  const made = (): AttemptStore => STORES[name]?.() ?? memoryAttempts();

  it('are counted by record', async () => {
    const store = made();
    expect(await store.failed(ID)).toBe(1);
    expect(await store.failed(ID)).toBe(2);
    expect(await store.failed('clicks-1@7')).toBe(1);
    expect(await store.failed(ID)).toBe(3);
  });

  it('begin anew for a record that was settled', async () => {
    const store = made();
    await store.failed(ID);
    await store.failed('clicks-1@7');
    await store.settled(ID);
    await store.settled('never seen');
    expect(await store.failed(ID)).toBe(1);
    expect(await store.failed('clicks-1@7')).toBe(2);
  });
});

describe('attempts in memory', () => {
  it('are of so many records at most: the one that failed longest ago is forgotten first', async () => {
    const store = memoryAttempts({ maxRecords: 2 });
    for (const id of ['a', 'b', 'a', 'c']) await store.failed(id);
    expect([await store.failed('a'), await store.failed('b')]).toEqual([3, 1]);
  });

  it('are forgotten after a while', async () => {
    let now = 0;
    const store = memoryAttempts({ ttlMs: 10, now: () => now });
    await store.failed(ID);
    now = 9;
    expect(await store.failed(ID)).toBe(2);
    now = 19;
    expect(await store.failed(ID)).toBe(1);
  });
});

describe('attempts in DynamoDB', () => {
  it('are an item by consumer and record, with the time of its end', async () => {
    const client = new FakeDynamoDb();
    const from = Date.now();
    await dynamoDbAttempts({ ...table, client, ttlMs: 5_000 }).failed(ID);
    const [[id, item] = []] = client.items;
    expect(id).toBe('billing#attempts#clicks-0@7');
    expect(item).toMatchObject({ id: { S: id }, attempts: { N: '1' } });
    const until = Number(item?.expiration?.N);
    expect(until).toBeGreaterThanOrEqual(from / 1_000 + 5);
    expect(until).toBeLessThanOrEqual(Date.now() / 1_000 + 6);
    expect(client.requests.map(({ request }) => request.TableName)).toEqual(['attempts']);
  });

  it('begin anew where the item has had its time and is still there', async () => {
    const client = new FakeDynamoDb();
    const id = 'billing#attempts#clicks-0@7';
    client.items.set(id, { id: { S: id }, attempts: { N: '9' }, expiration: { N: '1' } });
    const store = dynamoDbAttempts({ ...table, client });
    expect([await store.failed(ID), await store.failed(ID)]).toEqual([1, 2]);
  });

  it('are those of one consumer: of the function, or of who is given', async () => {
    const client = new FakeDynamoDb();
    const before = { ...process.env };
    try {
      process.env.AWS_LAMBDA_FUNCTION_NAME = 'orders-handler';
      await dynamoDbAttempts({ table: 't', client }).failed(ID);
    } finally {
      process.env = before;
    }
    expect(await dynamoDbAttempts({ ...table, client }).failed(ID)).toBe(1);
    expect([...client.items.keys()]).toEqual([
      'orders-handler#attempts#clicks-0@7',
      'billing#attempts#clicks-0@7',
    ]);
  });

  it('are rejected by what DynamoDB says', async () => {
    const client = new FakeDynamoDb();
    const down = Object.assign(new Error('slow down'), { name: 'ThrottlingException' });
    client.before = () => {
      throw down;
    };
    await expect(dynamoDbAttempts({ ...table, client }).failed(ID)).rejects.toBe(down);
  });

  it.each<{ options: object; says: string }>([
    { options: { ...table, table: '' }, says: 'table must be the name' },
    { options: { table: 't' }, says: 'keyPrefix must say who handles the records' },
    { options: { ...table, keyPrefix: '' }, says: 'keyPrefix must say' },
    { options: { ...table, ttlMs: 0 }, says: 'ttlMs must be milliseconds above 0; it is 0.' },
    { options: { ...table, client: { send: () => {} } }, says: 'not a DynamoDBClient' },
  ])('refuse $options', ({ options, says }) => {
    // Wrong on purpose.
    const make = () => dynamoDbAttempts(options as DynamoDbStoreOptions);
    expect(make).toThrow(says);
    expect(make).toThrow(expect.objectContaining({ code: 'CONFIG' }));
  });

  it('go by the real SDK where no client is given, which is loaded then', async () => {
    const fake = new FakeDynamoDb();
    const server = await fake.listen();
    try {
      const counts = await withAwsAt(server.url, async () => {
        const store = dynamoDbAttempts(table);
        const answers = [await store.failed(ID), await store.failed(ID)];
        await store.settled(ID);
        const id = 'billing#attempts#clicks-0@7';
        fake.items.set(id, { id: { S: id }, attempts: { N: '9' }, expiration: { N: '1' } });
        return [...answers, await store.failed(ID)];
      });
      expect(counts).toEqual([1, 2, 1]);
      expect(fake.requests.map(({ name }) => name)).toEqual([
        'UpdateItem',
        'UpdateItem',
        'DeleteItem',
        'UpdateItem',
        'UpdateItem',
      ]);
    } finally {
      server.close();
    }
  });

  it('say what to install where the SDK is missing', async () => {
    const message = "Cannot find package '@aws-sdk/client-dynamodb' imported from /app/a.js";
    const missing = Object.assign(new Error(message), { code: 'ERR_MODULE_NOT_FOUND' });
    await expect(awsDynamoDbClient(() => Promise.reject(missing))).rejects.toMatchObject({
      code: 'CONFIG',
      message:
        "The package @aws-sdk/client-dynamodb is missing. Lambda's Node.js runtime has it; " +
        'elsewhere run `npm i @aws-sdk/client-dynamodb`, or give a client.',
    });
    const broken = new Error('no such syntax');
    await expect(awsDynamoDbClient(() => Promise.reject(broken))).rejects.toBe(broken);
  });
});

describe('a limit of attempts', () => {
  const deadLetter = deadLetterTo(() => {});

  it('is used up by as many attempts as it allows', async () => {
    const limit = attemptLimit({ max: 2, deadLetter }, testLogger());
    expect([await limit.isUsedUp(ID), await limit.isUsedUp(ID)]).toEqual([false, true]);
    await limit.settled(ID);
    expect(await limit.isUsedUp(ID)).toBe(false);
    expect(limit.deadLetter).toBe(deadLetter);
  });

  it('is not used up by a store that cannot be reached, which is logged', async () => {
    const logger = testLogger();
    const down = new Error('no route to host');
    const store: AttemptStore = {
      failed: () => Promise.reject(down),
      settled() {
        throw down;
      },
    };
    const limit = attemptLimit({ max: 1, store, deadLetter }, logger);
    expect(await limit.isUsedUp(ID)).toBe(false);
    await limit.settled(ID);
    const line = { level: 'warn', fields: { error: down } };
    expect(logger.lines).toEqual([expect.objectContaining(line), expect.objectContaining(line)]);
    expect(logger.lines[0]?.message).toContain('The store of attempts cannot be reached');
  });

  it.each<{ wrong: object; says: string }>([
    { wrong: { max: 0 }, says: 'max must be a whole number from 1; it is 0' },
    { wrong: { max: 1.5 }, says: 'it is 1.5' },
    { wrong: { max: '3' }, says: 'it is string' },
    { wrong: { store: {} }, says: 'store must be an AttemptStore' },
    { wrong: { deadLetter: 'skip' }, says: 'deadLetter must be of' },
    { wrong: { deadLetter: undefined }, says: 'deadLetter must be of' },
  ])('refuses $wrong', ({ wrong, says }) => {
    // Wrong on purpose.
    const make = () => attemptLimit({ max: 3, deadLetter, ...wrong } as AttemptLimit, testLogger());
    expect(make).toThrow(says);
    expect(make).toThrow(expect.objectContaining({ code: 'CONFIG' }));
  });
});
