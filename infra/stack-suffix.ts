import { Aws, Fn } from 'aws-cdk-lib';

/**
 * Eight hexadecimal digits of the stack's id. A name that ends in them is free again after the
 * stack was deleted and deployed anew, although MSK may have retained the old cluster and Secrets
 * Manager keeps deleted names for up to 30 days.
 */
export function stackSuffix(): string {
  const uuid = Fn.select(2, Fn.split('/', Aws.STACK_ID));
  return Fn.select(0, Fn.split('-', uuid));
}
