/**
 * Props of users, credentials and grants.
 *
 * Props whose value is `undefined` here are tried as that only: another one belongs to one stack, or
 * must go with others.
 */
import { RemovalPolicy, type Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import { grantSecret } from '../../../infra/access/secret-grant.js';
import {
  type ClusterThatTakes,
  grantProduce,
  IamCredentials,
  type IKafkaTopic,
  KafkaSubscription,
  KafkaTopic,
  type KeyedSecret,
  ProducerRole,
  type ProducerRoleSettings,
  ScramCredentials,
  ScramUsers,
} from '../../../infra/index.js';
import { type Row, row } from '../../options/same.js';
import { sampleStack } from '../sample-stack.js';
import { clusterOf, templateOf } from './stacks.js';

const clicks = (stack: Stack): IKafkaTopic => KafkaTopic.fromTopicName(stack, 'Clicks', 'clicks');

/** The users of a cluster that something is known of. */
const usersOf = (known: Pick<ClusterThatTakes<'scram'>, 'takes'>): unknown =>
  templateOf((stack) => {
    new ScramUsers(stack, 'Users', {
      cluster: Object.assign(clusterOf(stack), known),
      usernames: ['a'],
    });
  });

const producer = {
  description: 'mine',
  roleName: 'mine',
  schemaRegistry: undefined,
  transactionalId: 'shop-*',
};

const producerRole = (props: Partial<ProducerRoleSettings>): unknown =>
  templateOf((stack) => {
    new ProducerRole(stack, 'Producer', {
      ...props,
      assumedBy: new iam.AnyPrincipal(),
      cluster: clusterOf(stack),
      credentials: new IamCredentials(),
      topics: [clicks(stack)],
    });
  });

export const accessRows: Readonly<Record<string, Row>> = {
  'infra ClusterThatTakes': row({ takes: { scram: true } } as const, usersOf),
  'infra ClusterThatTakes.takes': row({ scram: true } as const, (takes) => usersOf({ takes })),
  'infra KeyedSecret': row<Pick<KeyedSecret, 'encryptionKey'>>(
    { encryptionKey: undefined },
    ({ encryptionKey }) =>
      templateOf((stack) => {
        const role = new iam.Role(stack, 'Role', { assumedBy: new iam.AnyPrincipal() });
        const secret = secretsmanager.Secret.fromSecretNameV2(stack, 'Secret', 'registry');
        grantSecret(role, { secret, encryptionKey });
      }),
  ),
  'infra ScramCredentials': row(
    { association: undefined, encryptionKey: undefined, mechanism: 'SCRAM-SHA-512' },
    (credentials) => {
      const stack = sampleStack({ alarms: false });
      new KafkaSubscription(stack, 'Second', {
        target: stack.consumer('UserClicks'),
        topic: stack.topic('user-clicks-avro'),
        cluster: stack.cluster,
        credentials: new ScramCredentials({
          ...credentials,
          secret: stack.users.credentials('consumer').secret,
        }),
        consumerGroupId: 'second',
      });
      return Template.fromStack(stack).toJSON();
    },
    2,
  ),
  'infra ScramUsersProps': row(
    { encryptionKey: undefined, removalPolicy: RemovalPolicy.DESTROY },
    (props) =>
      templateOf(
        (stack) =>
          new ScramUsers(stack, 'Users', {
            ...props,
            cluster: clusterOf(stack),
            usernames: ['producer'],
          }),
      ),
    4,
  ),
  'infra ProducerRole': row(producer, producerRole),
  'infra ProducerRoleSettings': row(producer, producerRole),
  'infra grantProduce': row({ transactionalId: 'shop-*' }, (access) =>
    templateOf((stack) => {
      const role = new iam.Role(stack, 'Role', { assumedBy: new iam.AnyPrincipal() });
      const topic = clicks(stack);
      const credentials = new IamCredentials();
      grantProduce(role, { ...access, cluster: clusterOf(stack), credentials, topic });
    }),
  ),
};
