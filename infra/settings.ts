import type { App } from 'aws-cdk-lib';
import { brokerChoice } from './cluster/brokers.js';
import type { Egress } from './cluster/network.js';
import { InfraError } from './errors.js';
import type { PipelineStackProps } from './pipeline/pipeline-props.js';

/** One setting of the app: `cdk deploy -c <context>=…`, or else the environment variable. */
interface SettingFacts {
  readonly context: string;
  readonly variable: string;
  /** What happens without it. */
  readonly otherwise: string;
}

/** Every setting of {@link pipelineSettings}; context wins over the environment. */
export const settings = {
  stackName: {
    context: 'stackName',
    variable: 'TAVRO_STACK_NAME',
    otherwise: 'TavroPipeline',
  },
  account: {
    context: 'account',
    variable: 'CDK_DEPLOY_ACCOUNT',
    otherwise: "the account of the CLI's credentials",
  },
  region: {
    context: 'region',
    variable: 'CDK_DEPLOY_REGION',
    otherwise: "the region of the CLI's profile",
  },
  availabilityZones: {
    context: 'availabilityZones',
    variable: 'TAVRO_AVAILABILITY_ZONES',
    otherwise: 'the first two zones of the region; name two or three as a,b,c',
  },
  schemaRegistryUrl: {
    context: 'schemaRegistryUrl',
    variable: 'SCHEMA_REGISTRY_URL',
    otherwise: 'the parameter SchemaRegistryUrl, which the deployment then requires',
  },
  schemaRegistrySecretArn: {
    context: 'schemaRegistrySecretArn',
    variable: 'SCHEMA_REGISTRY_SECRET_ARN',
    otherwise: 'a new secret, to be filled in after the first deploy',
  },
  egress: {
    context: 'egress',
    variable: 'TAVRO_EGRESS',
    otherwise: 'nat; endpoints and none are the others',
  },
  kafkaVersion: {
    context: 'kafkaVersion',
    variable: 'TAVRO_KAFKA_VERSION',
    otherwise: '3.9.x.kraft',
  },
  instanceType: {
    context: 'instanceType',
    variable: 'TAVRO_INSTANCE_TYPE',
    otherwise: 'kafka.m7g.large',
  },
  disposable: {
    context: 'disposable',
    variable: 'TAVRO_DISPOSABLE',
    otherwise: 'false; true lets cdk destroy remove everything, data included',
  },
} as const satisfies Record<string, SettingFacts>;

export type SettingName = keyof typeof settings;

export type PipelineSettings = { readonly stackName: string } & Pick<
  PipelineStackProps,
  | 'availabilityZones'
  | 'disposable'
  | 'egress'
  | 'env'
  | 'instanceType'
  | 'kafkaVersion'
  | 'schemaRegistrySecretArn'
  | 'schemaRegistryUrl'
>;

const STACK_NAME = /^[A-Za-z][A-Za-z0-9-]{0,127}$/;
const SECRET_ARN = /^arn:[^:]+:secretsmanager:[^:]+:\d{12}:secret:.+-[A-Za-z0-9]{6}$/;

/**
 * What the app's user decides, from CDK context or the environment.
 *
 * @throws InfraError `SETTING` naming the setting and what it takes.
 */
export function pipelineSettings(
  app: App,
  environment: Readonly<Record<string, string | undefined>> = process.env,
): PipelineSettings {
  const read = (name: SettingName): string | undefined => {
    const { context, variable } = settings[name];
    const value: unknown = app.node.tryGetContext(context) ?? environment[variable];
    return value === undefined || value === '' ? undefined : String(value);
  };
  return {
    stackName: matching('stackName', read('stackName') ?? settings.stackName.otherwise, STACK_NAME),
    env: accountAndRegion(read('account'), read('region')),
    availabilityZones: read('availabilityZones')
      ?.split(',')
      .map((zone) => zone.trim()),
    schemaRegistryUrl: read('schemaRegistryUrl'),
    schemaRegistrySecretArn: matching(
      'schemaRegistrySecretArn',
      read('schemaRegistrySecretArn'),
      SECRET_ARN,
    ),
    egress: egress(read('egress')),
    ...brokerChoice(read('kafkaVersion'), read('instanceType')),
    disposable: yesOrNo(read('disposable')),
  };
}

function accountAndRegion(
  account: string | undefined,
  region: string | undefined,
): PipelineSettings['env'] {
  if ((account === undefined) !== (region === undefined)) {
    throw refused(account === undefined ? 'account' : 'region', 'account and region go together');
  }
  return account === undefined
    ? undefined
    : { account: matching('account', account, /^\d{12}$/), region };
}

function egress(value: string | undefined): Egress | undefined {
  if (value === undefined || value === 'nat' || value === 'endpoints' || value === 'none') {
    return value;
  }
  throw refused('egress', `'${value}' is none of nat, endpoints, none`);
}

function yesOrNo(value: string | undefined): boolean {
  if (value === undefined || value === 'false') return false;
  if (value === 'true') return true;
  throw refused('disposable', `'${value}' is neither true nor false`);
}

function matching<V extends string | undefined>(name: SettingName, value: V, pattern: RegExp): V {
  if (value === undefined || pattern.test(value)) return value;
  throw refused(name, `'${value}' does not match ${pattern.source}`);
}

function refused(name: SettingName, why: string): InfraError {
  const { context, variable, otherwise } = settings[name];
  return new InfraError(
    'SETTING',
    `${context}: ${why}. Set it with -c ${context}=… or ${variable}; without it: ${otherwise}`,
  );
}
