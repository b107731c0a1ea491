import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { App, CfnResource, Stack, Validations } from 'aws-cdk-lib';
import { KafkaDlq } from 'aws-cdk-lib/aws-lambda-event-sources';
import { TemplateChecks, type TemplateRule, templateRules } from '../../infra/index.js';
import { parseTemplate } from '../../infra/template/template.js';
import { sampleTemplate, userClicks } from './sample-stack.js';

type Json = Record<string, unknown>;

/** Sets a property of the first resource of a type; undefined takes it away. */
function setting(type: string, dottedPath: string, value: unknown): (resources: Json[]) => void {
  return (resources) => {
    const resource = resources.find((candidate) => candidate.Type === type);
    const keys = dottedPath.split('.');
    const last = keys.pop();
    if (resource === undefined || last === undefined) throw new Error(`no ${type}`);
    let object: Json = resource;
    for (const key of keys) {
      object[key] ??= {};
      // Safe: the paths below lead through objects only.
      object = object[key] as Json;
    }
    if (value === undefined) delete object[last];
    else object[last] = value;
  };
}

const CLUSTER = 'AWS::MSK::Cluster';
const MAPPING = 'AWS::Lambda::EventSourceMapping';
const FUNCTION = 'AWS::Lambda::Function';
const SECRET = 'AWS::SecretsManager::Secret';

const MUTATIONS: readonly [
  name: string,
  mutate: (resources: Json[]) => void,
  findings: readonly string[],
][] = [
  ['nothing', () => {}, []],
  [
    't3.small with KRaft',
    setting(CLUSTER, 'Properties.BrokerNodeGroupInfo.InstanceType', 'kafka.t3.small'),
    ['msk-broker'],
  ],
  ['Kafka 9 without KRaft', setting(CLUSTER, 'Properties.KafkaVersion', '9.9.9'), ['msk-broker']],
  [
    'three brokers in two subnets',
    setting(CLUSTER, 'Properties.NumberOfBrokerNodes', 3),
    ['msk-zones'],
  ],
  [
    'one subnet',
    setting(CLUSTER, 'Properties.BrokerNodeGroupInfo.ClientSubnets', ['subnet-1']),
    ['msk-zones'],
  ],
  [
    'plaintext beside TLS',
    setting(CLUSTER, 'Properties.EncryptionInfo.EncryptionInTransit.ClientBroker', 'TLS_PLAINTEXT'),
    ['msk-tls'],
  ],
  [
    'a secret of another name',
    setting(SECRET, 'Properties.Name', 'kafka-user'),
    ['scram-secret-name'],
  ],
  ['a secret without a name', setting(SECRET, 'Properties.Name', undefined), ['scram-secret-name']],
  [
    'a secret without a key',
    setting(SECRET, 'Properties.KmsKeyId', undefined),
    ['scram-secret-key'],
  ],
  [
    'bisecting on demand',
    setting(MAPPING, 'Properties.BisectBatchOnFunctionError', true),
    ['kafka-provisioned-only'],
  ],
  ['bisecting switched off', setting(MAPPING, 'Properties.BisectBatchOnFunctionError', false), []],
  [
    'batch responses on demand',
    setting(MAPPING, 'Properties.FunctionResponseTypes', ['ReportBatchItemFailures']),
    ['kafka-provisioned-only'],
  ],
  [
    'retries on demand',
    setting(MAPPING, 'Properties.MaximumRetryAttempts', 3),
    ['kafka-provisioned-only', 'kafka-loss'],
  ],
  [
    'a destination on demand',
    setting(MAPPING, 'Properties.DestinationConfig.OnFailure.Destination', 'arn:aws:s3:::failed'),
    ['kafka-provisioned-only'],
  ],
  [
    'its own topic as destination',
    setting(
      MAPPING,
      'Properties.DestinationConfig.OnFailure.Destination',
      'kafka://user-clicks-avro',
    ),
    ['kafka-provisioned-only', 'kafka-own-topic'],
  ],
  ['a timeout of 15 minutes', setting(FUNCTION, 'Properties.Timeout', 900), ['kafka-timeout']],
  [
    'a mapping without a group id',
    setting(MAPPING, 'Properties.AmazonManagedKafkaEventSourceConfig', undefined),
    ['kafka-group-id'],
  ],
  ['a mapping that waits for nothing', setting(MAPPING, 'DependsOn', undefined), ['kafka-order']],
  [
    'a plain password',
    setting(FUNCTION, 'Properties.Environment.Variables.DB_PASSWORD', 'hunter2'),
    ['lambda-plain-secret'],
  ],
  [
    'a plain API key',
    setting(FUNCTION, 'Properties.Environment.Variables.STRIPE_API_KEY', 'hunter2'),
    ['lambda-plain-secret'],
  ],
  [
    'a secret by reference',
    setting(FUNCTION, 'Properties.Environment.Variables.DB_PASSWORD', { Ref: 'P' }),
    [],
  ],
];

