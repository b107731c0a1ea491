/** A cluster, and how a client is let in: what does not go together does not compile. */
import { expect, it } from '@jest/globals';
import { type Compiled, compiled } from '../wired.js';

/** The grant is line 9 of each program. */
const program = (credentials: string, cluster: string): string => `
import type * as iam from 'aws-cdk-lib/aws-iam';
import { grantProduce, type ClusterThatTakes, type IKafkaTopic, type IMskCluster, type SelfManagedKafka } from 'tavro/infra';
import type { IamCredentials, PlainCredentials, ScramCredentials, TlsCredentials } from 'tavro/infra';
export type Used = [ClusterThatTakes<'iam'>, IMskCluster, SelfManagedKafka, IamCredentials, PlainCredentials, ScramCredentials, TlsCredentials];
declare const given: { role: iam.Role; topic: IKafkaTopic; cluster: ${cluster}; credentials: ${credentials} };
const { role, topic, cluster, credentials } = given;
export const granted =
  grantProduce(role, { topic, cluster, credentials });
`;

/** A cluster of which no more is known, as types have it. */
const cluster = (takes: string) => `Omit<IMskCluster, 'takes'> & { readonly takes: ${takes} }`;
const serverless = cluster('{ readonly scram: false; readonly iam: true; readonly tls: false }');
const imported = cluster('Readonly<Record<never, boolean>>');

const REFUSED = /is not assignable to parameter of type 'ProduceAccess'/;

const PROGRAMS: Readonly<Record<string, Compiled>> = {
  'serverless-iam': [program('IamCredentials', serverless)],
  'serverless-scram': [program('ScramCredentials', serverless), 9, REFUSED],
  'serverless-tls': [program('TlsCredentials', serverless), 9, REFUSED],
  'imported-scram': [program('ScramCredentials', imported)],
  'imported-plain': [program('PlainCredentials', imported), 9, REFUSED],
  'self-managed-plain': [program('PlainCredentials', 'SelfManagedKafka')],
  'self-managed-scram': [program('ScramCredentials', 'SelfManagedKafka')],
  'self-managed-iam': [program('IamCredentials', 'SelfManagedKafka'), 9, REFUSED],
};

it('is what the compiler says', async () => {
  const { found, expected } = await compiled('infra-pairs', {
    compiler: 'typescript',
    texts: PROGRAMS,
    beside: [],
  });
  expect(found).toEqual(expected);
}, 240_000);
