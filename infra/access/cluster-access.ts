import type * as iam from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import type {
  ClientAuthentication,
  ClusterThatTakes,
  SelfManagedKafka,
  TakenAuthentication,
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
  if (!isSelfManaged(access)) return refuseKind(access.cluster, kind, construct);
  if (kind !== 'iam') return;
  refuse('brokers outside MSK take', kind, {
    instead: 'SASL/SCRAM, SASL/PLAIN or mutual TLS',
    construct,
  });
}

/**
 * Refuses a kind of credentials that an MSK cluster does not take, as far as that is known.
 * @throws InfraError `AUTHENTICATION`
 */
export function refuseKind(
  { takes = {} }: { readonly takes?: TakenAuthentication },
  kind: ClusterCredentials['kind'],
  construct: string,
): void {
  if (kind !== 'plain' && takes[kind] !== false) return;
  const others = OF_MSK.filter((other) => takes[other] !== false).map((other) => NAMES[other]);
  const instead = others.join(' or ') || 'a kind that is switched on there';
  refuse(kind === 'plain' ? 'MSK takes' : 'this cluster takes', kind, { instead, construct });
}

const OF_MSK: readonly ClientAuthentication[] = ['scram', 'iam', 'tls'];

function refuse(
  who: string,
  kind: ClusterCredentials['kind'],
  { instead, construct }: { readonly instead: string; readonly construct: string },
): never {
  throw new InfraError(
    'AUTHENTICATION',
    `${who} no client by ${NAMES[kind]}; give it credentials of ${instead}`,
    construct,
  );
}
