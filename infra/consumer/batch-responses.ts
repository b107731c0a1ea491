import { Annotations } from 'aws-cdk-lib';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import { BATCH_RESPONSES_VARIABLE } from '../../consumer/failure-policy.js';
import { InfraError } from '../errors.js';
import { calledFunction } from './called-function.js';
import type { SubscriptionTarget } from './subscription-props.js';

/** Whether mappings read the answers of a function, as its first subscription has it. */
const answersRead = new WeakMap<lambda.IFunction, boolean>();

/**
 * Tells the function whether anybody reads its batch responses. There is one environment for all of its
 * subscriptions, those of its aliases included.
 *
 * @throws InfraError `POLLER_MODE` where they do not agree
 */
export function tellBatchResponses(
  scope: Construct,
  target: SubscriptionTarget,
  batchResponses: boolean,
): void {
  const handler = calledFunction(target);
  const before = answersRead.get(handler);
  if (before !== undefined && before !== batchResponses) {
    throw new InfraError(
      'POLLER_MODE',
      'the function has another subscription, and only one of the two reads batch responses; give both the same onFailure, or a function each',
      scope.node.path,
    );
  }
  answersRead.set(handler, batchResponses);
  const value = batchResponses ? 'on' : 'off';
  if (handler instanceof lambda.Function) handler.addEnvironment(BATCH_RESPONSES_VARIABLE, value);
  if (handler instanceof lambda.Function && isFollowed(target)) return;
  Annotations.of(scope).addWarningV2(
    'tavro:environmentFixed',
    `The target keeps the environment that it was published with: publish it anew where ${BATCH_RESPONSES_VARIABLE} is not '${value}' there. ` +
      "A function's currentVersion, and aliases of it, follow by themselves.",
  );
}

/** Is it published anew when the function's environment changes, or not published at all? */
function isFollowed(target: SubscriptionTarget): boolean {
  const version = target instanceof lambda.Alias ? target.version : target;
  return !(version instanceof lambda.Version)
    ? version instanceof lambda.Function
    : version.node.scope === version.lambda && version.node.id === 'CurrentVersion';
}
