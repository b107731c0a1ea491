import { Duration, Stack, Token } from 'aws-cdk-lib';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import { type ClusterAccess, refuseAccess } from '../access/cluster-access.js';
import { refuseScramSecret } from '../access/scram-users.js';
import { InfraError, type InfraErrorCode } from '../errors.js';
import { given } from '../given.js';
import { calledFunction } from './called-function.js';
import type { SubscribedCluster } from './event-source.js';
import { validatedSides } from './mapping-registry.js';
import type { UncheckedProps } from './subscription-props.js';

/** Why a setting is refused, and under which code. */
type Refusal = readonly [code: InfraErrorCode, message: string];

/** The longest that a Kafka poller waits for its function. */
export const KAFKA_TIMEOUT_MAX: Duration = Duration.minutes(14);
const BATCH_SIZE_MAX = 10_000;
const BATCHING_WINDOW_SECONDS_MAX = 300;
const RETRY_ATTEMPTS_MAX = 10_000;
const RETRIES_WITHOUT_END = -1;
const RECORD_AGE_SECONDS_MIN = 60;
const RECORD_AGE_SECONDS_MAX = 7 * 24 * 60 * 60;
const MINIMUM_POLLERS_MAX = 200;
const MAXIMUM_POLLERS_MAX = 2000;
/** Seconds since 1970 that are so many are milliseconds. */
const TIMESTAMP_SECONDS_MAX = 100_000_000_000;
/** What Lambda silently does with unlimited retries once there is a destination. */
export const RETRY_ATTEMPTS_WITH_DESTINATION = 10;
const SERVER = /^[A-Za-z0-9][A-Za-z0-9.-]*:\d{1,5}$/;

/**
 * Refuses what neither the library nor CloudFormation's validator notices, and what the compiler refuses where
 * types were lost. Values that only the deployment knows are let through.
 *
 * @throws InfraError
 */
export function refuseSettings(
  props: UncheckedProps,
  { provisioned, construct }: { readonly provisioned: boolean; readonly construct: string },
): void {
  refuseCredentials(props, construct);
  const refusal = [
    outOfRange(props),
    tooLong(props),
    startingNowhere(props),
    provisioned ? undefined : onDemand(props),
    losing(props, provisioned),
    otherRegistry(props),
    unseen(props),
  ].find((one) => one !== undefined);
  if (refusal === undefined) return;
  const [code, message] = refusal;
  throw new InfraError(code, message, construct);
}

function refuseCredentials({ cluster, credentials }: UncheckedProps, construct: string): void {
  const refuse = (code: InfraErrorCode, message: string): never => {
    throw new InfraError(code, message, construct);
  };
  // Without types they may be missing.
  if (cluster === undefined) refuse('CLUSTER', 'the subscription has no cluster; give one');
  if (credentials?.kind === undefined) {
    refuse(
      'AUTHENTICATION',
      'credentials do not say of which kind they are; give ScramCredentials.fromSecret(secret, key), new IamCredentials(), new TlsCredentials(…) or new PlainCredentials(…)',
    );
  }
  // Safe: pairs that do not fit are refused here.
  refuseAccess({ cluster, credentials } as ClusterAccess, construct);
  if ('bootstrapServers' in cluster) {
    const bad = badServer(cluster.bootstrapServers);
    if (bad === undefined) return;
    const message = `bootstrapServers must be one or more such as broker-1.example.com:9092, and not '${bad}'`;
    return refuse('CLUSTER', message);
  }
  if (credentials.kind !== 'scram') return;
  refuseScramSecret(credentials.secret, construct);
  if (credentials.mechanism === 'SCRAM-SHA-256') {
    refuse('AUTHENTICATION', 'MSK knows SCRAM-SHA-512 only; leave out the mechanism');
  }
  if ((credentials.encryptionKey ?? credentials.secret.encryptionKey) === undefined) {
    refuse(
      'SCRAM_SECRET',
      'a secret of MSK is always under a key of your own, which Lambda must be able to use; give ScramCredentials.fromSecret(secret, key)',
    );
  }
}

