/** What of a pipeline does not go together does not compile. */
import { expect, it } from '@jest/globals';
import { type Compiled, compiled } from './wired.js';

/** A program whose line 9 is what the compiler is asked about. */
const about = (props: string, consumer: string): string => `
import type { Construct } from 'constructs';
import { IamCredentials, type IMskCluster, MskCluster, PipelineStack, type ScramCredentials, ServerlessCluster } from 'tavro/infra';
declare const scram: ScramCredentials; declare const scope: Construct; declare const given: IMskCluster;
export const used = [IamCredentials, MskCluster, ServerlessCluster, scram, scope, given];
const topics = { clicks: { partitions: 3 } };
export const stack = new PipelineStack(scope, 'Pipeline', { topics,
  ${props}
  consumers: { Other: { entry: 'o.ts', topic: 'clicks', pollers: { minimumPollers: 1 } }, Sample: { entry: 's.ts', topic: 'clicks', ${consumer} } },
});
export const bad = () => stack.addProducer(scope, { topics: ['clicks'] });
`;

const SERVERLESS = "cluster: (stack, place) => new ServerlessCluster(stack, 'Cluster', place),";
const imported = (takes: string): string =>
  `cluster: MskCluster.fromClusterAttributes(scope, 'Cluster', { clusterArn: 'arn', takes: ${takes} }),`;
const ok = (props: string, consumer = ''): Compiled => [about(props, consumer)];
const refused = (props: string, consumer: string, [line, said]: [number, RegExp]): Compiled => [
  about(props, consumer),
  line,
  said,
];

const COMPILED: Readonly<Record<string, Compiled>> = {
  least: ok(''),
  'no-egress-pollers': ok("egress: 'none',", 'pollers: { maximumPollers: 2 }'),
  'no-egress-report': ok("egress: 'none',", "onFailure: 'report'"),
  'no-egress-reported': ok("egress: 'none',", "onFailure: { decode: 'fail', handler: 'report' }"),
  // The lines below these name NeedsPollersWithoutEgress.
  'no-egress': refused("egress: 'none',", '', [9, /topic: "clicks"; }' is not assignable/]),
  'no-egress-fail': refused("egress: 'none',", "onFailure: { handler: 'fail' }", [
    9,
    /is not assignable to type '.*ProvisioningPolicies'/,
  ]),
  'any-egress': ok("egress: 'nat' as 'nat' | 'none',"),

  'small-zookeeper': ok("kafkaVersion: '3.8.x', instanceType: 'kafka.t3.small',"),
  'small-kraft': refused("kafkaVersion: '3.9.x.kraft', instanceType: 'kafka.t3.small',", '', [
    8,
    /'"kafka\.t3\.small"' is not assignable/,
  ]),
  'small-default': refused("instanceType: 'kafka.t3.small',", '', [
    8,
    /'"kafka\.t3\.small"' is not assignable/,
  ]),

  serverless: ok(SERVERLESS, 'credentials: new IamCredentials()'),
  'serverless-scram': refused(SERVERLESS, 'credentials: scram', [
    9,
    /'ScramCredentials' is not assignable to type 'IamCredentials'/,
  ]),
  'serverless-all-scram': refused(`${SERVERLESS} credentials: scram,`, '', [
    8,
    /'ScramCredentials' is not assignable to type 'IamCredentials'/,
  ]),
  'imported-scram': ok(`${imported('{ scram: true, iam: false }')} credentials: scram,`),
  'imported-iam': refused(
    `${imported('{ scram: true, iam: false }')} credentials: new IamCredentials(),`,
    '',
    [8, /'IamCredentials' is not assignable/],
  ),
  'any-cluster': ok('cluster: given, credentials: scram,', 'credentials: new IamCredentials()'),
  'any-topic': refused("existingTopics: ['click'],", '', [8, /'"click"' is not .*'"clicks"'/]),
};

it.each(['typescript', 'typescript-6'])('as %s says', async (compiler) => {
  const { found, expected } = await compiled(`infra-pipeline-types-${compiler}`, {
    compiler,
    texts: COMPILED,
    beside: [],
  });
  expect(found).toEqual(expected);
});
