import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { App, CfnResource, NestedStack, Stack, Stage, Validations } from 'aws-cdk-lib';
import { checkTemplate, TemplateChecks, templateRules } from '../../infra/index.js';
import { brokenClusters } from './broken-clusters.js';
import { brokenMappings, ON_FAILURE, QUEUE_ARN } from './broken-mappings.js';
import {
  all,
  CLUSTER,
  forbidding,
  MAPPING,
  type Mutate,
  property,
  setting,
  unknowing,
} from './mutations.js';
import { quickApp, sampleStack, sampleTemplate } from './sample-stack.js';

/** The ids of the rules that find something. */
function findings(json: unknown): string[] {
  return [...new Set(checkTemplate(JSON.stringify(json)).map(({ rule }) => rule))];
}

describe('the sample', () => {
  const pristine = JSON.stringify(sampleTemplate().toJSON());
  const mutated = (mutate: Mutate): unknown => {
    const json: { Resources: Record<string, Record<string, unknown>> } = JSON.parse(pristine);
    mutate(json.Resources);
    return json;
  };

  it('has nothing to find', () => {
    expect(findings(mutated(() => undefined))).toEqual([]);
  });

  it.each([...brokenClusters, ...brokenMappings])('with %s', (_name, mutate, expected) => {
    expect(findings(mutated(mutate))).toEqual(expected);
  });

  it('can be broken by every rule', () => {
    const tripped = [...brokenClusters, ...brokenMappings].flatMap(([, , found]) => found);
    expect([...new Set(tripped)].sort()).toEqual(templateRules.map(({ id }) => id).sort());
  });

  it('with a misspelt topic says which one was meant', () => {
    const [found] = checkTemplate(
      JSON.stringify(mutated(property(MAPPING, 'Topics', ['user-click-avro']))),
    );
    expect(found?.message).toMatch(
      /Properties\.Topics: 'user-click-avro'. Did you mean "user-clicks-avro"\?/,
    );
  });

  it('names what the role lacks', () => {
    const [found] = checkTemplate(JSON.stringify(mutated(forbidding(/^secretsmanager:/))));
    expect(found?.message).toMatch(/Role\w+ lacks secretsmanager:GetSecretValue\./);
  });

  it('accepts what a resource says itself', () => {
    const accepted = setting(CLUSTER, 'Metadata.tavro.accept', { 'msk-deletion': 'a trial' });
    const deleted = setting(CLUSTER, 'DeletionPolicy', 'Delete');
    expect(findings(mutated(all(deleted, accepted)))).toEqual([]);
    const other = setting(CLUSTER, 'Metadata.tavro.accept', { 'msk-tls': 'a trial' });
    expect(findings(mutated(all(deleted, other)))).toEqual(['msk-deletion']);
  });

  it('refuses nothing that only the deployment knows', () => {
    for (const [path, mutate] of unknowing(JSON.parse(pristine).Resources)) {
      expect([path, ...findings(mutated(mutate))]).toEqual([path]);
    }
  });

  it.each(['nat', 'endpoints'] as const)('with egress %s', (egress) => {
    expect(findings(sampleTemplate({ egress }).toJSON())).toEqual([]);
  });
});

describe('the sample with endpoints in place of NAT', () => {
  const pristine = JSON.stringify(sampleTemplate({ egress: 'endpoints' }).toJSON());
  const endpoint = (service: string, resources: Record<string, unknown>): string | undefined =>
    Object.keys(resources).find((id) => {
      const text = JSON.stringify(resources[id]);
      return text.includes('AWS::EC2::VPCEndpoint') && text.includes(`.${service}"`);
    });

  it.each(['lambda', 'sts', 'secretsmanager'])('needs that of %s', (service) => {
    const json: { Resources: Record<string, Record<string, unknown>> } = JSON.parse(pristine);
    const id = endpoint(service, json.Resources);
    delete json.Resources[id ?? ''];
    const found = checkTemplate(JSON.stringify(json));
    expect(found.map(({ rule }) => rule)).toEqual(['kafka-way-out']);
    expect(found[0]?.message).toContain(`There is no way to ${service}.`);
  });

  it("needs that of its destination's service", () => {
    const json: { Resources: Record<string, Record<string, unknown>> } = JSON.parse(pristine);
    property(MAPPING, ON_FAILURE, QUEUE_ARN)(json.Resources);
    expect(findings(json)).toEqual(['kafka-way-out', 'kafka-role-destination']);
  });
});

