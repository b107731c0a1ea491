/** The variants of the sample: each synthesizes, and nothing is found of it. */
import { describe, expect, it } from '@jest/globals';
import { type App, Stack, Validations } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import { AwsSolutionsChecks } from 'cdk-nag';
import { pipelineSettings, TemplateChecks } from '../../infra/index.js';
import { variants } from '../../infra/variants/index.js';
import { quickApp } from './sample-stack.js';

const NAMES = [...variants.keys()];

/** What cdk-nag finds: rule, and end of the construct's path, and why it stays. */
const ACCEPTED: readonly (readonly [rule: string, path: string, why: string])[] = [
  [
    'AwsSolutions-VPC7',
    '/Network/Vpc/Resource',
    'Flow logs are billed by volume, and brokers are all that talks here; switch them on per VPC.',
  ],
  [
    'AwsSolutions-SMG4',
    '/Users/producer/Resource',
    'MSK has no rotation function; put-secret-value changes the password and MSK follows.',
  ],
  ['AwsSolutions-SMG4', '/Users/consumer/Resource', 'As the other user.'],
  [
    'AwsSolutions-SMG4',
    '/SchemaRegistry/Credentials/Resource',
    'The API key belongs to a registry outside AWS; the handler reads the secret again on 401.',
  ],
  [
    'AwsSolutions-SMG4',
    '/ApiKey/Resource',
    'The API key belongs to brokers outside AWS, who make the next one.',
  ],
  [
    'AwsSolutions-IAM5[Resource::*]',
    '/UserClicksRole/DefaultPolicy/Resource',
    "The pollers' network interfaces: these actions of EC2 take no narrower resource.",
  ],
];

function synthesized(name: string): App {
  const app = quickApp();
  Validations.of(app).addPlugins(new TemplateChecks());
  variants.get(name)?.(app, pipelineSettings(app, {}));
  app.synth();
  return app;
}

function stacksOf(app: App): readonly Stack[] {
  return app.node.children.filter(Stack.isStack);
}

const templatesOf = (app: App): string =>
  JSON.stringify(stacksOf(app).map((stack) => Template.fromStack(stack).toJSON()));

describe.each(NAMES)('%s', (name) => {
  const app = synthesized(name);

  it('has a mapping for the topic, and a function', () => {
    const templates = stacksOf(app).map((stack) => Template.fromStack(stack));
    const mappings = templates.flatMap((template) =>
      Object.values(template.findResources('AWS::Lambda::EventSourceMapping')),
    );
    expect(mappings.map(({ Properties }) => Properties.Topics)).toEqual([['user-clicks-avro']]);
  });

  it('warns of nothing', () => {
    const found = stacksOf(app).flatMap((stack) => {
      const annotations = Annotations.fromStack(stack);
      return [
        ...annotations.findWarning('*', Match.anyValue()),
        ...annotations.findError('*', Match.anyValue()),
      ];
    });
    expect(found.map(({ entry }) => entry.data)).toEqual([]);
  });

  it('asks the account for nothing', () => {
    expect(app.synth().manifest.missing).toBeUndefined();
  });

  it('gives the same templates from one synthesis to the next', () => {
    expect(templatesOf(synthesized(name))).toBe(templatesOf(app));
  });

  it('has no finding of cdk-nag but those that are accepted', () => {
    const found = findings(app).filter(
      ([rule, path]) => !ACCEPTED.some(([id, end]) => id === rule && path.endsWith(end)),
    );
    expect(found).toEqual([]);
  });
});

function findings(app: App): readonly (readonly [rule: string, path: string])[] {
  return stacksOf(app).flatMap((stack) =>
    new AwsSolutionsChecks(stack)
      .validateScope(stack)
      .violations.flatMap(({ ruleName, violatingResources }) =>
        violatingResources.map(({ constructPath }) => [ruleName, constructPath ?? ''] as const),
      ),
  );
}

it('accepts nothing that is not found', () => {
  const found = NAMES.flatMap((name) => findings(synthesized(name)));
  const unused = ACCEPTED.filter(
    ([id, end]) => !found.some(([rule, path]) => id === rule && path.endsWith(end)),
  );
  expect(unused).toEqual([]);
});
