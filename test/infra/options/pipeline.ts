/**
 * Props of the whole pipeline.
 *
 * Props whose value is `undefined` here are tried as that only: another one belongs to one stack, or
 * must go with others.
 */
import { Size } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as iam from 'aws-cdk-lib/aws-iam';
import type { PipelineStackProps } from '../../../infra/index.js';
import { type Row, row } from '../../options/same.js';
import { sampleStack } from '../sample-stack.js';
import { ENV, pipeline } from './stacks.js';

export const pipelineRows: Readonly<Record<string, Row>> = {
  'infra PipelineStackProps': row<Partial<PipelineStackProps>>(
    {
      alarms: false,
      analyticsReporting: false,
      availabilityZones: ['us-east-1a', 'us-east-1b'],
      brokersPerZone: 2,
      cluster: undefined,
      conditions: ['c'],
      credentials: undefined,
      crossRegionReferences: true,
      deployed: false,
      description: 'mine',
      disposable: true,
      egress: 'endpoints',
      env: ENV,
      existingTopics: true,
      instanceType: 'kafka.m5.large',
      kafkaVersion: '3.8.x',
      notificationArns: ['arn:aws:sns:us-east-1:123456789012:t'],
      notify: undefined,
      permissionsBoundary: undefined,
      propertyInjectors: undefined,
      register: undefined,
      schemaRegistrySecretArn:
        'arn:aws:secretsmanager:us-east-1:123456789012:secret:registry-AbCdEf',
      schemaRegistryUrl: 'https://other.example.com',
      schemas: false,
      stackName: 'Mine',
      storagePerBroker: Size.gibibytes(7),
      suppressTemplateIndentation: true,
      synthesizer: undefined,
      tags: { team: 'clicks' },
      terminationProtection: false,
      users: ['orders'],
      vpc: undefined,
      vpcSubnets: undefined,
      zones: undefined,
    },
    pipeline,
    2,
  ),
  'infra PipelineProducerOptions': row(
    { credentials: undefined, grantee: undefined, network: undefined, transactionalId: 'shop-*' },
    (options) => {
      const stack = sampleStack({ users: false, alarms: false });
      const producer = new iam.Role(stack, 'Web', { assumedBy: new iam.AnyPrincipal() });
      stack.addProducer(producer, { ...options, topics: ['user-clicks-avro'] });
      return Template.fromStack(stack).toJSON();
    },
    2,
  ),
};
