/** What a template tells of its event source mappings. */
import { FUNCTION, MAPPING } from './resource-types.js';
import { at, type Resource, type Template } from './template.js';
import { knownList, knownText, referredTo, textOf } from './values.js';

/** How a poller logs in: one entry of `SourceAccessConfigurations`. */
export interface Access {
  readonly type: string;
  readonly uri: unknown;
}

/** SQS, Kinesis and DynamoDB mappings have no topics. */
export function readsKafka({ type, properties }: Resource): boolean {
  return type === MAPPING && properties.Topics !== undefined;
}

/** Whether it reads MSK, and not brokers that are named by their addresses. */
export function readsMsk(mapping: Resource): boolean {
  return readsKafka(mapping) && mapping.properties.EventSourceArn !== undefined;
}

/** Whether it certainly has no provisioned pollers. */
export function isOnDemand({ properties }: Resource): boolean {
  return properties.ProvisionedPollerConfig === undefined;
}

/** The function of this template that it calls, by itself, an alias or a version. */
export function functionOf(mapping: Resource, template: Template): Resource | undefined {
  const named = referredTo(mapping.properties.FunctionName, template);
  const target =
    named?.type === 'AWS::Lambda::Alias' || named?.type === 'AWS::Lambda::Version'
      ? referredTo(named.properties.FunctionName, template)
      : named;
  return target?.type === FUNCTION ? target : undefined;
}

/** The role of that function, where it is of this template. */
export function roleOf(mapping: Resource, template: Template): Resource | undefined {
  const role = referredTo(functionOf(mapping, template)?.properties.Role, template);
  return role?.type === 'AWS::IAM::Role' ? role : undefined;
}

/** How it logs in: none is IAM, or nobody; undefined where it is not known. */
function accessOf({ properties }: Resource): readonly Access[] | undefined {
  const written = properties.SourceAccessConfigurations;
  if (written === undefined) return [];
  const entries = knownList(written)?.map((entry) => ({
    type: knownText(at(entry, 'Type')),
    uri: at(entry, 'URI'),
  }));
  return entries?.every(hasType) ? entries : undefined;
}

function hasType(entry: {
  readonly type: string | undefined;
  readonly uri: unknown;
}): entry is Access {
  return entry.type !== undefined;
}

const CREDENTIALS: readonly string[] = [
  'BASIC_AUTH',
  'CLIENT_CERTIFICATE_TLS_AUTH',
  'SASL_SCRAM_256_AUTH',
  'SASL_SCRAM_512_AUTH',
];

/** Of these the entries that say who the poller is, and not where its network is. */
export function credentialsOf(mapping: Resource): readonly Access[] | undefined {
  return accessOf(mapping)?.filter(({ type }) => CREDENTIALS.includes(type));
}

export function usesScram(mapping: Resource): boolean {
  return credentialsOf(mapping)?.some(({ type }) => type.startsWith('SASL_SCRAM')) === true;
}

export function groupIdOf({ properties }: Resource): unknown {
  return (
    at(properties, 'AmazonManagedKafkaEventSourceConfig.ConsumerGroupId') ??
    at(properties, 'SelfManagedKafkaEventSourceConfig.ConsumerGroupId')
  );
}

/** Names of the topics that it reads, as far as they are known. */
export function topicsRead({ properties }: Resource): readonly string[] {
  return (knownList(properties.Topics) ?? []).flatMap((topic) => knownText(topic) ?? []);
}

export const DESTINATION = 'DestinationConfig.OnFailure.Destination';

/** Where failed batches go. */
export function destinationOf({ properties }: Resource): unknown {
  return at(properties, DESTINATION);
}

const KAFKA_SCHEME = 'kafka://';

/** The topic that failed batches go to; undefined where they go elsewhere or it is not known. */
export function destinationTopic(mapping: Resource): string | undefined {
  const text = knownText(destinationOf(mapping));
  return text?.startsWith(KAFKA_SCHEME) ? text.slice(KAFKA_SCHEME.length) : undefined;
}

/** Whether failed batches go to a topic, also one whose name is not known. */
export function failsToTopic(mapping: Resource): boolean {
  return textOf(destinationOf(mapping) ?? '').startsWith(KAFKA_SCHEME);
}

/** The mappings of a template that read Kafka. */
export function kafkaMappings(template: Template): readonly Resource[] {
  return [...template.values()].filter(readsKafka);
}
