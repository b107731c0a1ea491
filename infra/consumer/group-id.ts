import { createHash } from 'node:crypto';
import { Stack, Stage, Token } from 'aws-cdk-lib';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import type { Construct, IConstruct } from 'constructs';
import { InfraError } from '../errors.js';
import type { SubscribedCluster } from './event-source.js';

/** What a mapping keeps for life: with another of it, it is another mapping. */
export interface MappingIdentity {
  readonly cluster: SubscribedCluster;
  readonly topicName: string;
  readonly startingPosition: lambda.StartingPosition;
  readonly startingPositionTimestamp: number | undefined;
}

/** ASCII only: MSK silently drops the lag metrics of groups with other names. */
export const GROUP_ID = /^[A-Za-z0-9\-/*:_+=.@]{1,200}$/;
/** A colon hides a group's lag, too. */
const NOT_OF_DEFAULT = /[^A-Za-z0-9\-/*_+=.@]/g;
const GROUP_ID_MAX = 200;
const HASH_LENGTH = 8;

/** Path of the subscription that has a group, by app, and by account, region and group. */
const taken = new WeakMap<IConstruct, Map<string, string>>();

/**
 * A group that no other mapping has, nor the one that this one replaces. It ends with a hash of what names the
 * cluster, an ARN or the logical id that stands for it.
 */
export function defaultGroupId(scope: Construct, identity: MappingIdentity): string {
  const stack = Stack.of(scope);
  const path = scope.node.path.slice(stack.node.path.length).replace(/^\//, '');
  const position = positionOf(identity);
  const parts = [
    stack.stackName,
    path,
    identity.topicName,
    ...(position === '' ? [] : [position]),
    hash(clusterKey(scope, identity.cluster)),
  ];
  return fitted(parts);
}

/** Tells mappings apart of which CloudFormation must not turn one into the other. */
export function identityHash(
  scope: Construct,
  groupId: string,
  { cluster, topicName, ...start }: MappingIdentity,
): string {
  const settled: unknown = Stack.of(scope).resolve([topicName, positionOf(start), groupId]);
  return hash(JSON.stringify([clusterKey(scope, cluster), settled]));
}

/** @throws InfraError `GROUP_ID` */
export function refuseGroupId(scope: Construct, groupId: string): void {
  if (!Token.isUnresolved(groupId) && !GROUP_ID.test(groupId)) {
    throw new InfraError(
      'GROUP_ID',
      `consumerGroupId '${groupId}' must be 1 to ${GROUP_ID_MAX} of A-Z a-z 0-9 - / * : _ + = . @`,
      scope.node.path,
    );
  }
  const { account, region } = placeOf(scope);
  const groups = taken.get(scope.node.root) ?? new Map<string, string>();
  taken.set(scope.node.root, groups);
  const key = [account, region, groupId].join(' ');
  const other = groups.get(key);
  if (other !== undefined) {
    throw new InfraError(
      'GROUP_ID',
      `consumerGroupId '${groupId}' is that of ${other}, too, and Lambda takes it once per account; give each its own, or leave it out`,
      scope.node.path,
    );
  }
  groups.set(key, scope.node.path);
}

/** The account and region of a stack; those of a stage that names none may be another's. */
function placeOf(scope: Construct): { readonly account: string; readonly region: string } {
  const { account, region } = Stack.of(scope);
  const stage = Token.isUnresolved(account) ? Stage.of(scope)?.node.path : undefined;
  return { account: stage ? `${account} of ${stage}` : account, region };
}

/** Where a new group begins; empty for the oldest record, so that this needs no word. */
function positionOf({
  startingPosition,
  startingPositionTimestamp,
}: Pick<MappingIdentity, 'startingPosition' | 'startingPositionTimestamp'>): string {
  if (startingPosition === lambda.StartingPosition.TRIM_HORIZON) return '';
  return startingPosition === lambda.StartingPosition.AT_TIMESTAMP
    ? `at-${startingPositionTimestamp}`
    : startingPosition.toLowerCase();
}

function clusterKey(scope: Construct, cluster: SubscribedCluster): string {
  const named =
    'bootstrapServers' in cluster ? cluster.bootstrapServers : cluster.clusterRef.clusterArn;
  return JSON.stringify(Stack.of(scope).resolve(named));
}

/** Names that only the deployment knows are left as they are. */
function fitted(parts: readonly string[]): string {
  const clean = parts.map((part) =>
    Token.isUnresolved(part) ? part : part.replace(NOT_OF_DEFAULT, '-'),
  );
  const [whole, text] = [parts.join('.'), clean.join('.')];
  if (Token.isUnresolved(text) || (text === whole && text.length <= GROUP_ID_MAX)) return text;
  return `${text.slice(0, GROUP_ID_MAX - HASH_LENGTH - 1)}.${hash(whole)}`;
}

function hash(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, HASH_LENGTH);
}
