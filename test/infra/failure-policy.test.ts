import { describe, expect, it } from '@jest/globals';
import { Annotations, Match } from 'aws-cdk-lib/assertions';
import {
  BATCH_RESPONSES_VARIABLE,
  type FailureKind,
  type FailurePolicyName,
  failurePolicies,
} from '../../consumer/failure-policy.js';
import type { ConsumerDefinition } from '../../infra/index.js';
import { sampleStack, sampleTemplate, userClicks } from './sample-stack.js';

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

  it('is refused by name where the compiler did not look', () => {
    // Safe: it is what untyped code would give.
    const onFailure = { decode: 'ignore' } as unknown as FailurePolicyName;
    expect(() => sampleStack({ consumers: { UserClicks: userClicks({ onFailure }) } })).toThrow(
      "Clicks/UserClicksSubscription: onFailure is 'ignore', no failure policy; give one of fail, report, dead-letter, skip",
    );
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
