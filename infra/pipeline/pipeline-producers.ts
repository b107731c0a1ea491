/** What sends to the pipeline's topics. */
import type { IConnectable } from 'aws-cdk-lib/aws-ec2';
import type { IGrantable } from 'aws-cdk-lib/aws-iam';
import type { IConstruct } from 'constructs';
import { grantProduce, type ProduceAccess } from '../access/client-grants.js';
import { admitClient } from '../access/client-network.js';
import type { ClusterCredentials } from '../access/credentials.js';
import type { IMskCluster } from '../cluster/kafka-cluster.js';
import type { IKafkaTopic } from '../cluster/topic.js';
import { InfraError } from '../errors.js';
import type { SchemaRegistry } from '../schema-registry.js';

export interface PipelineProducerOptions<
  Name extends string = string,
  Credentials extends ClusterCredentials = ClusterCredentials,
> {
  /** Topics that it writes to. */
  readonly topics: readonly [Name, ...Name[]];

  /**
   * Whose role it has, such as a container's `taskRole`.
   *
   * @default - its own, as a function's
   */
  readonly grantee?: IGrantable;

  /**
   * What the brokers let in: a function in the VPC, a container's service.
   *
   * @default - nothing: it is in the security group of the cluster, or was let in otherwise
   */
  readonly network?: IConnectable;

  /**
   * What it logs in with.
   *
   * @default - the user `producer` where the stack makes users, IAM elsewhere
   */
  readonly credentials?: Credentials;

  /**
   * The id of its transactions; `*` at its end takes all that begin so.
   *
   * @default - none: it may write, not within transactions
   */
  readonly transactionalId?: string;
}

interface Allowed {
  readonly options: PipelineProducerOptions;
  readonly cluster: IMskCluster;
  readonly topics: readonly IKafkaTopic[];
  readonly credentials: ClusterCredentials;
  readonly schemaRegistry: SchemaRegistry;
}

export function allowProducer(producer: IConstruct, allowed: Allowed): void {
  const { options, cluster, credentials, schemaRegistry } = allowed;
  const grantee = options.grantee ?? ownRole(producer);
  for (const topic of allowed.topics) {
    const { transactionalId } = options;
    // Safe: of cluster and credentials that do not fit each other, it refuses the pair.
    const access = { cluster, credentials, topic, transactionalId } as ProduceAccess;
    grantProduce(grantee, access);
  }
  schemaRegistry.grantRead(grantee);
  if (options.network === undefined) return;
  // Safe: the pair has been looked at above.
  admitClient(options.network, { cluster, credentials } as Parameters<typeof admitClient>[1]);
}

function ownRole(producer: IConstruct): IGrantable {
  if (isGrantable(producer)) return producer;
  throw new InfraError(
    'UNKNOWN',
    'nothing says which role this producer has; give grantee, such as the taskRole of its task definition',
    producer.node.path,
  );
}

function isGrantable(construct: IConstruct): construct is IConstruct & IGrantable {
  return 'grantPrincipal' in construct;
}
