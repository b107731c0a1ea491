import { given } from '../runtime/given.js';
import { createRegistry } from '../runtime/index.js';
import { type EnvironmentOptions, readEnvironment } from './environment.js';
import { kafkajsTransport } from './kafkajs/transport.js';
import { createProducer, type Producer } from './producer.js';
import type { ProducerOptions } from './settings.js';

/** What the environment does not say of a producer, and where it stands. */
export interface EnvironmentProducerOptions
  extends EnvironmentOptions,
    Partial<Omit<ProducerOptions, 'transport' | 'registry'>> {}

/**
 * A producer that the variables `KAFKA_*` and `SCHEMA_REGISTRY_*` configure, through kafkajs. The
 * README has their table.
 * @param options what {@link createProducer} takes besides; `register` wins over its variable
 * @throws ProducerError `CONFIG`, naming every variable that is missing or wrong
 * @example const producer = await producerFromEnvironment();
 */
export async function producerFromEnvironment(
  options: EnvironmentProducerOptions = {},
): Promise<Producer> {
  const { env, readSecret, ...others } = options;
  const { connection, registry, register } = await readEnvironment({
    ...(env && { env }),
    ...(readSecret && { readSecret }),
  });
  return createProducer({
    register,
    ...given(others),
    transport: kafkajsTransport(connection),
    registry: createRegistry(registry),
  });
}
