import { Annotations, CustomResource, Duration, type RemovalPolicy } from 'aws-cdk-lib';
import type * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import type * as logs from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { functionRole } from '../access/function-role.js';
import { InfraError } from '../errors.js';
import { given } from '../given.js';
import type { SchemaRegistry } from '../schema-registry.js';
import { refuseSubjectsNotLocked } from './known-subjects.js';
import { releaseAsset } from './release-asset.js';

export interface SchemaSubjectsProps {
  /** The schemas folder: schema files, `tavro.json` and `lock/`. It is deployed with the function. */
  readonly schemas: string;

  /**
   * Where they are registered. Its secret must be filled in before the first deployment: one that
   * {@link SchemaRegistry} has just made fails it, which synth warns of (`tavro:registrySecretEmpty`).
   */
  readonly schemaRegistry: SchemaRegistry;

  /**
   * Subjects to register, such as `user-clicks-avro-value`, when others go another way. One that the lock
   * does not have is refused (`UNKNOWN`).
   *
   * @default - those of all topics of the folder
   */
  readonly subjects?: readonly string[];

  /**
   * Network of the function, for a registry that only this network reaches. It must also reach S3,
   * which takes the answer to CloudFormation, and Secrets Manager.
   *
   * @default - none: a public registry is reached without a NAT gateway
   */
  readonly vpc?: ec2.IVpc;

  /**
   * Its subnets in the VPC.
   *
   * @default - the private subnets
   */
  readonly vpcSubnets?: ec2.SubnetSelection;

  /**
   * Its security groups in the VPC.
   *
   * @default - a new one that lets everything out
   */
  readonly securityGroups?: ec2.ISecurityGroup[];

  /**
   * Files that the function needs, such as the PEM files that {@link SchemaRegistry} names.
   *
   * @default - none
   */
  readonly layers?: lambda.ILayerVersion[];

  /**
   * Time for all subjects, from 30 seconds to 15 minutes; CloudFormation gives up a minute later.
   *
   * @default Duration.minutes(5)
   */
  readonly timeout?: Duration;

  /**
   * Memory in MiB. A registry's whole history is read where the lock does not know it.
   *
   * @default 512
   */
  readonly memorySize?: number;

  /**
   * How long logs are kept.
   *
   * @default logs.RetentionDays.ONE_MONTH
   */
  readonly logRetention?: logs.RetentionDays;

  /**
   * What becomes of the logs when the function leaves the stack.
   *
   * @default RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE
   */
  readonly logRemovalPolicy?: RemovalPolicy;
}

const TIMEOUT_DEFAULT = Duration.minutes(5);
const MEMORY_SIZE_MIB_DEFAULT = 512;
/** Less leaves no time to register, beside what answering takes. */
const TIMEOUT_MIN = Duration.seconds(30);
/** Lambda's own. */
const TIMEOUT_MAX = Duration.minutes(15);
/** CloudFormation waits this much longer: by then the function has answered, if it ever will. */
const GRACE = Duration.minutes(1);

/**
 * Registers the schemas of a release when it is deployed, and sets the levels of `tavro.json`: what
 * `tavro publish` does, but for the lock. The gate goes first, and a change that it refuses fails the
 * deployment with the gate's report. A release that is registered already changes nothing, so a
 * rollback comes back to it. Nothing is ever deleted, neither with the stack nor with a topic.
 *
 * What must be registered before something else: `other.node.addDependency(subjects.resource)`.
 */
export class SchemaSubjects extends Construct {
  /** Depend on it: once it exists, all is registered. */
  readonly resource: CustomResource;
  readonly function: lambda.Function;

  constructor(scope: Construct, id: string, props: SchemaSubjectsProps) {
    super(scope, id);
    const { schemas, schemaRegistry, subjects } = props;
    const { asset, folder } = releaseAsset(this, schemas);
    refuseSubjectsNotLocked(this, schemas, subjects);
    const timeout = props.timeout ?? TIMEOUT_DEFAULT;
    this.refuseTimeout(timeout);
    this.warnOfEmptySecret(schemaRegistry);
    this.function = this.makeFunction(props, {
      code: lambda.Code.fromBucketV2(asset.bucket, asset.s3ObjectKey),
      environment: { TAVRO_RELEASE: asset.assetHash, TAVRO_SCHEMAS: folder },
      timeout,
    });
    schemaRegistry.bind(this.function);
    this.resource = new CustomResource(this, 'Subjects', {
      resourceType: 'Custom::TavroSchemaSubjects',
      serviceToken: this.function.functionArn,
      // CloudFormation's own of an hour where nobody knows yet what the function has.
      ...(!timeout.isUnresolved() && { serviceTimeout: timeout.plus(GRACE) }),
      // CloudFormation asks for an update where one of them changes.
      properties: {
        Release: asset.assetHash,
        Registry: schemaRegistry.url,
        ...(schemaRegistry.credentials && { Secret: schemaRegistry.credentials.secretArn }),
        ...(subjects && { Subjects: subjects }),
      },
    });
    // Its rights to read the secret are there before it is called.
    this.resource.node.addDependency(this.function);
  }

  private refuseTimeout(timeout: Duration): void {
    if (timeout.isUnresolved()) return;
    const seconds = timeout.toSeconds({ integral: false });
    if (seconds >= TIMEOUT_MIN.toSeconds() && seconds <= TIMEOUT_MAX.toSeconds()) return;
    throw new InfraError(
      'TIMEOUT',
      `a timeout of ${seconds} s is not between ${TIMEOUT_MIN.toSeconds()} s and ${TIMEOUT_MAX.toSeconds()} s`,
      this.node.path,
    );
  }

  /** Nobody can fill in a secret between its creation and the registration, which are of one deployment. */
  private warnOfEmptySecret({ credentials, node }: SchemaRegistry): void {
    if (credentials?.node.scope?.node !== node) return;
    Annotations.of(this).addWarningV2(
      'tavro:registrySecretEmpty',
      `${node.path} makes its secret with nothing in it that the registry knows, so that the first deployment fails: give it one that exists ` +
        '(schemaRegistrySecretArn of a PipelineStack, credentials of a SchemaRegistry), or register from the second deployment on, once it is filled in.',
    );
  }

  private makeFunction(
    props: SchemaSubjectsProps,
    own: Pick<lambda.FunctionProps, 'code' | 'environment' | 'timeout'>,
  ): lambda.Function {
    const { vpc, vpcSubnets, securityGroups, layers } = props;
    const description = 'Registers the schemas of a release at the Schema Registry';
    const { logRetention, logRemovalPolicy } = props;
    const parts = { prefix: '', description, vpc, logRetention, logRemovalPolicy };
    const { role, logGroup } = functionRole(this, parts);
    return new lambda.Function(this, 'Function', {
      ...given({ vpc, vpcSubnets, securityGroups, layers }),
      memorySize: props.memorySize ?? MEMORY_SIZE_MIB_DEFAULT,
      ...own,
      description,
      handler: 'index.handler',
      runtime: lambda.Runtime.NODEJS_24_X,
      architecture: lambda.Architecture.ARM_64,
      role,
      logGroup,
      loggingFormat: lambda.LoggingFormat.JSON,
      // A try that comes after CloudFormation's patience would register what was rolled back.
      retryAttempts: 0,
    });
  }
}
