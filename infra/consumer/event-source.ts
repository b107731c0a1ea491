import * as lambda from 'aws-cdk-lib/aws-lambda';
import type { IClusterRef } from 'aws-cdk-lib/aws-msk';
import type { ClusterCredentials } from '../access/credentials.js';
import type { SelfManagedKafka } from '../cluster/kafka-cluster.js';

/** What a subscription reads from. */
export type SubscribedCluster = IClusterRef | SelfManagedKafka;

/** Where a mapping polls, and as whom. */
type EventSource = Pick<
  lambda.EventSourceMappingOptions,
  'eventSourceArn' | 'kafkaBootstrapServers' | 'sourceAccessConfigurations'
>;

const ACCESS = lambda.SourceAccessConfigurationType;

export function eventSource(
  cluster: SubscribedCluster,
  credentials: ClusterCredentials,
): EventSource {
  const login = loginOf(credentials);
  if (!('bootstrapServers' in cluster)) {
    return {
      eventSourceArn: cluster.clusterRef.clusterArn,
      ...(login.length === 0 ? {} : { sourceAccessConfigurations: login }),
    };
  }
  return {
    kafkaBootstrapServers: [...cluster.bootstrapServers],
    sourceAccessConfigurations: [...login, ...wayTo(cluster)],
  };
}

/** IAM needs none: where MSK has it and no secret is given, Lambda takes it. */
function loginOf(credentials: ClusterCredentials): lambda.SourceAccessConfiguration[] {
  if (credentials.kind === 'iam') return [];
  return [{ type: typeOf(credentials), uri: credentials.secret.secretArn }];
}

function typeOf(
  credentials: Exclude<ClusterCredentials, { kind: 'iam' }>,
): lambda.SourceAccessConfigurationType {
  switch (credentials.kind) {
    case 'plain':
      return ACCESS.BASIC_AUTH;
    case 'tls':
      return ACCESS.CLIENT_CERTIFICATE_TLS_AUTH;
    case 'scram':
      return credentials.mechanism === 'SCRAM-SHA-256'
        ? ACCESS.SASL_SCRAM_256_AUTH
        : ACCESS.SASL_SCRAM_512_AUTH;
  }
}

/**
 * The prefixes are those of Lambda's own examples; the library leaves them out.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/with-kafka-configure.html
 */
function wayTo({ network, rootCertificate }: SelfManagedKafka): lambda.SourceAccessConfiguration[] {
  const subnets = (network?.subnets ?? []).map(({ subnetId }) => ({
    type: ACCESS.VPC_SUBNET,
    uri: `subnet:${subnetId}`,
  }));
  const groups = (network === undefined ? [] : [network.securityGroup]).map(
    ({ securityGroupId }) => ({
      type: ACCESS.VPC_SECURITY_GROUP,
      uri: `security_group:${securityGroupId}`,
    }),
  );
  const roots = (rootCertificate === undefined ? [] : [rootCertificate]).map(({ secretArn }) => ({
    type: ACCESS.SERVER_ROOT_CA_CERTIFICATE,
    uri: secretArn,
  }));
  return [...roots, ...groups, ...subnets];
}
