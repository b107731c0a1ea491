import type * as ec2 from 'aws-cdk-lib/aws-ec2';
import type * as msk from 'aws-cdk-lib/aws-msk';
import type * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';

/** How MSK lets a client prove who it is. */
export type ClientAuthentication = 'scram' | 'iam' | 'tls';

/**
 * What a cluster takes: true or false where that is known, as a type, too; left out where it is not.
 * So a SCRAM user of a serverless cluster does not compile.
 */
export type TakenAuthentication = Readonly<Partial<Record<ClientAuthentication, boolean>>>;

/** An MSK cluster, of this app or of elsewhere, that does not refuse such clients as far as is known. */
export interface ClusterThatTakes<Kind extends ClientAuthentication> extends msk.IClusterRef {
  /** @default - unknown, as of a cluster of the library's own */
  readonly takes?: { readonly [K in Kind]?: true };
}

/** Standard and Express brokers are provisioned; serverless clusters show none. */
export type MskClusterKind = 'standard' | 'express' | 'serverless';

/** An MSK cluster whose topics CloudFormation can make, as far as is known: all but serverless ones. */
export interface ClusterWithTopics extends msk.IClusterRef {
  /** @default - unknown, as of a cluster of the library's own */
  readonly topicResources?: true;
  /** @default - unknown */
  readonly kind?: MskClusterKind;
  /** @default - unknown */
  readonly brokers?: number;
}

/** What is known of an MSK cluster, made by a construct of this room or imported. */
export interface IMskCluster extends msk.IClusterRef {
  readonly takes: TakenAuthentication;
  /** Undefined where it is not known. */
  readonly kind?: MskClusterKind;
  /** Members of it reach the brokers. Undefined where an imported cluster did not name it. */
  readonly securityGroup: ec2.ISecurityGroup | undefined;
  /** The most copies that a partition can have; undefined where it is not known. */
  readonly brokers: number | undefined;
  /** Number of zones, and so of copies that no two share; undefined where it is not known. */
  readonly zones: number | undefined;
}

/** Brokers that are not of MSK, such as Confluent Cloud's or those of containers. */
export interface SelfManagedKafka {
  /** Such as `broker-1.example.com:9092`; at least one. */
  readonly bootstrapServers: readonly [string, ...string[]];

  /**
   * Where the pollers' network interfaces go, for brokers that are not on the internet.
   *
   * @default - the pollers come from the internet
   */
  readonly network?: {
    readonly subnets: readonly ec2.ISubnet[];
    readonly securityGroup: ec2.ISecurityGroup;
  };

  /**
   * A secret with the certificate of a private authority that signed those of the brokers, as
   * `{ "certificate": "…PEM…" }`.
   *
   * @default - an authority that Lambda knows
   */
  readonly rootCertificate?: secretsmanager.ISecret;
}
