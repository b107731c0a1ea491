import { consumerName } from './dynamodb-table.js';
import { ConsumerError } from './errors.js';
import type { IdempotencyStore } from './idempotency.js';

/** A record of a persistence layer, as far as it is asked here. */
export interface PowertoolsRecord {
  getStatus(): string;
}

/**
 * The part of a persistence layer of `@aws-lambda-powertools/idempotency` that is used, such as of a
 * `DynamoDBPersistenceLayer` or a `CachePersistenceLayer`.
 */
export interface PowertoolsPersistenceLayer<Config> {
  configure(settings: { readonly config: Config; readonly keyPrefix: string }): void;
  saveInProgress(data: string, remainingTimeInMillis: number): Promise<void>;
  saveSuccess(data: string, result: null): Promise<void>;
  deleteRecord(data: string): Promise<void>;
  getRecord(data: string): Promise<PowertoolsRecord>;
}

/** Named as what `makeIdempotent` of Powertools takes. */
export interface PowertoolsIdempotencyOptions<Config> {
  readonly persistenceStore: PowertoolsPersistenceLayer<Config>;
  /** An `IdempotencyConfig`: how long what is done is remembered, and how keys are hashed. */
  readonly config: Config;
  /** Who handles the records. @default the name of the Lambda function; outside of Lambda it must be given */
  readonly keyPrefix?: string | undefined;
}

/**
 * Remembers what was done in a persistence layer of Powertools, in its own table with its own items. Powertools
 * is not loaded here: what is given is.
 *
 * @throws ConsumerError `CONFIG`
 * @example powertoolsIdempotency({ persistenceStore: new DynamoDBPersistenceLayer({ tableName }), config: new IdempotencyConfig({}) })
 */
export function powertoolsIdempotency<Config extends Configured>(
  options: PowertoolsIdempotencyOptions<Config>,
): IdempotencyStore {
  const { persistenceStore: layer, config } = options;
  layer.configure({ config, keyPrefix: consumerName(options.keyPrefix) });
  refusePath(config, Object(layer));
  return {
    async begin(key, leaseMs) {
      try {
        await layer.saveInProgress(key, leaseMs);
      } catch (error) {
        const { name, existingRecord }: Refused = Object(error);
        if (name !== 'IdempotencyItemAlreadyExistsError') throw error;
        const known = existingRecord ?? (await layer.getRecord(key));
        return known.getStatus() === 'COMPLETED' ? 'done' : 'in-progress';
      }
      const until = Date.now() + leaseMs;
      return {
        complete: () => layer.saveSuccess(key, null),
        abandon: async () => {
          // A layer deletes whatever is there, which after the lease may be another's.
          if (Date.now() < until) await layer.deleteRecord(key);
        },
      };
    },
  };
}

interface Configured {
  readonly eventKeyJmesPath?: string;
}

interface Refused {
  readonly name?: unknown;
  readonly existingRecord?: PowertoolsRecord;
}

/**
 * A path looks for the key within a key, finds nothing, and makes all records one. A layer keeps the
 * configuration that it was given first, which may be another's.
 */
function refusePath(...places: readonly Configured[]): void {
  if (places.every(({ eventKeyJmesPath = '' }) => eventKeyJmesPath === '')) return;
  throw new ConsumerError(
    'CONFIG',
    'powertoolsIdempotency takes no eventKeyJmesPath: what is to happen once is the key of idempotent(). ' +
      'Give it an IdempotencyConfig without one, and a persistence layer that nothing else configured.',
  );
}
