import { beforeEach, describe, expect, it } from '@jest/globals';
import { Annotations as CdkAnnotations, CfnParameter, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import * as kms from 'aws-cdk-lib/aws-kms';
import {
  MskCluster,
  PipelineNetwork,
  ScramUsers,
  type ScramUsersProps,
} from '../../../infra/index.js';
import { refusal } from '../refusal.js';
import { onlyResource, quickApp } from '../sample-stack.js';
import { clusterOf, KEY_ARN } from './clusters.js';

const ASSOCIATION = 'AWS::MSK::BatchScramSecret';
const SECRET = 'AWS::SecretsManager::Secret';
const KEY = 'AWS::KMS::Key';

const cluster = clusterOf({ scram: true });
const named = (count: number) => Array.from({ length: count }, (_, n) => `user${n}`);

let stack: Stack;
beforeEach(() => {
  stack = new Stack(quickApp(), 'Users');
});

const users = (props: Partial<ScramUsersProps>, id = 'Users') =>
  new ScramUsers(stack, id, { cluster, usernames: ['orders'], ...props });

describe('what lets clients in', () => {
  it.each([
    [undefined, 'RetainExceptOnCreate', 'Retain'],
    [RemovalPolicy.DESTROY, 'Delete', 'Delete'],
  ])('stays with the cluster that stays, given %s', (removalPolicy, onDelete, onReplace) => {
    users({ removalPolicy });
    const template = Template.fromStack(stack);
    for (const type of [ASSOCIATION, SECRET, KEY]) {
      const { DeletionPolicy, UpdateReplacePolicy } = {
        UpdateReplacePolicy: undefined,
        ...onlyResource(template, type),
      };
      expect([type, DeletionPolicy, UpdateReplacePolicy]).toEqual([type, onDelete, onReplace]);
    }
  });

  it('is named after the stack’s id, which no later stack has', () => {
    users({});
    const { Name } = onlyResource(Template.fromStack(stack), SECRET).Properties;
    const uuid = { 'Fn::Select': [2, { 'Fn::Split': ['/', { Ref: 'AWS::StackId' }] }] };
    const suffix = { 'Fn::Select': [0, { 'Fn::Split': ['-', uuid] }] };
    expect(Name).toEqual({ 'Fn::Join': ['', ['AmazonMSK_Users_orders_', suffix]] });
  });

  it('may be under a key of elsewhere', () => {
    users({ encryptionKey: kms.Key.fromKeyArn(stack, 'Key', KEY_ARN) });
    const template = Template.fromStack(stack);
    template.resourceCountIs(KEY, 0);
    template.hasResourceProperties(SECRET, { KmsKeyId: KEY_ARN });
  });
});

describe('any number of users', () => {
  /** The association's logical id, and the logical ids of the secrets in its list. */
  const list = (count: number) => {
    const own = new Stack(quickApp(), 'Users');
    new ScramUsers(own, 'Users', { cluster, usernames: named(count) });
    const [[id, resource] = []] = Object.entries(
      Template.fromStack(own).findResources(ASSOCIATION),
    );
    // Safe: it was synthesized just now.
    const arns = resource?.Properties.SecretArnList as readonly { readonly Ref: string }[];
    return { id, secrets: arns.map(({ Ref }) => Ref) };
  };

  it('is one list, which has those that it had as it grows', () => {
    const [ten, more] = [list(10), list(25)];
    expect(more.id).toBe(ten.id);
    expect(more.secrets).toHaveLength(25);
    expect(more.secrets.slice(0, 10)).toEqual(ten.secrets);
  });

  it('says what nobody has tried, from eleven on', () => {
    users({ usernames: named(10) });
    Annotations.fromStack(stack).hasNoWarning('*', Match.anyValue());
    users(
      { usernames: named(11), cluster: clusterOf({}, `${cluster.clusterRef.clusterArn}1`) },
      'B',
    );
    const message = /add at most 10 in each deployment.*tavro:scramUsersAtOnce/;
    Annotations.fromStack(stack).hasWarning('/Users/B', Match.stringLikeRegexp(message.source));
  });

  it('may be told that it is known', () => {
    const made = users({ usernames: named(11) });
    CdkAnnotations.of(made).acknowledgeWarning('tavro:scramUsersAtOnce');
    Annotations.fromStack(stack).hasNoWarning('*', Match.anyValue());
  });

  it('has names that are those of parts, too', () => {
    const made = users({ usernames: ['Key', 'Association', 'orders'] });
    expect(made.credentials('Key').secret.node.path).toBe('Users/Users/User:Key');
    Template.fromStack(stack).resourceCountIs(SECRET, 3);
  });
});

describe('users are refused', () => {
  it.each<[string, Partial<ScramUsersProps>, string, RegExp]>([
    ['none', { usernames: [] }, 'SCRAM_SECRET', /takes 1 to 1000 users, not 0/],
    ['1001 of them', { usernames: named(1001) }, 'SCRAM_SECRET', /not 1001/],
    ['twice the same', { usernames: ['a', 'b', 'a'] }, 'SCRAM_SECRET', /'a' is named twice/],
    ['a name with a slash', { usernames: ['a/b'] }, 'SCRAM_SECRET', /'a\/b' is not a user name/],
    [
      'a cluster that takes none',
      // Safe: as of a caller without types.
      { cluster: clusterOf({ scram: false }) as never },
      'AUTHENTICATION',
      /takes no client by SASL\/SCRAM; give it credentials of IAM or mutual TLS$/,
    ],
  ])('for %s', (_name, props, code, message) => {
    const error = refusal(() => users(props));
    expect(error.code).toBe(code);
    expect(error.message).toMatch(message);
    expect(error.construct).toBe('Users/Users');
  });

  it('for a name that only the deployment knows', () => {
    const username = new CfnParameter(stack, 'Name').valueAsString;
    const error = refusal(() => users({ usernames: [username] }));
    expect(error.message).toMatch(/must be known at synth/);
  });

  it('for a second list of one cluster, also in another stack', () => {
    users({});
    const second = new Stack(stack.node.root, 'Second');
    const error = refusal(() => new ScramUsers(second, 'More', { cluster, usernames: ['more'] }));
    expect(error.code).toBe('SCRAM_SECRET');
    expect(error.message).toMatch(/list of users at Users\/Users; .* add to usernames there/);
  });

  it('for a second list of a cluster of this app', () => {
    const { vpc } = new PipelineNetwork(stack, 'Network');
    const [first, second] = ['First', 'Second'].map((id) => new MskCluster(stack, id, { vpc }));
    users({ cluster: first }, 'UsersOfFirst');
    expect(() => users({ cluster: second }, 'UsersOfSecond')).not.toThrow();
    expect(refusal(() => users({ cluster: first }, 'More')).code).toBe('SCRAM_SECRET');
  });
});
