/** What a template tells of its MSK clusters. */
import { CLUSTER, CONFIGURATION, SERVERLESS, TOPIC } from './resource-types.js';
import { at, hasLoops, type Resource, type Template } from './template.js';
import { flagAt, knownList, knownNumber, knownText, referredTo } from './values.js';

/** Whom a cluster lets in: undefined where that is not known. */
export interface Takes {
  readonly scram: boolean | undefined;
  readonly iam: boolean | undefined;
  readonly tls: boolean | undefined;
  /** Anybody, without a login. */
  readonly unauthenticated: boolean | undefined;
}

/** The cluster of this template that a topic, an association or a mapping is of. */
export function clusterOf(resource: Resource, template: Template): Resource | undefined {
  const { ClusterArn, EventSourceArn } = resource.properties;
  const cluster = referredTo(ClusterArn ?? EventSourceArn, template);
  return cluster !== undefined && [CLUSTER, SERVERLESS].includes(cluster.type)
    ? cluster
    : undefined;
}

export function takesOf({ type, properties }: Resource): Takes {
  if (type === SERVERLESS) {
    return { scram: false, iam: true, tls: false, unauthenticated: false };
  }
  const enabled = (name: string, otherwise: boolean): boolean | undefined =>
    flagAt(properties, `ClientAuthentication.${name}.Enabled`, otherwise);
  const [scram, iam] = [enabled('Sasl.Scram', false), enabled('Sasl.Iam', false)];
  // A list of authorities came before the switch, and may turn certificates on by itself.
  const authorities = at(properties, 'ClientAuthentication.Tls.CertificateAuthorityArnList');
  const switched = at(properties, 'ClientAuthentication.Tls.Enabled');
  const tls =
    authorities !== undefined && switched === undefined ? undefined : enabled('Tls', false);
  // Where nothing is said, everybody gets in, as long as nobody else is let in by name.
  const named = scram === true || iam === true || tls !== false;
  return { scram, iam, tls, unauthenticated: enabled('Unauthenticated', !named) };
}

/** Its subnets; undefined where it is not known which. */
export function subnetsOf(cluster: Resource): readonly unknown[] | undefined {
  return networkOf(cluster, 'ClientSubnets', 'SubnetIds');
}

/** Its security groups; undefined where it is not known which. */
export function groupsOf(cluster: Resource): readonly unknown[] | undefined {
  return networkOf(cluster, 'SecurityGroups', 'SecurityGroups');
}

function networkOf(
  { type, properties }: Resource,
  provisioned: string,
  serverless: string,
): readonly unknown[] | undefined {
  if (type === CLUSTER) return knownList(at(properties, `BrokerNodeGroupInfo.${provisioned}`));
  const lists = knownList(properties.VpcConfigs)?.map((config) =>
    knownList(at(config, serverless)),
  );
  if (lists === undefined || lists.includes(undefined)) return undefined;
  return lists.flatMap((list) => list ?? []);
}

export function brokersOf({ properties }: Resource): number | undefined {
  return knownNumber(properties.NumberOfBrokerNodes);
}

export function isExpress({ properties }: Resource): boolean {
  return (
    knownText(at(properties, 'BrokerNodeGroupInfo.InstanceType'))?.startsWith('express.') === true
  );
}

/** The configuration of a cluster: a resource of this template, `none`, or undefined where it is not known. */
function configurationOf(
  { properties }: Resource,
  template: Template,
): Resource | 'none' | undefined {
  if (properties.ConfigurationInfo === undefined) return 'none';
  const configuration = referredTo(at(properties, 'ConfigurationInfo.Arn'), template);
  return configuration?.type === CONFIGURATION ? configuration : undefined;
}

/** What a cluster's configuration sets; undefined where that is not known. */
export function settingsOf(
  cluster: Resource,
  template: Template,
): ReadonlyMap<string, string> | undefined {
  const configuration = configurationOf(cluster, template);
  if (configuration === 'none') return new Map();
  return configuration && serverProperties(configuration);
}

/** The lines of `server.properties`; undefined where they are not known. */
export function serverProperties({
  properties,
}: Resource): ReadonlyMap<string, string> | undefined {
  const written = knownText(properties.ServerProperties);
  if (written === undefined) return undefined;
  const lines = fromBase64(written)
    .split(/\r?\n/)
    .filter((line) => /^\s*[^#!\s]/.test(line));
  return new Map(
    lines.map((line): [string, string] => {
      const [key = '', ...value] = line.split('=');
      return [key.trim(), value.join('=').trim()];
    }),
  );
}

/** CloudFormation takes the file as it is, and in base64. */
function fromBase64(text: string): string {
  if (!/^[A-Za-z0-9+/\s]+={0,2}\s*$/.test(text)) return text;
  const decoded = Buffer.from(text, 'base64').toString();
  return /^[\w.]+\s*=/m.test(decoded) ? decoded : text;
}

/** Topics of a cluster that the template makes. */
export function topicsOf(cluster: Resource, template: Template): readonly Resource[] {
  return [...template.values()].filter(
    (resource) => resource.type === TOPIC && clusterOf(resource, template) === cluster,
  );
}

/**
 * Names of the topics that a cluster has, where the template makes the cluster and its topics; undefined
 * where topics may come from elsewhere, or by themselves.
 */
export function topicNamesOf(cluster: Resource, template: Template): readonly string[] | undefined {
  if (hasLoops(template)) return undefined;
  const topics = topicsOf(cluster, template);
  const names = topics.flatMap(({ properties }) => knownText(properties.TopicName) ?? []);
  const settings = cluster.type === CLUSTER ? settingsOf(cluster, template) : undefined;
  const made = settings !== undefined && settings.get('auto.create.topics.enable') !== 'true';
  return made && names.length > 0 && names.length === topics.length ? names : undefined;
}

/** The settings of a topic; undefined where they are not known or not readable. */
export function topicConfigs({ properties }: Resource): ReadonlyMap<string, string> | undefined {
  if (properties.Configs === undefined) return new Map();
  const decoded = decodeConfigs(knownText(properties.Configs) ?? '');
  return decoded && new Map(Object.entries(decoded));
}

/**
 * `Configs` as the service reads it: base64 of a JSON object whose values are text; undefined for anything else.
 * Source: Terraform's `aws_msk_topic`, tried on real topics.
 */
export function decodeConfigs(text: string): Readonly<Record<string, string>> | undefined {
  if (!/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(text)) {
    return undefined;
  }
  try {
    const configs: unknown = JSON.parse(Buffer.from(text, 'base64').toString());
    return isTexts(configs) ? configs : undefined;
  } catch {
    return undefined;
  }
}

function isTexts(value: unknown): value is Readonly<Record<string, string>> {
  return (
    typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    Object.values(value).every((entry) => typeof entry === 'string')
  );
}
