import { mapping } from '../example.js';
import { DESTINATION, failsToTopic, isOnDemand, readsKafka } from '../mappings.js';
import { MAPPING } from '../resource-types.js';
import type { TemplateRule } from '../rule.js';
import { at, type Resource } from '../template.js';
import { isUnknown, knownNumber } from '../values.js';

const SETTINGS = [
  'BisectBatchOnFunctionError',
  'FunctionResponseTypes',
  'LoggingConfig',
  'MaximumRecordAgeInSeconds',
  'MaximumRetryAttempts',
  'MetricsConfig',
  'AmazonManagedKafkaEventSourceConfig.SchemaRegistryConfig',
  'SelfManagedKafkaEventSourceConfig.SchemaRegistryConfig',
];
/** Retries and ages without limit, as on-demand pollers have them. */
const UNLIMITED = -1;

const retries = (settings: Readonly<Record<string, unknown>>): ReturnType<typeof mapping> =>
  mapping({
    MaximumRetryAttempts: 3,
    DestinationConfig: { OnFailure: { Destination: 'arn:aws:sqs:eu-west-1:111122223333:failed' } },
    ...settings,
  });

/**
 * Settings that on-demand pollers do not have. Destinations they have, but for topics: queues, SNS topics and
 * buckets came before provisioned pollers.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/kafka-on-failure-destination.html
 */
export const kafkaProvisionedOnly: TemplateRule = {
  id: 'kafka-provisioned-only',
  why: 'For Kafka, Lambda knows this only with provisioned pollers.',
  fix: 'Add ProvisionedPollerConfig, or remove the setting.',
  types: [MAPPING],
  example: {
    refused: { Mapping: retries({}) },
    accepted: { Mapping: retries({ ProvisionedPollerConfig: { MinimumPollers: 1 } }) },
  },
  violation(found) {
    if (!readsKafka(found) || !isOnDemand(found)) return undefined;
    const setting = SETTINGS.find((path) => isSet(found, path));
    return setting ?? (failsToTopic(found) ? DESTINATION : undefined);
  },
};

function isSet({ properties }: Resource, path: string): boolean {
  const value = at(properties, path);
  if (value === undefined || isUnknown(value)) return false;
  if (Array.isArray(value)) return value.length > 0 && !value.every(isUnknown);
  return value !== false && value !== 'false' && knownNumber(value) !== UNLIMITED;
}