/** Pollers are in the subnets of the cluster. @throws InfraError `CLUSTER` where both regions are known */
export function refuseOtherRegion(scope: Construct, cluster: SubscribedCluster): void {
  if ('bootstrapServers' in cluster) return;
  const { region } = Stack.of(scope);
  const known = [region, cluster.env.region].every((one) => !Token.isUnresolved(one));
  if (!known || region === cluster.env.region) return;
  throw new InfraError(
    'CLUSTER',
    `the cluster is in ${cluster.env.region}, the stack in ${region}, and pollers are where the cluster is; deploy the stack there`,
    scope.node.path,
  );
}

/** What is no address with a port; empty where there is none at all. */
function badServer(servers: readonly string[]): string | undefined {
  if (Token.isUnresolved(servers)) return undefined;
  if (servers.length === 0) return '';
  return servers.find((server) => !Token.isUnresolved(server) && !SERVER.test(server));
}

/** Neither CDK nor CloudFormation's validator looks at most of these; the deployment fails. */
function outOfRange(props: UncheckedProps): Refusal | undefined {
  const { pollers } = props;
  const ranges: readonly Range[] = [
    ['BATCH', 'batchSize', props.batchSize, 1, BATCH_SIZE_MAX],
    [
      'BATCH',
      'maxBatchingWindow in seconds',
      seconds(props.maxBatchingWindow),
      0,
      BATCHING_WINDOW_SECONDS_MAX,
    ],
    ['POLLERS', 'retryAttempts', props.retryAttempts, RETRIES_WITHOUT_END, RETRY_ATTEMPTS_MAX],
    [
      'POLLERS',
      'maxRecordAge in seconds',
      seconds(props.maxRecordAge),
      RECORD_AGE_SECONDS_MIN,
      RECORD_AGE_SECONDS_MAX,
    ],
    ['POLLERS', 'minimumPollers', pollers?.minimumPollers, 1, MINIMUM_POLLERS_MAX],
    [
      'POLLERS',
      'maximumPollers',
      pollers?.maximumPollers,
      literal(pollers?.minimumPollers) ?? 1,
      MAXIMUM_POLLERS_MAX,
    ],
  ];
  const range = ranges.find(isOut);
  if (range === undefined) return undefined;
  const [code, name, value, min, max] = range;
  const whole = Number.isInteger(value) ? '' : 'whole numbers, ';
  return [code, `${name} is ${value}; Lambda takes ${whole}${min} to ${max}`];
}

type Range = readonly [
  code: InfraErrorCode,
  name: string,
  value: number | undefined,
  min: number,
  max: number,
];

function isOut([, , given, min, max]: Range): boolean {
  const value = literal(given);
  return value !== undefined && !(Number.isInteger(value) && value >= min && value <= max);
}

function literal(value: number | undefined): number | undefined {
  return Token.isUnresolved(value) ? undefined : value;
}

function seconds(duration: Duration | undefined): number | undefined {
  if (duration === undefined || duration.isUnresolved()) return undefined;
  return duration.toSeconds({ integral: false });
}

function tooLong({ target }: UncheckedProps): Refusal | undefined {
  const handler = calledFunction(target);
  const timeout = handler instanceof lambda.Function ? seconds(handler.timeout) : undefined;
  const max = KAFKA_TIMEOUT_MAX.toSeconds();
  if (timeout === undefined || timeout <= max) return undefined;
  return [
    'TIMEOUT',
    `the function may run ${timeout} s, and a Kafka poller waits at most ${max} s; lower its timeout`,
  ];
}

function startingNowhere(props: UncheckedProps): Refusal | undefined {
  const { startingPosition, startingPositionTimestamp: timestamp } = props;
  const asks = startingPosition === lambda.StartingPosition.AT_TIMESTAMP;
  if (asks !== (timestamp !== undefined)) {
    return [
      'STARTING_POSITION',
      'startingPosition AT_TIMESTAMP and startingPositionTimestamp go together; give both or neither',
    ];
  }
  const value = literal(timestamp);
  if (value === undefined || (value > 0 && value < TIMESTAMP_SECONDS_MAX)) return undefined;
  return [
    'STARTING_POSITION',
    `startingPositionTimestamp is ${value}; give seconds since 1970, not milliseconds`,
  ];
}

