import * as lambda from 'aws-cdk-lib/aws-lambda';

/** The function itself, of which an alias or a version is called. */
export function calledFunction(target: lambda.IFunction): lambda.IFunction {
  return target instanceof lambda.Alias || target instanceof lambda.Version
    ? target.lambda
    : target;
}
