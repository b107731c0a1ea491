import type { Kafka } from 'kafkajs';
import { ProducerError } from '../errors.js';
import { METADATA_MAX_AGE_MS } from './client.js';

/**
 * What kafkajs makes its clients of, which its types do not show.
 * @param emitter of events, such as of requests without an answer
 * @throws ProducerError `CONFIG` of another kafkajs
 */
export function createCluster<T>(kafka: Kafka, emitter: object | null): T {
  const key = Object.getOwnPropertySymbols(kafka).find(
    ({ description }) => description === 'private:Kafka:createCluster',
  );
  if (key === undefined) throw otherKafkajs();
  return Reflect.get(
    kafka,
    key,
  )({
    metadataMaxAge: METADATA_MAX_AGE_MS,
    allowAutoTopicCreation: false,
    instrumentationEmitter: emitter,
  });
}

export function otherKafkajs(cause?: unknown): ProducerError {
  return new ProducerError(
    'CONFIG',
    'Transactions and sources need parts of kafkajs that this one does not have: run `npm i kafkajs@2.2.4`.',
    { cause },
  );
}