/** A Kafka topic as destination is refused once it is bound: only then it is known to be one. */
function onDemand(props: UncheckedProps): Refusal | undefined {
  const { retryAttempts, maxRecordAge, bisectBatchOnError, logLevel, schemaRegistry } = props;
  const used = Object.entries({
    retryAttempts: retryAttempts === RETRIES_WITHOUT_END ? undefined : retryAttempts,
    maxRecordAge,
    bisectBatchOnError: bisectBatchOnError === false ? undefined : bisectBatchOnError,
    metricsConfig: props.metricsConfig?.metrics.length === 0 ? undefined : props.metricsConfig,
    logLevel,
    schemaRegistry,
  }).flatMap(([name, value]) => (value === undefined ? [] : [name]));
  if (used.length === 0) return undefined;
  const names = used.join(', ');
  return [
    'POLLER_MODE',
    `Lambda takes ${names} for Kafka only with provisioned pollers; set pollers (billed by the hour), or leave out ${names}`,
  ];
}

/** Records whose retries are limited must end up somewhere. */
function losing(props: UncheckedProps, provisioned: boolean): Refusal | undefined {
  const { destination, maxRecordAge, schemaRegistry } = props;
  const retries = literal(props.retryAttempts) ?? RETRIES_WITHOUT_END;
  if (destination === undefined && (maxRecordAge !== undefined || retries >= 0)) {
    return [
      'DEAD_LETTER',
      'retryAttempts or maxRecordAge without a destination drops records without a trace; give a destination, or retry until records expire',
    ];
  }
  if (destination === undefined && schemaRegistry !== undefined) {
    return [
      'DEAD_LETTER',
      'schemaRegistry without a destination drops what does not decode without a trace, before the function sees it; give a destination',
    ];
  }
  if (provisioned && destination !== undefined && props.retryAttempts === RETRIES_WITHOUT_END) {
    return [
      'DEAD_LETTER',
      `with a destination Lambda retries at most ${RETRY_ATTEMPTS_WITH_DESTINATION} times, whatever is asked; set retryAttempts to 0 or more, or leave the destination out`,
    ];
  }
  return undefined;
}

/** A function may have several addresses of one registry; a mapping has one. */
function otherRegistry({ schemaRegistry }: UncheckedProps): Refusal | undefined {
  if (schemaRegistry === undefined || 'bind' in schemaRegistry) return undefined;
  const { url, tls } = schemaRegistry.registry;
  if (Object.values(given(tls)).length > 0) {
    return [
      'REGISTRY_URL',
      "schemaRegistry goes by files of the function (tls), which Lambda does not see; give the library's ConfluentSchemaRegistry with secrets of the certificates",
    ];
  }
  if (Token.isUnresolved(url) || !url.includes(',')) return undefined;
  return [
    'REGISTRY_URL',
    'schemaRegistry has several addresses, and Lambda asks one; give the mapping a SchemaRegistry of its own with one of them and the same credentials',
  ];
}

/** A filter on what Lambda does not decode takes no record, and Lambda commits them all unhandled. */
function unseen({ filters, schemaRegistry }: UncheckedProps): Refusal | undefined {
  if (filters === undefined || filters.length === 0) return undefined;
  if (schemaRegistry === undefined) {
    return [
      'FILTER',
      'filters look at fields, which Lambda sees only with schemaRegistry; give it, or leave out filters: no record would reach the function',
    ];
  }
  const seen = validatedSides(schemaRegistry);
  const side = filters
    .flatMap(({ sides }) => sides)
    .find((one) => seen !== undefined && !seen.includes(one));
  if (side !== undefined) {
    return [
      'FILTER',
      `a filter looks at the ${side}; add '${side}' to validates of schemaRegistry`,
    ];
  }
  return filters.some(({ sides }) => sides.length === 0)
    ? ['FILTER', 'a filter has no rules; give it some, or leave it out']
    : undefined;
}
