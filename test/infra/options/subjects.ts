/**
 * Props of the registry and of what registers schemas in it.
 *
 * Props whose value is `undefined` here are tried as that only: another one belongs to one stack, or
 * must go with others.
 */

import { fileURLToPath } from 'node:url';
import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as logs from 'aws-cdk-lib/aws-logs';
import { SchemaRegistry, type SchemaRegistryProps, SchemaSubjects } from '../../../infra/index.js';
import { type Row, row } from '../../options/same.js';
import { templateOf } from './stacks.js';

const SCHEMAS = fileURLToPath(new URL('../../../schemas', import.meta.url));

/** A function that reads a registry. */
const registry = (props: Partial<SchemaRegistryProps>): unknown =>
  templateOf((stack) => {
    const target = new lambda.Function(stack, 'F', {
      runtime: lambda.Runtime.NODEJS_24_X,
      handler: 'index.handler',
      code: lambda.Code.fromInline('exports.handler = () => {};'),
    });
    new SchemaRegistry(stack, 'R', { ...props, url: 'https://r' }).bind(target);
  });

export const subjectsRows: Readonly<Record<string, Row>> = {
  'infra SchemaSubjectsProps': row(
    {
      layers: undefined,
      logRemovalPolicy: RemovalPolicy.DESTROY,
      logRetention: logs.RetentionDays.ONE_DAY,
      memorySize: 256,
      securityGroups: undefined,
      subjects: ['user-clicks-avro-value'],
      timeout: Duration.minutes(2),
      vpc: undefined,
      vpcSubnets: undefined,
    },
    (props) =>
      templateOf((stack) => {
        const schemaRegistry = new SchemaRegistry(stack, 'Registry', { url: 'https://r' });
        new SchemaSubjects(stack, 'Subjects', { ...props, schemaRegistry, schemas: SCHEMAS });
      }),
    4,
  ),
  'infra SchemaRegistryProps': row(
    {
      credentials: undefined,
      encryptionKey: undefined,
      removalPolicy: RemovalPolicy.DESTROY,
      tls: { ca: '/opt/ca.pem' },
    },
    registry,
  ),
  'infra RegistryTlsFiles': row(
    { ca: '/opt/ca.pem', client: { certificate: '/opt/c.pem', key: '/opt/k.pem' } },
    (tls) => registry({ tls }),
  ),
};
