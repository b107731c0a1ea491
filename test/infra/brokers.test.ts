import { describe, expect, it } from '@jest/globals';
import { CfnParameter, Stack } from 'aws-cdk-lib';
import { refuseBroker } from '../../infra/cluster/brokers.js';
import {
  brokerChoice,
  InfraError,
  KNOWN_INSTANCE_TYPES,
  KNOWN_KAFKA_VERSIONS,
} from '../../infra/index.js';
import { quickApp } from './sample-stack.js';

function refused(kafkaVersion?: string, instanceType?: string): string {
  try {
    brokerChoice(kafkaVersion, instanceType);
  } catch (error) {
    if (error instanceof InfraError && error.code === 'BROKER') return error.message;
    throw error;
  }
  return '';
}

describe('brokerChoice', () => {
  it.each<[version: string | undefined, type: string | undefined]>([
    [undefined, undefined],
    ['3.8.x', undefined],
    [undefined, 'kafka.m5.24xlarge'],
    ['4.2.x.kraft', 'kafka.m7g.16xlarge'],
    ['3.9.x', 'kafka.t3.small'],
  ])('takes %s on %s', (kafkaVersion, instanceType) => {
    expect(brokerChoice(kafkaVersion, instanceType)).toEqual({ kafkaVersion, instanceType });
  });

  it.each<[version: string | undefined, type: string | undefined, why: RegExp]>([
    [undefined, 'kafka.t3.small', /t3\.small cannot run KRaft; use kafka\.m7g\.large/],
    ['3.9.x.kraft', 'kafka.t3.small', /t3\.small cannot run KRaft/],
    ['4.1.x', undefined, /exists only with KRaft; write 4\.1\.x\.kraft/],
    ['3.5.1', undefined, /makes no new clusters of Kafka 3\.5\.1; .* such as 3\.9\.x\.kraft/],
    ['2.8.2.tiered', undefined, /makes no new clusters/],
    [
      '9.9.9.kraft',
      undefined,
      /MSK has no Kafka 9\.9\.9\.kraft.* one of 3\.6\.0, .*unlistedBroker/,
    ],
    ['3.8', undefined, /'3\.8' is not a Kafka version of MSK/],
    ['latest', undefined, /'latest' is not a Kafka version/],
    ['', undefined, /'' is not a Kafka version/],
    [undefined, 'kafka.t9.small', /no brokers of type kafka\.t9\.small.*kafka\.t3\.small/],
    [undefined, 'm7g.large', /'m7g\.large' is neither a standard broker nor an Express one/],
    [undefined, '', /'' is neither/],
    [undefined, 'express.m7g.large', /is not a standard broker; .* or an ExpressCluster/],
  ])('refuses %s on %s', (kafkaVersion, instanceType, why) => {
    expect(refused(kafkaVersion, instanceType)).toMatch(why);
  });

  it('does not judge what only the deployment knows', () => {
    const stack = new Stack(quickApp(), 'S');
    const token = new CfnParameter(stack, 'P').valueAsString;
    expect(refused(token, 'kafka.t3.small')).toBe('');
    expect(refused('3.9.x.kraft', token)).toBe('');
    expect(refused(token, 'kafka.t9.small')).toMatch(/t9/);
    expect(refused('3.5.1', token)).toMatch(/3\.5\.1/);
  });
});

describe('refuseBroker', () => {
  it('takes what AWS has added since where one says so, but for what surely fails', () => {
    expect(refuseBroker('4.3.x.kraft', 'kafka.m8g.large', true)).toBeUndefined();
    expect(refuseBroker('4.3.x.kraft', 'kafka.m8g.large')).toMatch(/4\.3\.x\.kraft/);
    expect(refuseBroker('4.3.x', 'kafka.m8g.large', true)).toMatch(/only with KRaft/);
    expect(refuseBroker('4.3.x.kraft', 'kafka.t3.small', true)).toMatch(/cannot run KRaft/);
  });

  it.each(['3.6.0', '3.8.x', '3.9.x.kraft', '4.2.x.kraft'])('takes Express with %s', (version) => {
    expect(refuseBroker(version, 'express.m7g.large')).toBeUndefined();
  });

  it.each(['3.7.x', '4.0.x.kraft', '4.1.x.kraft'])('refuses Express with %s', (version) => {
    expect(refuseBroker(version, 'express.m7g.large')).toMatch(/Express brokers do not run/);
  });
});

it('lists each version and type once', () => {
  for (const list of [KNOWN_KAFKA_VERSIONS, KNOWN_INSTANCE_TYPES]) {
    expect(new Set(list).size).toBe(list.length);
  }
});
