import { isMissing } from '../runtime/missing-package.js';
import { ConsumerError } from './errors.js';
import { once } from './once.js';

/** A value of DynamoDB, of the kinds that are written here. */
export type DynamoDbValue = { readonly S: string } | { readonly N: string };

/** A value of DynamoDB as it is read, of whatever kind. */
export interface DynamoDbAnswer {
  readonly S?: string | undefined;
  readonly N?: string | undefined;
}

/** What each request has. */
export interface DynamoDbRequest {
  readonly TableName: string;
  readonly ConditionExpression?: string;
  readonly ExpressionAttributeNames?: Record<string, string>;
  readonly ExpressionAttributeValues?: Record<string, DynamoDbValue>;
}

export interface DynamoDbPut extends DynamoDbRequest {
  readonly Item: Record<string, DynamoDbValue>;
  readonly ReturnValuesOnConditionCheckFailure?: 'ALL_OLD';
}

export interface DynamoDbUpdate extends DynamoDbRequest {
  readonly Key: Record<string, DynamoDbValue>;
  readonly UpdateExpression: string;
  readonly ReturnValues: 'UPDATED_NEW';
}

export interface DynamoDbDelete extends DynamoDbRequest {
  readonly Key: Record<string, DynamoDbValue>;
}

export interface DynamoDbUpdated {
  readonly Attributes?: Readonly<Record<string, DynamoDbAnswer>> | undefined;
}

/** The part of `DynamoDB` of `@aws-sdk/client-dynamodb` that stores are kept with. */
export interface DynamoDbClient {
  putItem(request: DynamoDbPut): Promise<unknown>;
  updateItem(request: DynamoDbUpdate): Promise<DynamoDbUpdated>;
  deleteItem(request: DynamoDbDelete): Promise<unknown>;
}

/** Where a store is kept: a table whose key is `id`, a string, and whose TTL attribute is `expiration`. */
export interface DynamoDbStoreOptions {
  /** Its name or ARN. */
  readonly table: string;
  /**
   * Such as a `DynamoDB` of `@aws-sdk/client-dynamodb`, which is the one with a method per request.
   * @default one of that package, which is loaded then
   */
  readonly client?: DynamoDbClient | undefined;
  /**
   * Who handles the records: stands before each id, so that consumers of one topic may share a table.
   * @default the name of the Lambda function; outside of Lambda it must be given
   */
  readonly keyPrefix?: string | undefined;
  /** How long an item counts after it was written, in milliseconds. @default see the store */
  readonly ttlMs?: number | undefined;
}

/** Put together, so that no bundler takes it for a module to bundle: Lambda's own runtime has it. */
const SDK = ['@aws-sdk', 'client-dynamodb'].join('/');

/** The part of the SDK that is used; its own types would be asked of all who compile. */
interface Sdk {
  readonly DynamoDB: new (configuration: object) => DynamoDbClient;
}

function importSdk(): Promise<typeof import('@aws-sdk/client-dynamodb')> {
  return import(/* webpackIgnore: true */ /* @vite-ignore */ SDK);
}

/** The SDK itself waits for an answer without end: in milliseconds. DynamoDB takes some 10. */
const PATIENCE = { connectionTimeout: 1_000, requestTimeout: 3_000, throwOnRequestTimeout: true };

/** A client of the AWS SDK, which is loaded only then. @throws ConsumerError `CONFIG` where there is none */
export async function awsDynamoDbClient(
  load: () => Promise<Sdk> = importSdk,
): Promise<DynamoDbClient> {
  try {
    const { DynamoDB } = await load();
    return new DynamoDB({ requestHandler: PATIENCE });
  } catch (error) {
    if (!isMissing(error, SDK)) throw error;
    throw new ConsumerError(
      'CONFIG',
      `The package ${SDK} is missing. Lambda's Node.js runtime has it; elsewhere run ` +
        `\`npm i ${SDK}\`, or give a client.`,
      { cause: error },
    );
  }
}

/** The attributes that all stores have, named as those of Powertools' idempotency, whose table this may be. */
export const ID = 'id';
export const EXPIRATION = 'expiration';

/** A table as a store sees it. */
export interface DynamoDbTable {
  readonly name: string;
  readonly keyPrefix: string;
  readonly client: () => Promise<DynamoDbClient>;
}

/** @throws ConsumerError `CONFIG` for options that cannot be meant */
export function dynamoDbTable(options: DynamoDbStoreOptions): DynamoDbTable {
  const { table, client, ttlMs = 1 } = options;
  if (typeof table !== 'string' || table === '')
    throw new ConsumerError('CONFIG', 'table must be the name or the ARN of a DynamoDB table.');
  if (!(ttlMs > 0 && Number.isFinite(ttlMs)))
    throw new ConsumerError('CONFIG', `ttlMs must be milliseconds above 0; it is ${ttlMs}.`);
  if (client !== undefined && typeof client.putItem !== 'function') {
    throw new ConsumerError(
      'CONFIG',
      `client must be a DynamoDB of ${SDK}, which has a method for each request: not a DynamoDBClient, nor a document client.`,
    );
  }
  const keyPrefix = consumerName(options.keyPrefix);
  return { name: table, keyPrefix, client: once(async () => client ?? awsDynamoDbClient()) };
}

/** Who handles records, so that nobody takes for done what another did. @throws ConsumerError `CONFIG` */
export function consumerName(keyPrefix = process.env.AWS_LAMBDA_FUNCTION_NAME): string {
  if (typeof keyPrefix === 'string' && keyPrefix !== '') return keyPrefix;
  throw new ConsumerError(
    'CONFIG',
    'keyPrefix must say who handles the records, such as the name of the consumer group: ' +
      'what one consumer has done in a shared table, another has not. In Lambda it is the name of the function.',
  );
}

/** Milliseconds since the epoch. */
export function milliseconds(ms: number): DynamoDbValue {
  return { N: `${Math.ceil(ms)}` };
}

/** Seconds since the epoch, as DynamoDB's TTL counts them; it deletes late, so readers look as well. */
export function seconds(ms: number): DynamoDbValue {
  return { N: `${Math.ceil(ms / 1_000)}` };
}

/** Whether a request was refused by its condition, and not by DynamoDB. */
export function isRefused(error: unknown): boolean {
  const { name }: { readonly name?: unknown } = Object(error);
  return name === 'ConditionalCheckFailedException';
}