/** The ids of the rules that find something. */
function findings(json: unknown): string[] {
  const template = parseTemplate(JSON.stringify(json));
  const trips = (rule: TemplateRule): boolean =>
    [...template.values()].some(
      (resource) => resource.type === rule.type && rule.violation(resource, template) !== undefined,
    );
  return templateRules.filter(trips).map(({ id }) => id);
}

describe('template rules', () => {
  const pristine = JSON.stringify(sampleTemplate().toJSON());

  it.each(MUTATIONS)('find %s', (_name, mutate, expected) => {
    const json: { Resources: Record<string, Json> } = JSON.parse(pristine);
    mutate(Object.values(json.Resources));
    expect(findings(json)).toEqual(expected);
  });

  it('find a group id that two mappings share', () => {
    const template = sampleTemplate({ consumers: { One: userClicks(), Two: userClicks() } });
    const json: { Resources: Record<string, Json> } = JSON.parse(JSON.stringify(template.toJSON()));
    expect(findings(json)).toEqual([]);
    const path = 'Properties.AmazonManagedKafkaEventSourceConfig.ConsumerGroupId';
    const mappings = Object.values(json.Resources).filter(({ Type }) => Type === MAPPING);
    for (const mapping of mappings) setting(MAPPING, path, 'clicks')([mapping]);
    expect(findings(json)).toEqual(['kafka-group-id']);
  });

  it('are each tripped by a mutation', () => {
    const tripped = new Set(MUTATIONS.flatMap(([, , findings]) => findings));
    expect([...tripped].sort()).toEqual(templateRules.map(({ id }) => id).sort());
  });

  it('accept provisioned pollers with all that they allow', () => {
    const pollers = { minimumPollers: 1, maximumPollers: 1 };
    const definition = userClicks({
      onFailure: 'report',
      pollers,
      bisectBatchOnError: true,
      retryAttempts: 3,
      destination: new KafkaDlq('user-clicks-failed'),
    });
    expect(findings(sampleTemplate({ consumers: { UserClicks: definition } }).toJSON())).toEqual(
      [],
    );
  });
});

describe('TemplateChecks', () => {
  let outdir = '';
  beforeAll(() => {
    outdir = mkdtempSync(path.join(tmpdir(), 'tavro-checks-'));
  });
  afterAll(() => rmSync(outdir, { recursive: true }));

  it('fails synth, naming the resource, the property and the fix', () => {
    const app = new App({ outdir, builtinCloudFormationValidation: false });
    Validations.of(app).addPlugins(new TemplateChecks());
    new CfnResource(new Stack(app, 'Raw'), 'Poller', {
      type: MAPPING,
      properties: { Topics: ['t'], FunctionName: 'f', MaximumRecordAgeInSeconds: 60 },
    });
    // In memory the report is the message; under the CLI it is printed instead.
    const synth = (): unknown => app.synth();
    expect(synth).toThrow(/Raw\/Poller/);
    expect(synth).toThrow(
      /Properties\.MaximumRecordAgeInSeconds: .* only with provisioned pollers/,
    );
    expect(synth).toThrow(/Suggested fix: Add ProvisionedPollerConfig/);
    expect(synth).toThrow(/tavro::kafka-provisioned-only/);
  });
});
