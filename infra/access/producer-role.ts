import * as iam from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import type { IKafkaTopic } from '../cluster/topic.js';
import type { SchemaRegistry } from '../schema-registry.js';
import { grantProduce } from './client-grants.js';
import type { ClusterAccess } from './cluster-access.js';

/** A producer's role, but for the cluster and how it lets the producer in. */
export interface ProducerRoleSettings
  extends Pick<iam.RoleProps, 'assumedBy' | 'description' | 'roleName'> {
  /** Topics that it writes to. */
  readonly topics: readonly [IKafkaTopic, ...IKafkaTopic[]];

  /**
   * The id of its transactions; `*` at its end takes all that begin so. By IAM they end only on Kafka 3.8
   * or newer.
   *
   * @default - none: it may write, not within transactions
   */
  readonly transactionalId?: string;

  /**
   * The registry whose credentials it reads.
   *
   * @default - none, or one that asks for no login
   */
  readonly schemaRegistry?: SchemaRegistry;
}

export type ProducerRoleProps = ClusterAccess & ProducerRoleSettings;

/**
 * The role of a service that produces: of a container's task, an instance, a function. It finds the brokers,
 * reads the secrets of its Kafka user and of the registry, or may write by itself where the cluster takes IAM.
 * The network is let in by {@link admitClient}; a role that there is, by {@link grantProduce}.
 *
 * @example new ProducerRole(this, 'Orders', { assumedBy: new ServicePrincipal('ecs-tasks.amazonaws.com'), cluster, credentials, topics })
 */
export class ProducerRole extends iam.Role {
  constructor(scope: Construct, id: string, props: ProducerRoleProps) {
    const { assumedBy, description, roleName, topics, schemaRegistry, ...access } = props;
    super(scope, id, {
      assumedBy,
      description:
        description ?? `Produces to ${topics.map((topic) => topic.topicName).join(', ')}`,
      ...(roleName === undefined ? {} : { roleName }),
    });
    for (const topic of topics) grantProduce(this, { ...access, topic });
    schemaRegistry?.grantRead(this);
  }
}
