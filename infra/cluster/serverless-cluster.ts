import { RemovalPolicy, type ResourceEnvironment } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as msk from 'aws-cdk-lib/aws-msk';
import { Construct } from 'constructs';
import { brokerSubnets, type Zones } from './broker-subnets.js';
import type { IMskCluster } from './kafka-cluster.js';
import { IAM_PORT, selfReferencingGroup } from './listeners.js';
import { physicalName } from './provisioned-cluster.js';

export interface ServerlessClusterProps {
  readonly vpc: ec2.IVpc;

  /**
   * Where clients and pollers reach the cluster: subnets in at least two zones, one per zone.
   *
   * @default - one private subnet of each zone, with a way out if there are such
   */
  readonly vpcSubnets?: ec2.SubnetSelection;

  /**
   * What becomes of the cluster, its data and its security group when it leaves the stack. By default they stay, but
   * for those of a stack that never came to be.
   *
   * @default RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE
   */
  readonly removalPolicy?: RemovalPolicy;
}

/** More zones than a region has. */
const ZONES_MAX = 16;
const ZONES: Zones = {
  min: 2,
  max: ZONES_MAX,
  rule: 'MSK Serverless takes subnets in at least two Availability Zones',
};

/**
 * An MSK Serverless cluster: no brokers to choose, and clients by IAM only, at port 9098.
 *
 * CloudFormation makes no topics of it (the topic API is for provisioned clusters), so `KafkaTopic` is refused. Make
 * them from inside the VPC, by a role that may `kafka-cluster:CreateTopic`, and give mappings
 * `KafkaTopic.fromTopicName(…)`; Lambda's mapping needs the topic to be there:
 *
 * ```
 * kafka-topics.sh --bootstrap-server … --command-config client.properties --create --topic user-clicks-avro --partitions 6
 * ```
 *
 * @see https://docs.aws.amazon.com/msk/latest/developerguide/msk-serverless-create-topic.html
 * @see https://docs.aws.amazon.com/msk/latest/developerguide/msk-topic-operations-information.html
 */
export class ServerlessCluster extends Construct implements IMskCluster, ec2.IConnectable {
  readonly takes = { scram: false, iam: true, tls: false } as const;
  readonly kind = 'serverless' as const;
  readonly topicResources = false as const;
  readonly clusterRef: msk.ClusterReference;
  readonly env: ResourceEnvironment;
  readonly securityGroup: ec2.ISecurityGroup;
  readonly connections: ec2.Connections;
  /** MSK shows none, and keeps as many copies as it sees fit. */
  readonly brokers = undefined;
  /** Number of zones that have a subnet of it. */
  readonly zones: number;

  constructor(scope: Construct, id: string, props: ServerlessClusterProps) {
    super(scope, id);
    const { vpc, removalPolicy = RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE } = props;
    const subnets = brokerSubnets(this, props, ZONES);
    this.zones = subnets.length;
    this.securityGroup = selfReferencingGroup(this, vpc, { listeners: ['iam'], removalPolicy });
    this.connections = new ec2.Connections({
      securityGroups: [this.securityGroup],
      defaultPort: ec2.Port.tcp(IAM_PORT),
    });
    const cluster = new msk.CfnServerlessCluster(this, 'Resource', {
      clusterName: physicalName(this),
      clientAuthentication: { sasl: { iam: { enabled: true } } },
      vpcConfigs: [
        {
          subnetIds: subnets.map(({ subnetId }) => subnetId),
          securityGroups: [this.securityGroup.securityGroupId],
        },
      ],
    });
    cluster.applyRemovalPolicy(removalPolicy);
    this.clusterRef = { clusterArn: cluster.attrArn };
    this.env = cluster.env;
  }
}
