import { Token } from 'aws-cdk-lib';
import { InfraError } from '../errors.js';

/**
 * Versions that clusters may still have, and that MSK makes no new ones of.
 * Source: those that `aws kafka list-kafka-versions` called deprecated in September 2026.
 */
export const RETIRED_KAFKA_VERSIONS: readonly string[] = [
  ...['1.1.1', '2.1.0', '2.2.1', '2.3.1', '2.4.1', '2.4.1.1', '2.5.1', '2.6.0', '2.6.1', '2.6.2'],
  ...['2.6.3', '2.7.0', '2.7.1', '2.7.2', '2.8.0', '2.8.1', '2.8.2.tiered', '3.1.1', '3.2.0'],
  ...['3.3.1', '3.3.2', '3.4.0', '3.5.1', '3.6.0.1', '3.8.link'],
];

/** Versions of MSK with ZooKeeper. Kafka 4 has none. */
const ZOOKEEPER_VERSIONS = ['3.6.0', '3.7.x', '3.8.x', '3.9.x'] as const;

/** Versions of MSK with KRaft. */
const KRAFT_VERSIONS = [
  '3.7.x.kraft',
  '3.8.x.kraft',
  '3.9.x.kraft',
  '4.0.x.kraft',
  '4.1.x.kraft',
  '4.2.x.kraft',
] as const;

/** Versions that Express brokers run; its 3.9 has KRaft. */
const EXPRESS_VERSIONS = ['3.6.0', '3.8.x', '3.9.x.kraft', '4.2.x.kraft'] as const;
const EXPRESS_MINORS = /^(3\.[689]|4\.2)\./;

/** The one size without KRaft. */
const T3_SMALL = 'kafka.t3.small';

const STANDARD_TYPES = [
  'kafka.m5.large',
  'kafka.m5.xlarge',
  'kafka.m5.2xlarge',
  'kafka.m5.4xlarge',
  'kafka.m5.8xlarge',
  'kafka.m5.12xlarge',
  'kafka.m5.16xlarge',
  'kafka.m5.24xlarge',
  'kafka.m7g.large',
  'kafka.m7g.xlarge',
  'kafka.m7g.2xlarge',
  'kafka.m7g.4xlarge',
  'kafka.m7g.8xlarge',
  'kafka.m7g.12xlarge',
  'kafka.m7g.16xlarge',
] as const;

const EXPRESS_TYPES = [
  'express.m7g.large',
  'express.m7g.xlarge',
  'express.m7g.2xlarge',
  'express.m7g.4xlarge',
  'express.m7g.8xlarge',
  'express.m7g.12xlarge',
  'express.m7g.16xlarge',
] as const;

export type ZooKeeperVersion = (typeof ZOOKEEPER_VERSIONS)[number];
export type KafkaVersion = ZooKeeperVersion | (typeof KRAFT_VERSIONS)[number];
export type ExpressKafkaVersion = (typeof EXPRESS_VERSIONS)[number];
export type BrokerInstanceType = (typeof STANDARD_TYPES)[number];
export type ExpressInstanceType = (typeof EXPRESS_TYPES)[number];

/**
 * Versions that MSK makes clusters of, all of which hold `AWS::MSK::Topic` resources. The support of 3.6.0 ended on 2026-06-01, of 3.7 on 2026-09-01: MSK upgrades
 * such clusters without notice, and phases out new ones.
 *
 * @see https://docs.aws.amazon.com/msk/latest/developerguide/supported-kafka-versions.html, and `KafkaVersion`
 * of @aws-cdk/aws-msk-alpha 2.271 for the spelling and for 4.2
 */
export const KNOWN_KAFKA_VERSIONS: readonly string[] = [...ZOOKEEPER_VERSIONS, ...KRAFT_VERSIONS];

/**
 * Instance types of standard and of Express brokers. M8g, which the guide names without sizes, is not among them.
 *
 * @see https://docs.aws.amazon.com/msk/latest/developerguide/broker-instance-sizes.html
 */
export const KNOWN_INSTANCE_TYPES: readonly string[] = [
  T3_SMALL,
  ...STANDARD_TYPES,
  ...EXPRESS_TYPES,
];

export const KAFKA_VERSION_DEFAULT = '3.9.x.kraft';
export const BROKER_INSTANCE_TYPE_DEFAULT = 'kafka.m7g.large';

/** Metadata of a cluster in the template whose version or instance type is newer than the tables here. */
export const UNLISTED_BROKER_METADATA = 'tavro:unlistedBroker';

/** What standard brokers run on: every version runs on every type, but for `kafka.t3.small`. */
export interface BrokersOfAnyVersion {
  /**
   * Kafka version as MSK names it; `.kraft` at the end selects KRaft over ZooKeeper.
   *
   * @default '3.9.x.kraft'
   */
  readonly kafkaVersion?: KafkaVersion;

  /**
   * Instance type of the brokers. `kafka.t3.small` is cheaper, and cannot run KRaft.
   *
   * @default 'kafka.m7g.large'
   */
  readonly instanceType?: BrokerInstanceType;

  readonly unlistedBroker?: undefined;
}

/** The cheapest brokers, for trials. MSK does not take the type with KRaft. */
export interface SmallBrokers {
  readonly kafkaVersion: ZooKeeperVersion;
  readonly instanceType: typeof T3_SMALL;
  readonly unlistedBroker?: undefined;
}

