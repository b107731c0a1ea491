import { Annotations } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import {
  type FailureKind,
  type FailurePolicyName,
  failurePolicies,
} from '../../consumer/failure-policy.js';
import { InfraError } from '../errors.js';
import { given } from '../given.js';

/** One failure policy for all that can fail, by name, or one for each kind of failure. */
export type FailurePolicies = FailurePolicyName | Partial<Record<FailureKind, FailurePolicyName>>;

/** The name of a policy that needs provisioned pollers. */
type Provisioning = {
  [Name in FailurePolicyName]: (typeof failurePolicies)[Name]['needs']['provisionedMode'] extends true
    ? Name
    : never;
}[FailurePolicyName];

/** Those {@link FailurePolicies} for which pollers are provisioned without being asked for. */
export type ProvisioningPolicies =
  | Provisioning
  | { [Kind in FailureKind]: { readonly [Only in Kind]: Provisioning } }[FailureKind];

/** What the handler's policies need of the mapping, taken together. */
export function needsOf(onFailure: FailurePolicies = 'fail'): {
  readonly reportBatchItemFailures: boolean;
  readonly provisionedMode: boolean;
} {
  const names = typeof onFailure === 'string' ? [onFailure] : Object.values(given(onFailure));
  const rows = names.map((name) => failurePolicies[name].needs);
  return {
    reportBatchItemFailures: rows.some((needs) => needs.reportBatchItemFailures),
    provisionedMode: rows.some((needs) => needs.provisionedMode),
  };
}

/** @throws InfraError `UNKNOWN` for the name of no policy, where the compiler did not look */
export function refusePolicies(onFailure: FailurePolicies, construct: string): void {
  const names = typeof onFailure === 'string' ? [onFailure] : Object.values(given(onFailure));
  const unknown = names.find((name) => !Object.hasOwn(failurePolicies, name));
  if (unknown === undefined) return;
  const known = Object.keys(failurePolicies).join(', ');
  throw new InfraError(
    'UNKNOWN',
    `onFailure is '${unknown}', no failure policy; give one of ${known}`,
    construct,
  );
}

/** As `createHandler` does: waiting helps a handler's failure at times, and bytes that do not decode never. */
export function warnOfHeldPartitions(scope: Construct, onFailure: FailurePolicies = 'fail'): void {
  const decode = typeof onFailure === 'string' ? onFailure : onFailure.decode;
  if (decode !== 'report') return;
  Annotations.of(scope).addWarningV2(
    'tavro:decodeReported',
    'onFailure reports records that do not decode: each holds its partition until the mapping gives up, and with a ' +
      "destination the good records behind it go there unhandled. Say { decode: 'dead-letter', handler: 'report' } " +
      "here, and give the handler { decode: deadLetterQueue(…), handler: 'report' }.",
  );
}
