/**
 * What a role may do, as far as the template tells. Only what certainly is not allowed is held against it:
 * a policy, a resource or a condition that is not known counts as a grant.
 */
import { asObject, at, hasLoops, type Resource, type Template } from './template.js';
import {
  fillHoles,
  hasHole,
  isUnknown,
  knownList,
  knownText,
  reachesOut,
  resourcesIn,
  textOf,
} from './values.js';

interface Statement {
  readonly actions: readonly string[];
  /** Undefined for everything. */
  readonly resources: readonly unknown[] | undefined;
}

/** The AWS managed policies that pollers and functions have, with what of them matters here. */
const MANAGED: Readonly<Record<string, readonly string[]>> = {
  AWSLambdaBasicExecutionRole: ['logs:*'],
  AWSLambdaDynamoDBExecutionRole: ['dynamodb:*', 'logs:*'],
  AWSLambdaKinesisExecutionRole: ['kinesis:*', 'logs:*'],
  AWSLambdaMSKExecutionRole: [
    'ec2:*',
    'kafka:DescribeCluster',
    'kafka:DescribeClusterV2',
    'kafka:GetBootstrapBrokers',
    'logs:*',
  ],
  AWSLambdaSQSQueueExecutionRole: ['logs:*', 'sqs:ReceiveMessage', 'sqs:DeleteMessage'],
  AWSLambdaVPCAccessExecutionRole: ['ec2:*', 'logs:*'],
  AWSXRayDaemonWriteAccess: ['xray:*'],
  AWSXrayWriteOnlyAccess: ['xray:*'],
  CloudWatchLambdaInsightsExecutionRolePolicy: ['logs:*'],
};

/** Policies of resources that may name the role themselves. */
const RESOURCE_POLICIES: readonly string[] = [
  'AWS::S3::BucketPolicy',
  'AWS::SNS::TopicPolicy',
  'AWS::SQS::QueuePolicy',
  'AWS::SecretsManager::ResourcePolicy',
];

/** Of these actions those that a role certainly may not do to what a value names. */
export function lacks(
  role: Resource,
  actions: readonly string[],
  { on, template }: { readonly on: unknown; readonly template: Template },
): readonly string[] {
  const statements = statementsOf(role, template);
  if (statements === undefined || isNamedBy(role, template)) return [];
  return actions.filter(
    (action) =>
      !statements.some(
        (statement) =>
          statement.actions.some((pattern) => isLike(action, pattern)) &&
          (statement.resources ?? ['*']).some((pattern) => mayCover(pattern, on, template)),
      ),
  );
}

/** Whether a policy of a queue, topic, bucket or secret names the role. */
function isNamedBy(role: Resource, template: Template): boolean {
  return [...template.values()].some(
    ({ type, properties }) =>
      RESOURCE_POLICIES.includes(type) &&
      mayName(properties.PolicyDocument ?? properties.ResourcePolicy, role, template),
  );
}

/** Whether a resource's own policy may let a role in: it names the role, everybody, or somebody who is not known. */
export function mayName(policy: unknown, role: Resource, template: Template): boolean {
  return (
    resourcesIn(policy, template).includes(role) || reachesOut(policy, template) || isOpen(policy)
  );
}

/** Whether a policy allows something to everybody, conditions aside, or to a role by its ARN. */
function isOpen(policy: unknown): boolean {
  return [at(policy, 'Statement')].flat().some((statement) => {
    const { Effect, Principal } = asObject(statement);
    const named = [at(Principal, 'AWS') ?? Principal].flat().map(textOf);
    return Effect === 'Allow' && named.some((who) => who === '*' || who.includes(':role/'));
  });
}

/** All that the role is allowed; undefined where not all of its policies are known. */
function statementsOf(role: Resource, template: Template): readonly Statement[] | undefined {
  const inline = knownList(role.properties.Policies ?? [])?.map((policy) =>
    at(policy, 'PolicyDocument'),
  );
  const managed = knownList(role.properties.ManagedPolicyArns ?? []);
  if (inline === undefined || managed === undefined || hasLoops(template)) return undefined;
  const attached = [...template.values()]
    .filter((policy) => isAttached(policy, role, template))
    .map(({ properties }) => properties.PolicyDocument);
  const parts = [
    ...[...inline, ...attached].map(statementsIn),
    ...managed.map((arn) => managedStatements(arn, template)),
  ];
  return parts.some((part) => part === undefined) ? undefined : parts.flatMap((part) => part ?? []);
}

