import type * as iam from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import type {
  ClientAuthentication,
  ClusterThatTakes,
  SelfManagedKafka,
} from '../cluster/kafka-cluster.js';
import { InfraError } from '../errors.js';
import type {
  ClusterCredentials,
  IamCredentials,
  PlainCredentials,
  ScramCredentials,
  TlsCredentials,
} from './credentials.js';

/** An MSK cluster, and credentials of a kind that it takes. */
export type MskAccess =
  | { readonly cluster: ClusterThatTakes<'scram'>; readonly credentials: ScramCredentials }
  | { readonly cluster: ClusterThatTakes<'iam'>; readonly credentials: IamCredentials }
  | { readonly cluster: ClusterThatTakes<'tls'>; readonly credentials: TlsCredentials };

/** Brokers outside MSK, and credentials that such may take: none of IAM. */
export interface SelfManagedAccess {
  readonly cluster: SelfManagedKafka;
  readonly credentials: ScramCredentials | TlsCredentials | PlainCredentials;
}

/** A cluster, and credentials of a kind that it takes: other pairs do not compile. */
export type ClusterAccess = MskAccess | SelfManagedAccess;

export function isSelfManaged(access: ClusterAccess): access is SelfManagedAccess {
  return 'bootstrapServers' in access.cluster;
}

/** The path of a construct that is given something; empty for other principals. */
export function pathOf(grantee: iam.IGrantable): string {
  return Construct.isConstruct(grantee) ? grantee.node.path : '';
}

const NAMES: Readonly<Record<ClusterCredentials['kind'], string>> = {
  scram: 'SASL/SCRAM',
  iam: 'IAM',
  tls: 'mutual TLS',
  plain: 'SASL/PLAIN',
};

/**
 * Refuses credentials that the cluster does not take, for callers whose types did not tell, such as JavaScript.
 * @throws InfraError `AUTHENTICATION`
 */
export function refuseAccess(access: ClusterAccess, construct: string): void {
  // Safe: widened only, since callers without types give other pairs, too.
  const { kind } = access.credentials as ClusterCredentials;
  const refuse = (who: string, instead: string): never => {
    throw new InfraError(
      'AUTHENTICATION',
      `${who} by ${NAMES[kind]}; give it ${instead}`,
      construct,
    );
  };
  if (isSelfManaged(access)) {
    if (kind === 'iam') {
      refuse('brokers outside MSK take no client', 'a secret, such as new ScramCredentials(…)');
    }
    return;
  }
  if (kind === 'plain') refuse('MSK takes no client', 'one of SASL/SCRAM, IAM or mutual TLS');
  // Safe: of an MSK cluster all that is known may be asked.
  const { takes = {} } = access.cluster as {
    readonly takes?: Partial<Record<ClusterCredentials['kind'], boolean>>;
  };
  if (takes[kind] !== false) return;
  const others = (['scram', 'iam', 'tls'] satisfies ClientAuthentication[])
    .filter((other) => takes[other] !== false && other !== kind)
    .map((other) => NAMES[other]);
  refuse('this cluster takes no client', `one of ${others.join(' or ')}, or switch it on there`);
}
