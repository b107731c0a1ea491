/** Plays Lambda's event source mapping for Kafka. */
export { PollerError, type PollerErrorCode } from './errors.js';
export type { PollerEvent, RetryReason } from './events.js';
export type { Invoke, LambdaContext } from './invoke.js';
export { type KafkajsSourceOptions, kafkajsSource } from './kafkajs-source.js';
export type { OnFailureRecord } from './on-failure.js';
export { type Poller, type PollerOptions, startPoller } from './poller.js';
export type { PolledBatch, PolledRecord, PollOptions, PollSource } from './source.js';
