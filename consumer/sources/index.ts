/** `tavro/sources`: what `runConsumer` reads Kafka by. Apart from `tavro/consumer`, since Lambda needs no Kafka client. */
export { type ConfluentSourceOptions, confluentSource } from './confluent/source.js';
export { type EnvironmentSourceOptions, sourcesFromEnvironment } from './from-environment.js';
export { type KafkajsSourceOptions, kafkajsSource } from './kafkajs/source.js';
export type { SourceOptions } from './options.js';
export { type PlatformaticSourceOptions, platformaticSource } from './platformatic/source.js';