describe('TemplateChecks', () => {
  let outdir = '';
  beforeAll(() => {
    outdir = mkdtempSync(path.join(tmpdir(), 'tavro-checks-'));
  });
  afterAll(() => rmSync(outdir, { recursive: true }));

  const appWithChecks = (context = {}): App => {
    const app = new App({ outdir, context, builtinCloudFormationValidation: false });
    Validations.of(app).addPlugins(new TemplateChecks());
    return app;
  };

  it('fails synth, naming the resource, the property and the fix', () => {
    const app = appWithChecks({ 'aws:cdk:enable-path-metadata': true });
    new CfnResource(new Stack(app, 'Raw'), 'Poller', {
      type: MAPPING,
      properties: { Topics: ['t'], FunctionName: 'f', MaximumRecordAgeInSeconds: 60 },
    });
    // In memory the report is the message; under the CLI it is printed instead.
    const synth = (): unknown => app.synth();
    expect(synth).toThrow(
      /Raw\/Poller: Properties\.MaximumRecordAgeInSeconds: .* only with provisioned pollers/,
    );
    expect(synth).toThrow(/Suggested fix: Add ProvisionedPollerConfig/);
    expect(synth).toThrow(/tavro::kafka-provisioned-only/);
  });

  it('lets a construct, or all that is in one, break a rule for a reason', () => {
    const app = appWithChecks();
    const stack = new Stack(app, 'Trial');
    new CfnResource(stack, 'Cluster', { type: CLUSTER, properties: {} });
    Validations.of(stack).acknowledge({ id: 'tavro::msk-deletion', reason: 'a trial' });
    expect(() => app.synth()).not.toThrow();
  });

  it.each(['app', 'stage'])('looks into the nested stacks of a stack of an %s', (kind) => {
    const nested = (): [App, NestedStack] => {
      const app = appWithChecks();
      const stage = kind === 'app' ? app : new Stage(app, 'Test');
      if (stage !== app) Validations.of(stage).addPlugins(new TemplateChecks());
      const inner = new NestedStack(new Stack(stage, 'Outer'), 'Inner');
      new CfnResource(inner, 'Cluster', { type: CLUSTER, properties: {} });
      return [app, inner];
    };
    const [refused] = nested();
    expect(() => refused.synth()).toThrow(/tavro::msk-deletion/);
    const [accepted, inner] = nested();
    Validations.of(inner).acknowledge({ id: 'tavro::msk-deletion', reason: 'a trial' });
    expect(() => accepted.synth()).not.toThrow();
  });

  it('takes it that a disposable pipeline is meant to go', () => {
    const app = quickApp();
    Validations.of(app).addPlugins(new TemplateChecks());
    sampleStack({ disposable: true }, app);
    expect(() => app.synth()).not.toThrow();
  });

  it('lets no construct break the rules that it did not name', () => {
    const app = appWithChecks();
    const stack = new Stack(app, 'Trial');
    new CfnResource(stack, 'Cluster', { type: CLUSTER, properties: {} });
    new CfnResource(stack, 'Old', { type: CLUSTER, properties: { KafkaVersion: '9.9.9' } });
    Validations.of(stack).acknowledge({ id: 'tavro::msk-deletion', reason: 'a trial' });
    expect(() => app.synth()).toThrow(/tavro::msk-kafka-version/);
  });
});