function isAttached({ type, properties }: Resource, role: Resource, template: Template): boolean {
  if (!/^AWS::IAM::(Policy|ManagedPolicy|RolePolicy)$/.test(type)) return false;
  const roles = properties.Roles ?? properties.RoleName;
  if (roles === undefined) return false;
  const named = resourcesIn(roles, template);
  return (
    named.includes(role) || named.length < (knownList(roles)?.length ?? Number.POSITIVE_INFINITY)
  );
}

function managedStatements(arn: unknown, template: Template): readonly Statement[] | undefined {
  const [policy] = resourcesIn(arn, template);
  if (policy?.type === 'AWS::IAM::ManagedPolicy') {
    return statementsIn(policy.properties.PolicyDocument);
  }
  const name =
    /:iam::aws:policy\/(?:service-role\/)?([A-Za-z0-9_-]+)$/.exec(textOf(arn))?.[1] ?? '';
  const actions = Object.hasOwn(MANAGED, name) ? MANAGED[name] : undefined;
  return actions && [{ actions, resources: undefined }];
}

function statementsIn(document: unknown): readonly Statement[] | undefined {
  const written = at(document, 'Statement');
  const list = Array.isArray(written) || isUnknown(written) ? written : [written];
  const statements = knownList(list)?.map(statement);
  if (statements === undefined || statements.includes(undefined)) return undefined;
  return statements.flatMap((entry) => entry ?? []);
}

function statement(written: unknown): Statement | undefined {
  const { Effect, Action, NotAction, Resource: resource } = asObject(written);
  if (isUnknown(written)) return undefined;
  if (Effect === 'Deny') return { actions: [], resources: [] };
  if (NotAction !== undefined) return { actions: ['*'], resources: undefined };
  const actions = knownList(Action)?.map(knownText);
  if (actions === undefined || actions.includes(undefined)) return undefined;
  const resources = Array.isArray(resource) ? knownList(resource) : [resource];
  return {
    actions: actions.flatMap((action) => action ?? []),
    resources: resource === undefined || resource === null ? undefined : resources,
  };
}

/** IAM's `*` and `?`; actions have no case. */
function isLike(text: string, pattern: string): boolean {
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${source}$`, 'is').test(text);
}

/** Whether a policy's resource may be what a value names. */
function mayCover(pattern: unknown, on: unknown, template: Template): boolean {
  const granted = resourcesIn(pattern, template);
  const asked = resourcesIn(on, template);
  const text = textOf(pattern);
  if (text === '*' || JSON.stringify(pattern ?? null).includes('"Fn::If"')) return true;
  const [oneService, otherService] = [serviceOf(pattern, template), serviceOf(on, template)];
  if (oneService !== undefined && otherService !== undefined && oneService !== otherService) {
    return false;
  }
  if (granted.length > 0 && asked.length > 0) {
    // What is made of something else, such as a custom resource, may be an ARN of anything.
    const isOther = granted.every(({ type }) => asked.some((one) => one.type === type));
    return !isOther || granted.some((one) => asked.includes(one));
  }
  const wanted = textOf(on);
  if (hasHole(text) || hasHole(wanted)) return true;
  // Policies name the objects of a bucket, and which of them are meant is not known.
  return (
    isLike(wanted, text) || (otherService === 's3' && isLike(bucketOf(wanted), bucketOf(text)))
  );
}

/** `arn:aws:s3:::bucket` of `arn:aws:s3:::bucket/prefix/*`. */
function bucketOf(arn: string): string {
  return arn.split('/')[0] ?? arn;
}

/** Services whose resources are their own, and never name those of another. */
const SERVICES: Readonly<Record<string, string>> = {
  DynamoDB: 'dynamodb',
  KMS: 'kms',
  Kinesis: 'kinesis',
  MSK: 'kafka',
  S3: 's3',
  SNS: 'sns',
  SQS: 'sqs',
  SecretsManager: 'secretsmanager',
};

/** `sqs` of `arn:aws:sqs:…` and of an `AWS::SQS::Queue`; undefined where it is not known. */
function serviceOf(value: unknown, template: Template): string | undefined {
  const text = textOf(value);
  const [scheme, , service = ''] = fillHoles(text, '?').split(':');
  if (scheme === 'arn') return /^[a-z0-9-]+$/.test(service) ? service : undefined;
  const [owner, ...others] = resourcesIn(value, template).map(({ type }) => type.split('::')[1]);
  return others.length === 0 ? SERVICES[owner ?? ''] : undefined;
}
