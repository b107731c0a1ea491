import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { App, CfnResource, Stack, Validations } from 'aws-cdk-lib';
import { TemplateChecks, templateRules } from '../../infra/index.js';
import { parseTemplate } from '../../infra/template.js';
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

describe('template rules', () => {
  const pristine = JSON.stringify(sampleTemplate().toJSON());

  it.each(MUTATIONS)('find %s', (_name, mutate, findings) => {
    const json: { Resources: Record<string, Json> } = JSON.parse(pristine);
    mutate(Object.values(json.Resources));
    const template = parseTemplate(JSON.stringify(json));
    const found = templateRules.filter((rule) =>
      [...template.values()].some(
        (resource) => resource.type === rule.type && rule.violation(resource, template),
      ),
    );
    expect(found.map(({ id }) => id)).toEqual(findings);
  });

  it('are each tripped by a mutation', () => {
    const tripped = new Set(MUTATIONS.flatMap(([, , findings]) => findings));
    expect([...tripped].sort()).toEqual(templateRules.map(({ id }) => id).sort());
  });

  it('accept provisioned pollers with all that they allow', () => {
    const template = parseTemplate(
      JSON.stringify(
        sampleTemplate({ consumers: { UserClicks: userClicks({ onFailure: 'report' }) } }).toJSON(),
      ),
    );
    for (const rule of templateRules) {
      for (const resource of template.values()) {
        if (resource.type === rule.type) {
          expect(rule.violation(resource, template)).toBeUndefined();
        }
      }
    }
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
