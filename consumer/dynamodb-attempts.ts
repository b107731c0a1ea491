import { ATTEMPTS_TTL_MS, type AttemptStore } from './attempts.js';
import {
  type DynamoDbStoreOptions,
  dynamoDbTable,
  EXPIRATION,
  ID,
  isRefused,
  seconds,
} from './dynamodb-table.js';

const ATTEMPTS = 'attempts';

/**
 * Counts in a table of DynamoDB, for all processes together. An item that was written is a day old at most
 * (`ttlMs`) since its record failed last. A request that is repeated since its answer was lost counts twice.
 * The function needs `dynamodb:UpdateItem` and `dynamodb:DeleteItem` on the table.
 *
 * @throws ConsumerError `CONFIG`
 */
export function dynamoDbAttempts(options: DynamoDbStoreOptions): AttemptStore {
  const { name: TableName, keyPrefix, client } = dynamoDbTable(options);
  const { ttlMs = ATTEMPTS_TTL_MS } = options;
  const keyOf = (recordId: string) => ({ [ID]: { S: `${keyPrefix}#attempts#${recordId}` } });

  /** One more, or the first again where what is there has had its time. */
  const count = async (recordId: string, expression: string, condition: string) => {
    const now = Date.now();
    const ready = await client();
    const { Attributes } = await ready.updateItem({
      TableName,
      Key: keyOf(recordId),
      UpdateExpression: expression,
      ConditionExpression: condition,
      ExpressionAttributeNames: { '#attempts': ATTEMPTS, '#expiration': EXPIRATION },
      ExpressionAttributeValues: {
        ':one': { N: '1' },
        ':now': seconds(now),
        ':until': seconds(now + ttlMs),
      },
      ReturnValues: 'UPDATED_NEW',
    });
    return Number(Attributes?.[ATTEMPTS]?.N ?? 1);
  };

  return {
    async failed(recordId) {
      try {
        return await count(
          recordId,
          'SET #expiration = :until ADD #attempts :one',
          'attribute_not_exists(#expiration) OR #expiration >= :now',
        );
      } catch (error) {
        if (!isRefused(error)) throw error;
        return count(recordId, 'SET #expiration = :until, #attempts = :one', '#expiration < :now');
      }
    },
    async settled(recordId) {
      const ready = await client();
      await ready.deleteItem({ TableName, Key: keyOf(recordId) });
    },
  };
}
