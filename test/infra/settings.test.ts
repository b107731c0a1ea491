import { describe, expect, it } from '@jest/globals';
import { InfraError, pipelineSettings, settings } from '../../infra/index.js';
import { quickApp } from './sample-stack.js';

type Values = Readonly<Record<string, string>>;

function read(context: Values, environment: Values = {}): ReturnType<typeof pipelineSettings> {
  return pipelineSettings(quickApp(context), environment);
}

describe('settings of the app', () => {
  it('leave everything open by default', () => {
    expect(read({})).toEqual({ stackName: 'TavroPipeline', disposable: false });
  });

  it('come from context', () => {
    expect(
      read({
        stackName: 'Clicks-test',
        account: '111122223333',
        region: 'eu-west-1',
        availabilityZones: 'eu-west-1a, eu-west-1b',
        schemaRegistryUrl: 'https://registry.example.com',
        egress: 'endpoints',
        kafkaVersion: '3.8.x',
        instanceType: 'kafka.t3.small',
        disposable: 'true',
      }),
    ).toEqual({
      stackName: 'Clicks-test',
      env: { account: '111122223333', region: 'eu-west-1' },
      availabilityZones: ['eu-west-1a', 'eu-west-1b'],
      schemaRegistryUrl: 'https://registry.example.com',
      egress: 'endpoints',
      kafkaVersion: '3.8.x',
      instanceType: 'kafka.t3.small',
      disposable: true,
    });
  });

  it('come from the environment, and context wins', () => {
    const environment = { SCHEMA_REGISTRY_URL: 'https://a', TAVRO_STACK_NAME: 'FromEnvironment' };
    expect(read({}, environment)).toMatchObject({
      schemaRegistryUrl: 'https://a',
      stackName: 'FromEnvironment',
    });
    expect(read({ schemaRegistryUrl: 'https://b' }, environment).schemaRegistryUrl).toBe(
      'https://b',
    );
  });

  it.each<[Values, RegExp]>([
    [{ stackName: '9' }, /^stackName: '9' does not match/],
    [{ account: '1', region: 'eu-west-1' }, /^account: '1' does not match/],
    [{ account: '111122223333' }, /^region: account and region go together/],
    [{ region: 'eu-west-1' }, /^account: account and region go together/],
    [{ egress: 'vpn' }, /^egress: 'vpn' is none of nat, endpoints, none/],
    [{ disposable: 'yes' }, /^disposable: 'yes' is neither true nor false/],
    [
      { schemaRegistrySecretArn: 'arn:aws:secretsmanager:eu-west-1:111122223333:secret:name' },
      /^schemaRegistrySecretArn: .* does not match/,
    ],
  ])('refuse %j', (context, message) => {
    const attempt = (): unknown => read(context);
    expect(attempt).toThrow(InfraError);
    expect(attempt).toThrow(message);
    expect(attempt).toThrow(/Set it with -c \w+=… or [A-Z_]+; without it: /);
  });

  it('have a name in context that is their own', () => {
    for (const [name, { context }] of Object.entries(settings)) expect(context).toBe(name);
  });
});
