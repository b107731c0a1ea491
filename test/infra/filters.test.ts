/** A Schema Registry of the mapping, and filters on the fields that it reads. */
import { describe, expect, it } from '@jest/globals';
import { Stack } from 'aws-cdk-lib';
import { Match } from 'aws-cdk-lib/assertions';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { ConfluentSchemaRegistry, SqsDlq } from 'aws-cdk-lib/aws-lambda-event-sources';
import type { ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { eventFilter, type InfraErrorCode, SchemaRegistry } from '../../infra/index.js';
import { refusal } from './refusal.js';
import { Bench, MAPPING } from './subscribed.js';

interface Click {
  readonly url: string;
  readonly page: { readonly depth: number | null };
}

const pollers = { minimumPollers: 1 };
const url = 'https://registry.example.com';
const onUrl = eventFilter<Click>({ value: { url: lambda.FilterRule.beginsWith('/shop') } });
const onKey = eventFilter<Click, { readonly user: string }>({ key: { user: ['a', 'b'] } });

type Props = NonNullable<Parameters<Bench['subscribe']>[0]>;

/** A subscription with all that a registry asks for. */
function subscribe(props: (registry: SchemaRegistry) => Props, credentials?: false) {
  const stack = new Bench();
  const registry = new SchemaRegistry(stack, 'Registry', { url, credentials });
  const destination = new SqsDlq(new sqs.Queue(stack, 'Failed'));
  stack.subscribe({ pollers, destination, ...props(registry) });
  return stack.template();
}

const configOf = (validated: readonly string[]) => ({
  AmazonManagedKafkaEventSourceConfig: {
    ConsumerGroupId: Match.anyValue(),
    SchemaRegistryConfig: {
      SchemaRegistryURI: url,
      EventRecordFormat: 'SOURCE',
      AccessConfigs: [{ Type: 'BASIC_AUTH', URI: { Ref: Match.stringLikeRegexp('^Registry') } }],
      SchemaValidationConfigs: validated.map((Attribute) => ({ Attribute })),
    },
  },
});

it('reads values as the registry says, and its function may read the secret', () => {
  const template = subscribe((registry) => ({ schemaRegistry: { registry } }));
  template.hasResourceProperties(MAPPING, configOf(['VALUE']));
  expect(JSON.stringify(template.findResources('AWS::IAM::Policy'))).toMatch(
    /secretsmanager:GetSecretValue[^}]*\{"Ref":"RegistryCredentials/,
  );
});

it('filters by fields of keys and values', () => {
  const template = subscribe((registry) => ({
    schemaRegistry: { registry, validates: ['key', 'value'] },
    filters: [onUrl, onKey, eventFilter<Click>({ value: { page: { depth: [null] } } })],
  }));
  template.hasResourceProperties(MAPPING, {
    ...configOf(['KEY', 'VALUE']),
    FilterCriteria: {
      Filters: [
        { Pattern: '{"value":{"url":[{"prefix":"/shop"}]}}' },
        { Pattern: '{"key":{"user":["a","b"]}}' },
        { Pattern: '{"value":{"page":{"depth":[null]}}}' },
      ],
    },
  });
});

it('shows no credentials to a registry that asks for none', () => {
  const template = subscribe((registry) => ({ schemaRegistry: { registry } }), false);
  template.hasResourceProperties(MAPPING, {
    AmazonManagedKafkaEventSourceConfig: {
      SchemaRegistryConfig: { SchemaRegistryURI: url, AccessConfigs: Match.absent() },
    },
  });
});

it('takes a registry of aws-cdk-lib as it is', () => {
  const template = subscribe(({ credentials: secret }) => ({
    schemaRegistry: new ConfluentSchemaRegistry({
      schemaRegistryUri: url,
      // Safe: the registry here was given some.
      secret: secret as ISecret,
      eventRecordFormat: lambda.EventRecordFormat.JSON,
      authenticationType: lambda.KafkaSchemaRegistryAccessConfigType.BASIC_AUTH,
      schemaValidationConfigs: [{ attribute: lambda.KafkaSchemaValidationAttribute.VALUE }],
    }),
    filters: [onUrl],
  }));
  template.hasResourceProperties(MAPPING, {
    AmazonManagedKafkaEventSourceConfig: { SchemaRegistryConfig: { EventRecordFormat: 'JSON' } },
  });
});

describe('is refused', () => {
  it.each<[string, (registry: SchemaRegistry) => Props, InfraErrorCode, RegExp]>([
    ['a filter without a registry', () => ({ filters: [onUrl] }), 'FILTER', /only with schemaReg/],
    [
      'a filter on what is not read',
      (registry) => ({ schemaRegistry: { registry }, filters: [onUrl, onKey] }),
      'FILTER',
      /looks at the key; add 'key' to validates/,
    ],
    [
      'a filter without rules',
      (registry) => ({ schemaRegistry: { registry }, filters: [eventFilter<Click>({})] }),
      'FILTER',
      /no rules/,
    ],
    [
      'a registry that drops what it cannot read',
      (registry) => ({ schemaRegistry: { registry }, destination: undefined }),
      'DEAD_LETTER',
      /without a trace, before the function sees it/,
    ],
    [
      'a registry of several addresses',
      (registry) => ({
        schemaRegistry: {
          registry: new SchemaRegistry(Stack.of(registry), 'Two', { url: `${url},${url}` }),
        },
      }),
      'REGISTRY_URL',
      /Lambda asks one/,
    ],
    [
      'a registry that goes by files of a function',
      (registry) => ({
        schemaRegistry: {
          registry: new SchemaRegistry(Stack.of(registry), 'Private', {
            url,
            tls: { ca: '/opt/ca.pem' },
          }),
        },
      }),
      'REGISTRY_URL',
      /which Lambda does not see; give the library's ConfluentSchemaRegistry/,
    ],
    [
      'a registry of on-demand pollers',
      (registry) => ({ schemaRegistry: { registry }, pollers: undefined }),
      'POLLER_MODE',
      /takes schemaRegistry for Kafka only/,
    ],
  ])('%s', (_name, props, code, message) => {
    const error = refusal(() => subscribe(props));
    expect(error.code).toBe(code);
    expect(error.message).toMatch(message);
  });
});
