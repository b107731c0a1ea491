/** Plays Lambda's event source mapping for Kafka. */
export { PollerError, type PollerErrorCode } from './errors.js';
export type { PollerEvent } from './events.js';
export type { Invoke, LambdaContext } from './invoke.js';
export type { OnFailureRecord } from './on-failure.js';
export type { PollerOptions } from './options.js';
export { type Poller, startPoller } from './poller.js';
export type { MappingRegistry } from './schema-registry.js';
