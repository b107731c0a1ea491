import { randomUUID } from 'node:crypto';
import {
  type DynamoDbAnswer,
  type DynamoDbClient,
  type DynamoDbStoreOptions,
  dynamoDbTable,
  EXPIRATION,
  ID,
  isRefused,
  milliseconds,
  seconds,
} from './dynamodb-table.js';
import { DONE_TTL_MS, type IdempotencyLease, type IdempotencyStore } from './idempotency.js';

/** Attributes, and their names in expressions: some are words of DynamoDB. Powertools' layer has the first two. */
const STATUS = 'status';
const LEASE_UNTIL = 'in_progress_expiration';
const LEASE = 'lease';

/** What Powertools writes, too. */
const IN_PROGRESS = 'INPROGRESS';
const COMPLETED = 'COMPLETED';

/** Nobody has it, it has had its time though DynamoDB has not deleted it, or whoever had it is gone. */
const IS_FREE =
  'attribute_not_exists(#id) OR #expiration < :now OR (#status = :in_progress AND #lease_until < :now_ms)';

/**
 * Remembers in a table of DynamoDB what was done, for seven days (`ttlMs`). Times are those of the processes'
 * clocks: a lease must be longer than these are apart. The function needs `dynamodb:PutItem` and
 * `dynamodb:DeleteItem` on the table.
 *
 * @throws ConsumerError `CONFIG`
 */
export function dynamoDbIdempotency(options: DynamoDbStoreOptions): IdempotencyStore {
  const { name: TableName, keyPrefix, client } = dynamoDbTable(options);
  const { ttlMs = DONE_TTL_MS } = options;
  return {
    async begin(key, leaseMs) {
      const ready = await client();
      const at: Place = { client: ready, TableName, id: `${keyPrefix}#${key}`, ttlMs };
      const lease = randomUUID();
      const holder = await taken(at, lease, leaseMs);
      if (holder === undefined || holder[LEASE]?.S === lease) return leaseOf(at, lease);
      return holder[STATUS]?.S === COMPLETED ? 'done' : 'in-progress';
    },
  };
}

interface Place {
  readonly client: DynamoDbClient;
  readonly TableName: string;
  readonly id: string;
  readonly ttlMs: number;
}

type Holder = Readonly<Record<string, DynamoDbAnswer>>;

/**
 * Takes the key, or answers the item of who has it. That may be this very attempt: the SDK repeats a request whose
 * answer was lost, and the second one meets what the first has written.
 */
async function taken(
  { client, TableName, id, ttlMs }: Place,
  lease: string,
  leaseMs: number,
): Promise<Holder | undefined> {
  const now = Date.now();
  try {
    await client.putItem({
      TableName,
      Item: {
        [ID]: { S: id },
        [STATUS]: { S: IN_PROGRESS },
        [LEASE]: { S: lease },
        [LEASE_UNTIL]: milliseconds(now + leaseMs),
        [EXPIRATION]: seconds(now + Math.max(ttlMs, leaseMs)),
      },
      ConditionExpression: IS_FREE,
      ExpressionAttributeNames: {
        '#id': ID,
        '#status': STATUS,
        '#lease_until': LEASE_UNTIL,
        '#expiration': EXPIRATION,
      },
      ExpressionAttributeValues: {
        ':in_progress': { S: IN_PROGRESS },
        ':now': seconds(now),
        ':now_ms': milliseconds(now),
      },
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
    });
    return undefined;
  } catch (error) {
    if (!isRefused(error)) throw error;
    const { Item = {} }: { readonly Item?: Holder } = Object(error);
    return Item;
  }
}

function leaseOf({ client, TableName, id, ttlMs }: Place, lease: string): IdempotencyLease {
  return {
    async complete() {
      // Whoever has it by now: it is done.
      await client.putItem({
        TableName,
        Item: {
          [ID]: { S: id },
          [STATUS]: { S: COMPLETED },
          [EXPIRATION]: seconds(Date.now() + ttlMs),
        },
      });
    },
    async abandon() {
      try {
        await client.deleteItem({
          TableName,
          Key: { [ID]: { S: id } },
          ConditionExpression: '#lease = :lease',
          ExpressionAttributeNames: { '#lease': LEASE },
          ExpressionAttributeValues: { ':lease': { S: lease } },
        });
      } catch (error) {
        // Another has it since the lease was over, or DynamoDB has deleted it.
        if (!isRefused(error)) throw error;
      }
    },
  };
}
