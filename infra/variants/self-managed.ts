import { Stack } from 'aws-cdk-lib';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { contracts } from '../../generated/contracts.js';
import {
  ConsumerFunction,
  KafkaSubscription,
  KafkaTopic,
  PlainCredentials,
  SchemaRegistry,
} from '../index.js';
import { conditions, userClicksFunction } from './user-clicks.js';
import type { Variant } from './variant.js';

/** Brokers outside MSK, such as Confluent Cloud's, by the constructs that a pipeline is made of. */
export const selfManaged: Variant = (app, { stackName, env, schemaRegistryUrl }) => {
  const stack = new Stack(app, stackName, { env });
  const schemaRegistry = new SchemaRegistry(stack, 'SchemaRegistry', {
    url: schemaRegistryUrl ?? 'https://psrc-example.eu-west-1.aws.confluent.cloud',
  });
  const target = new ConsumerFunction(stack, 'UserClicks', {
    ...userClicksFunction,
    conditions,
    schemaRegistry,
  });
  // An API key of the cluster: fill it in after the first deploy.
  const secret = new Secret(stack, 'ApiKey', {
    generateSecretString: {
      secretStringTemplate: JSON.stringify({ username: 'not-set' }),
      generateStringKey: 'password',
    },
  });
  new KafkaSubscription(stack, 'UserClicksSubscription', {
    target,
    cluster: { bootstrapServers: ['pkc-example.eu-west-1.aws.confluent.cloud:9092'] },
    credentials: new PlainCredentials({ secret }),
    topic: KafkaTopic.fromTopicName(stack, 'Topic', 'user-clicks-avro'),
    reader: { contract: contracts.topics['user-clicks-avro'] },
    consumerGroupId: `${stackName}.UserClicks`,
    onFailure: 'fail',
  });
};
