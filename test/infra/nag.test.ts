import { expect, it } from '@jest/globals';
import { AwsSolutionsChecks } from 'cdk-nag';
import { type FailurePolicyName, failurePolicies } from '../../consumer/failure-policy.js';
import type { Egress } from '../../infra/index.js';
import { sampleStack, userClicks } from './sample-stack.js';

/** What cdk-nag finds in the sample pipeline, and why it stays. A finding beyond these fails. */
const ACCEPTED: Readonly<Record<string, string>> = {
  'AwsSolutions-VPC7 Clicks/Network/Vpc/Resource':
    'Flow logs are billed by volume, and brokers are all that talks here; switch them on per VPC.',
  'AwsSolutions-SMG4 Clicks/Users/producer/Resource':
    'MSK has no rotation function; put-secret-value changes the password and MSK follows.',
  'AwsSolutions-SMG4 Clicks/Users/consumer/Resource':
    'MSK has no rotation function; put-secret-value changes the password and MSK follows.',
  'AwsSolutions-SMG4 Clicks/SchemaRegistry/Credentials/Resource':
    'The API key belongs to a registry outside AWS; the handler reads the secret again on 401.',
  'AwsSolutions-IAM5[Resource::*] Clicks/UserClicksRole/DefaultPolicy/Resource':
    'What AWS documents for pollers: actions on network interfaces take no narrower resource.',
};

const EGRESS: readonly Egress[] = ['nat', 'endpoints'];
// Safe: the keys of a frozen table are its names.
const POLICIES = Object.keys(failurePolicies) as FailurePolicyName[];
const VARIANTS = EGRESS.flatMap((egress) => POLICIES.map((policy) => [egress, policy] as const));

it.each(VARIANTS)('finds only what is accepted, with %s and %s', (egress, onFailure) => {
  const stack = sampleStack({ egress, consumers: { UserClicks: userClicks({ onFailure }) } });
  const { violations } = new AwsSolutionsChecks(stack).validateScope(stack);
  const found = violations.flatMap(({ ruleName, violatingResources }) =>
    violatingResources.map(({ constructPath }) => `${ruleName} ${constructPath}`),
  );
  expect(found.sort()).toEqual(Object.keys(ACCEPTED).sort());
});