/** What AWS has added since this package was made. */
export interface UnlistedBrokers {
  readonly kafkaVersion?: undefined;
  readonly instanceType?: undefined;
  /** Version and type that are meant, although the tables of this package lack one: refused only where it surely fails. */
  readonly unlistedBroker: { readonly kafkaVersion: string; readonly instanceType: string };
}

/** Kafka version and instance type of standard brokers that go together. */
export type BrokerChoice = BrokersOfAnyVersion | SmallBrokers | UnlistedBrokers;

/**
 * Version and instance type that come as text, such as from the environment.
 *
 * @throws InfraError `BROKER` for what MSK does not make, saying why
 */
export function brokerChoice(kafkaVersion?: string, instanceType?: string): BrokerChoice {
  const refusal = refuseStandard(kafkaVersion, instanceType);
  if (refusal !== undefined) throw new InfraError('BROKER', refusal);
  // Safe: both were found in the tables, or are known at the deployment only.
  return { kafkaVersion, instanceType } as BrokerChoice;
}

/** Why MSK would not create standard brokers of this kind, or undefined where it would or where it is not known yet. */
export function refuseStandard(
  kafkaVersion: string = KAFKA_VERSION_DEFAULT,
  instanceType: string = BROKER_INSTANCE_TYPE_DEFAULT,
  unlisted = false,
): string | undefined {
  if (instanceType.startsWith('express.')) {
    return `'${instanceType}' is not a standard broker; use one of kafka.*, such as ${BROKER_INSTANCE_TYPE_DEFAULT}, or an ExpressCluster`;
  }
  return refuseBroker(kafkaVersion, instanceType, unlisted);
}

/**
 * Why MSK would not create brokers of this kind, or undefined where it would or where it is not known yet.
 *
 * @param unlisted whether to take what the tables lack
 */
export function refuseBroker(
  kafkaVersion: string,
  instanceType: string,
  unlisted = false,
): string | undefined {
  const version = !Token.isUnresolved(kafkaVersion);
  const type = !Token.isUnresolved(instanceType);
  return (
    (version ? refuseVersion(kafkaVersion, unlisted) : undefined) ??
    (type ? refuseType(instanceType, unlisted) : undefined) ??
    (version && type ? refusePair(kafkaVersion, instanceType, unlisted) : undefined)
  );
}

/** Kafka 4 has no ZooKeeper. */
const KRAFT_ONLY = /^([4-9]|\d\d)\.\d+\.(x|\d+)$/;
const VERSION = /^\d+\.\d+\.(x|\d+(\.\d+)?)(\.kraft)?$/;

/** Why version and type cannot be said in both ways; undefined where they are not. */
export function refuseTwice(said: {
  readonly kafkaVersion?: string | undefined;
  readonly instanceType?: string | undefined;
  readonly unlistedBroker?: UnlistedBrokers['unlistedBroker'] | undefined;
}): string | undefined {
  const isOnce = said.kafkaVersion === undefined && said.instanceType === undefined;
  return said.unlistedBroker === undefined || isOnce
    ? undefined
    : 'unlistedBroker says version and type; leave out kafkaVersion and instanceType beside it';
}

function refuseVersion(kafkaVersion: string, unlisted: boolean): string | undefined {
  if (RETIRED_KAFKA_VERSIONS.includes(kafkaVersion)) {
    return `MSK makes no new clusters of Kafka ${kafkaVersion}; use one that it supports, such as ${KAFKA_VERSION_DEFAULT}`;
  }
  if (!VERSION.test(kafkaVersion)) {
    return `'${kafkaVersion}' is not a Kafka version of MSK, such as ${KAFKA_VERSION_DEFAULT}`;
  }
  if (KRAFT_ONLY.test(kafkaVersion)) {
    return `Kafka ${kafkaVersion} exists only with KRaft; write ${kafkaVersion}.kraft`;
  }
  if (unlisted || KNOWN_KAFKA_VERSIONS.includes(kafkaVersion)) return undefined;
  return `MSK has no Kafka ${kafkaVersion}, as far as is known here; use one of ${KNOWN_KAFKA_VERSIONS.join(', ')}, or say it by unlistedBroker where AWS has added it since`;
}

function refuseType(instanceType: string, unlisted: boolean): string | undefined {
  if (!/^(kafka|express)\./.test(instanceType)) {
    return `'${instanceType}' is neither a standard broker nor an Express one; use one of kafka.*, such as ${BROKER_INSTANCE_TYPE_DEFAULT}`;
  }
  if (unlisted || KNOWN_INSTANCE_TYPES.includes(instanceType)) return undefined;
  return `MSK has no brokers of type ${instanceType}, as far as is known here; use one of ${KNOWN_INSTANCE_TYPES.join(', ')}, or say it by unlistedBroker where AWS has added it since`;
}

function refusePair(
  kafkaVersion: string,
  instanceType: string,
  unlisted: boolean,
): string | undefined {
  if (instanceType === T3_SMALL && kafkaVersion.endsWith('.kraft')) {
    return `${T3_SMALL} cannot run KRaft; use ${BROKER_INSTANCE_TYPE_DEFAULT}, or a Kafka 3 version without .kraft`;
  }
  const express = instanceType.startsWith('express.');
  if (express && !unlisted && !EXPRESS_MINORS.test(kafkaVersion)) {
    return `Express brokers do not run Kafka ${kafkaVersion}; use one of ${EXPRESS_VERSIONS.join(', ')}`;
  }
  return undefined;
}
