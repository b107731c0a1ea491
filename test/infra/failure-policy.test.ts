import { describe, expect, it } from '@jest/globals';
import { Stack } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import { KafkaDlq } from 'aws-cdk-lib/aws-lambda-event-sources';
import * as s3 from 'aws-cdk-lib/aws-s3';
import {
  BATCH_RESPONSES_VARIABLE,
  type FailureKind,
  type FailurePolicyName,
  failurePolicies,
} from '../../consumer/failure-policy.js';
import { BucketDestination, type ConsumerDefinition } from '../../infra/index.js';
import { quickApp, sampleStack, sampleTemplate, userClicks } from './sample-stack.js';

const MAPPING = 'AWS::Lambda::EventSourceMapping';
// Safe: the keys of a frozen table are its names.
const names = Object.keys(failurePolicies) as FailurePolicyName[];

describe('the mapping has what the consumer policy needs', () => {
  it.each(names)('%s', (onFailure) => {
    const { needs } = failurePolicies[onFailure];
    const template = sampleTemplate({ consumers: { UserClicks: userClicks({ onFailure }) } });

    template.hasResourceProperties(MAPPING, {
      FunctionResponseTypes: needs.reportBatchItemFailures
        ? ['ReportBatchItemFailures']
        : Match.absent(),
      ProvisionedPollerConfig: needs.provisionedMode
        ? { MinimumPollers: 1, MaximumPollers: 10 }
        : Match.absent(),
    });
    template.hasResourceProperties('AWS::Lambda::Function', {
      Environment: {
        Variables: { [BATCH_RESPONSES_VARIABLE]: needs.reportBatchItemFailures ? 'on' : 'off' },
      },
    });
  });

  it.each<{ readonly onFailure: Partial<Record<FailureKind, FailurePolicyName>> }>([
    { onFailure: { decode: 'skip', handler: 'report' } },
    { onFailure: { decode: 'report', unknownType: 'skip' } },
    { onFailure: { unknownType: 'report' } },
  ])('takes what any kind of failure needs: $onFailure', ({ onFailure }) => {
    const template = sampleTemplate({ consumers: { UserClicks: userClicks({ onFailure }) } });
    template.hasResourceProperties(MAPPING, {
      FunctionResponseTypes: ['ReportBatchItemFailures'],
      ProvisionedPollerConfig: Match.anyValue(),
    });
  });

  it.each<{ readonly onFailure: ConsumerDefinition['onFailure']; readonly warns: boolean }>([
    { onFailure: 'report', warns: true },
    { onFailure: { decode: 'report' }, warns: true },
    { onFailure: { decode: 'dead-letter', handler: 'report' }, warns: false },
    { onFailure: 'fail', warns: false },
    { onFailure: undefined, warns: false },
  ])('warns where records that do not decode are reported: $onFailure', ({ onFailure, warns }) => {
    const stack = sampleStack({ consumers: { UserClicks: userClicks({ onFailure }) } });
    const held = Annotations.fromStack(stack).findWarning(
      '/Clicks/UserClicksSubscription',
      Match.stringLikeRegexp('holds its partition.*tavro:decodeReported'),
    );
    expect(held).toHaveLength(warns ? 1 : 0);
  });

  it('retries without end where nothing else is said', () => {
    sampleTemplate().hasResourceProperties(MAPPING, {
      MaximumRetryAttempts: Match.absent(),
      MaximumRecordAgeInSeconds: Match.absent(),
      DestinationConfig: Match.absent(),
    });
  });
});

describe('destinations', () => {
  const pollers = { minimumPollers: 1, maximumPollers: 2 };

  it('says that retries end where Lambda would end them silently', () => {
    const template = sampleTemplate({
      consumers: {
        UserClicks: userClicks({ pollers, destination: new KafkaDlq('user-clicks-failed') }),
      },
    });
    template.hasResourceProperties(MAPPING, {
      MaximumRetryAttempts: 10,
      DestinationConfig: { OnFailure: { Destination: 'kafka://user-clicks-failed' } },
    });
  });

  it('lets the function put failed batches into a bucket, and not read or delete there', () => {
    const app = quickApp();
    const bucket = new s3.Bucket(new Stack(app, 'Store'), 'Failed');
    const destination = new BucketDestination(bucket);
    const consumers = { UserClicks: userClicks({ pollers, destination }) };
    const template = Template.fromStack(sampleStack({ consumers }, app));
    const statements = JSON.stringify(template.findResources('AWS::IAM::Policy'));
    expect(statements).toContain('s3:PutObject');
    expect(statements).toContain('s3:ListBucket');
    expect(statements).not.toMatch(/s3:(Get|Delete)/);
  });
});
