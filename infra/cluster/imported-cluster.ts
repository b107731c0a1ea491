import { Resource, Token } from 'aws-cdk-lib';
import type * as ec2 from 'aws-cdk-lib/aws-ec2';
import type * as msk from 'aws-cdk-lib/aws-msk';
import type { Construct } from 'constructs';
import { refuseClusterArn } from './cluster-arn.js';
import type {
  ClientAuthentication,
  IMskCluster,
  MskClusterKind,
  TakenAuthentication,
} from './kafka-cluster.js';

/** What a team knows of the cluster that it has. */
export interface MskClusterAttributes<Takes extends TakenAuthentication = TakenAuthentication> {
  readonly clusterArn: string;

  /**
   * The group of the brokers, for clients within their VPC and for endpoints that pollers use.
   *
   * @default - unknown
   */
  readonly securityGroup?: ec2.ISecurityGroup;

  /**
   * How clients may prove who they are, such as `{ scram: true, iam: false }`: what is false is refused, by the
   * compiler and at synth.
   *
   * @default - unknown, but that a serverless cluster takes IAM only
   */
  readonly takes?: Takes;

  /**
   * Number of brokers, to have a topic refused that wants more copies.
   *
   * @default - unknown
   */
  readonly brokers?: number;

  /**
   * Number of zones, which is how many copies a topic gets by default.
   *
   * @default - unknown
   */
  readonly zones?: number;
}

/** What a cluster takes as far as was told: of the rest nothing is known. */
export type TakenAsTold<Takes> = Takes & {
  readonly [Kind in Exclude<ClientAuthentication, keyof Takes>]?: undefined;
};

/** A cluster that exists. */
export interface ImportedCluster<Takes extends TakenAuthentication> extends IMskCluster {
  readonly takes: TakenAsTold<Takes>;
}

/** As the ARNs of serverless clusters end in the documents of AWS; those of others end in a number only. */
const SERVERLESS_ARN = /-s\d+$/;
const TAKEN_BY_SERVERLESS: TakenAuthentication = { scram: false, iam: true, tls: false };

class Imported<Takes extends TakenAuthentication>
  extends Resource
  implements ImportedCluster<Takes>
{
  readonly clusterRef: msk.ClusterReference;
  readonly takes: TakenAsTold<Takes>;
  readonly kind: MskClusterKind | undefined;
  readonly securityGroup: ec2.ISecurityGroup | undefined;
  readonly brokers: number | undefined;
  readonly zones: number | undefined;

  constructor(scope: Construct, id: string, attributes: MskClusterAttributes<Takes>) {
    const { clusterArn } = attributes;
    super(scope, id, { environmentFromArn: clusterArn });
    const serverless = !Token.isUnresolved(clusterArn) && SERVERLESS_ARN.test(clusterArn);
    const known = serverless ? TAKEN_BY_SERVERLESS : {};
    this.clusterRef = { clusterArn };
    // Safe: what the caller did not say is no part of the type.
    this.takes = { ...known, ...attributes.takes } as TakenAsTold<Takes>;
    this.kind = serverless ? 'serverless' : undefined;
    this.securityGroup = attributes.securityGroup;
    this.brokers = attributes.brokers;
    this.zones = attributes.zones;
  }
}

/** @throws InfraError `CLUSTER` for text that is no ARN of an MSK cluster */
export function importedCluster<Takes extends TakenAuthentication>(
  scope: Construct,
  id: string,
  attributes: MskClusterAttributes<Takes>,
): ImportedCluster<Takes> {
  refuseClusterArn(attributes.clusterArn, scope.node.path === '' ? id : `${scope.node.path}/${id}`);
  return new Imported(scope, id, attributes);
}
