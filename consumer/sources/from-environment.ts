import { connectionFromEnvironment } from '../../producer/environment.js';
import { ProducerError } from '../../producer/errors.js';
import type { KafkaConnection } from '../../producer/kafka-connection.js';
import { given } from '../../runtime/given.js';
import type { SecretReader } from '../../runtime/secret.js';
import type { Sources } from '../source.js';
import { asConsumerError } from './failure.js';
import { kafkajsSource } from './kafkajs/source.js';
import type { SourceOptions } from './options.js';

/** What the environment does not say of a source, and where it stands. */
export interface EnvironmentSourceOptions extends SourceOptions, Partial<KafkaConnection> {
  /** @default process.env */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** @default AWS Secrets Manager, through `@aws-sdk/client-secrets-manager` */
  readonly readSecret?: SecretReader;
}

/**
 * Sources that the variables `KAFKA_*` configure, through kafkajs: those of `producerFromEnvironment`,
 * by the same rules. The README has their table.
 * @param options what {@link kafkajsSource} takes besides, and wins over the variables
 * @throws ConsumerError `CONFIG`, naming every variable that is missing or wrong
 * @example const sources = await sourcesFromEnvironment();
 */
export async function sourcesFromEnvironment(
  options: EnvironmentSourceOptions = {},
): Promise<Sources> {
  const { env, readSecret, ...others } = options;
  const connection = await connectionFromEnvironment({
    ...(env && { env }),
    ...(readSecret && { readSecret }),
  }).catch((error: unknown) => {
    throw error instanceof ProducerError ? asConsumerError(error) : error;
  });
  return kafkajsSource({ ...connection, ...given(others) });
}
