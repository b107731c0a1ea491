/** Functions, aliases and versions as targets: what is called, and what it is told. */
import { describe, expect, it } from '@jest/globals';
import { Duration } from 'aws-cdk-lib';
import { Annotations, Match } from 'aws-cdk-lib/assertions';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { BATCH_RESPONSES_VARIABLE } from '../../consumer/failure-policy.js';
import { refusal } from './refusal.js';
import { Bench, MAPPING } from './subscribed.js';

const FUNCTION = 'AWS::Lambda::Function';
const VERSION = 'AWS::Lambda::Version';
const told = (value: 'on' | 'off') => ({
  Environment: { Variables: { [BATCH_RESPONSES_VARIABLE]: value } },
});
const alias = (stack: Bench, version: lambda.IVersion = stack.target.currentVersion) =>
  new lambda.Alias(stack, 'Live', { aliasName: 'live', version });
const FIXED = Match.stringLikeRegexp('tavro:environmentFixed');

describe('an alias', () => {
  it('is what the mapping calls, and its function is told', () => {
    const stack = new Bench();
    const live = alias(stack);
    stack.subscribe({ target: live, onFailure: 'report' });
    const template = stack.template();
    expect(JSON.stringify(template.findResources(MAPPING))).toMatch(/"Ref":"Live[^"]*".*:live/);
    template.hasResourceProperties(FUNCTION, told('on'));
    expect(JSON.stringify(template.findResources('AWS::IAM::Policy'))).toContain('kms:Decrypt');
    Annotations.fromStack(stack).hasNoWarning('*', FIXED);
  });

  it('of currentVersion is published anew with what the function is told, whenever it was made', () => {
    const published = (onFailure: 'fail' | 'report') => {
      const stack = new Bench();
      stack.subscribe({ target: alias(stack), onFailure });
      return Object.keys(stack.template().findResources(VERSION));
    };
    expect(published('fail')).toHaveLength(1);
    expect(published('fail')).toEqual(published('fail'));
    expect(published('report')).not.toEqual(published('fail'));
  });

  it('of a version that keeps its environment is warned of', () => {
    const stack = new Bench();
    const version = new lambda.Version(stack, 'V1', { lambda: stack.target });
    stack.subscribe({ target: alias(stack, version) });
    Annotations.fromStack(stack).hasWarning('/Bench/Clicks', FIXED);
  });

  it('and its function agree on whether answers are read', () => {
    const stack = new Bench();
    stack.subscribe({ target: alias(stack), onFailure: 'report' }, 'Live1');
    stack.subscribe({ onFailure: { handler: 'report', decode: 'skip' } }, 'Latest');
    const error = refusal(() => stack.subscribe({ target: stack.target.currentVersion }, 'Third'));
    expect(error.code).toBe('POLLER_MODE');
    expect(error.message).toMatch(/the same onFailure, or a function each/);
  });

  it('has the limits of its function', () => {
    const stack = new Bench();
    const slow = stack.handler('Slow', { timeout: Duration.minutes(15) });
    expect(refusal(() => stack.subscribe({ target: alias(stack, slow.currentVersion) })).code).toBe(
      'TIMEOUT',
    );
  });
});

it('a version is called as such', () => {
  const stack = new Bench();
  stack.subscribe({ target: stack.target.currentVersion });
  const { FunctionName } =
    Object.values(stack.template().findResources(MAPPING))[0]?.Properties ?? {};
  expect(JSON.stringify(FunctionName)).toMatch(/HandlerCurrentVersion/);
});
