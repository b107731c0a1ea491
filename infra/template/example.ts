/** What examples of rules are made of: resources that break no rule but for what is given. */
import { CLUSTER, MAPPING, TOPIC } from './resource-types.js';

type Properties = Readonly<Record<string, unknown>>;
type Login = 'scram' | 'iam' | 'open';
type ExampleResource = Readonly<Record<string, unknown>>;

export function resource(type: string, properties: Properties = {}): ExampleResource {
  return { Type: type, Properties: properties };
}

export function cluster(properties: Properties = {}): ExampleResource {
  return { ...resource(CLUSTER, properties), DeletionPolicy: 'Retain' };
}

export function topic(properties: Properties = {}): ExampleResource {
  return {
    ...resource(TOPIC, { ClusterArn: { Ref: 'Cluster' }, TopicName: 'clicks', ...properties }),
    DeletionPolicy: 'Retain',
  };
}

export function mapping(
  properties: Properties = {},
  dependsOn: readonly string[] = [],
): ExampleResource {
  return {
    ...resource(MAPPING, { FunctionName: { Ref: 'Function' }, Topics: ['clicks'], ...properties }),
    DependsOn: dependsOn,
  };
}

/** `ClientAuthentication` of a cluster that lets in by these, and nobody else. */
export function authentication(...kinds: Login[]): Properties {
  return {
    ClientAuthentication: {
      Sasl: {
        Scram: { Enabled: kinds.includes('scram') },
        Iam: { Enabled: kinds.includes('iam') },
      },
      Unauthenticated: { Enabled: kinds.includes('open') },
    },
  };
}

/** A poller that logs in by SCRAM. */
export function scram(secret: unknown): Properties {
  return { SourceAccessConfigurations: [{ Type: 'SASL_SCRAM_512_AUTH', URI: secret }] };
}
