import { existsSync } from 'node:fs';
import path from 'node:path';
import { Duration, type RemovalPolicy } from 'aws-cdk-lib';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as nodejs from 'aws-cdk-lib/aws-lambda-nodejs';
import type * as logs from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import { functionRole } from '../access/function-role.js';
import { InfraError } from '../errors.js';
import { given } from '../given.js';
import type { SchemaRegistry } from '../schema-registry.js';

/** What of {@link nodejs.NodejsFunction} a consumer sets for itself. */
type FunctionOptions = Pick<
  nodejs.NodejsFunctionProps,
  | 'applicationLogLevelV2'
  | 'depsLockFilePath'
  | 'description'
  | 'environment'
  | 'ephemeralStorageSize'
  | 'layers'
  | 'memorySize'
  | 'projectRoot'
  | 'reservedConcurrentExecutions'
  | 'securityGroups'
  | 'systemLogLevelV2'
  | 'timeout'
  | 'tracing'
  | 'vpc'
  | 'vpcSubnets'
>;

export interface ConsumerFunctionProps extends FunctionOptions {
  /** Path of the TypeScript file that exports `handler`: absolute, or from the folder in which synth runs. */
  readonly entry: string;

  readonly schemaRegistry: SchemaRegistry;

  /**
   * Export conditions for esbuild beyond its own, for packages that export their sources.
   *
   * @default - none
   */
  readonly conditions?: readonly string[];

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

const MEMORY_SIZE_MIB_DEFAULT = 512;
const TIMEOUT_DEFAULT = Duration.minutes(1);

/**
 * A handler of `tavro/consumer` on Node 24 and arm64, bundled by esbuild to one ES module.
 *
 * Outside a VPC unless one is given: the poller calls the function, so it needs no way to the
 * brokers, and reaches a public Schema Registry without a NAT gateway.
 */
export class ConsumerFunction extends nodejs.NodejsFunction {
  constructor(scope: Construct, id: string, props: ConsumerFunctionProps) {
    const { schemaRegistry, conditions, logRetention, logRemovalPolicy, ...options } = props;
    refuseEntry(scope, id, props.entry);
    // The function itself is the scope's child `id`, so its parts are named beside it.
    const { role, logGroup } = functionRole(scope, {
      prefix: id,
      description: `Runs ${id} and lets its event source mapping poll`,
      vpc: props.vpc,
      logRetention,
      logRemovalPolicy,
    });
    super(scope, id, {
      memorySize: MEMORY_SIZE_MIB_DEFAULT,
      timeout: TIMEOUT_DEFAULT,
      ...given(options),
      handler: 'handler',
      runtime: lambda.Runtime.NODEJS_24_X,
      architecture: lambda.Architecture.ARM_64,
      role,
      logGroup,
      loggingFormat: lambda.LoggingFormat.JSON,
      bundling: bundling(conditions),
    });
    this.addEnvironment('NODE_OPTIONS', '--enable-source-maps');
    schemaRegistry.bind(this);
  }
}

/** The library would say no more than that it cannot find the path that it was given. */
function refuseEntry(scope: Construct, id: string, entry: string | undefined): void {
  if (entry === undefined) {
    const message = 'the function has no entry; give the file that exports `handler`';
    throw new InfraError('ENTRY', message, `${scope.node.path}/${id}`);
  }
  const found = path.resolve(entry);
  if (existsSync(found)) return;
  const relative = path.isAbsolute(entry)
    ? ''
    : `. A relative path begins where synth runs; path.join(import.meta.dirname, …) begins beside the stack's own file`;
  throw new InfraError(
    'ENTRY',
    `there is no file ${found} for the function's entry${relative}`,
    `${scope.node.path}/${id}`,
  );
}

function bundling(conditions: readonly string[] = []): nodejs.BundlingOptions {
  return {
    format: nodejs.OutputFormat.ESM,
    target: 'node24',
    mainFields: ['module', 'main'],
    minify: true,
    keepNames: true,
    sourceMap: true,
    sourcesContent: false,
    logLevel: nodejs.LogLevel.WARNING,
    // The runtime brings the SDK.
    externalModules: ['@aws-sdk/*'],
    // CommonJS dependencies call require, which an ES module does not have.
    banner:
      "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
    ...(conditions.length === 0
      ? {}
      : { esbuildArgs: { '--conditions': [...conditions, 'module'].join(',') } }),
  };
}
