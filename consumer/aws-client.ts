import { isMissing } from '../runtime/missing-package.js';
import { ConsumerError } from './errors.js';

/** Whose package it is, for the error that it is missing. */
export interface AwsClientOf {
  /** Such as `@aws-sdk/client-sqs`. */
  readonly sdk: string;
  /** What needs it, such as `deadLetterQueue`. */
  readonly wantedBy: string;
}

/** A client of the AWS SDK, whose package `make` loads. @throws ConsumerError `CONFIG` where it is missing */
export async function awsClient<Client>(
  { sdk, wantedBy }: AwsClientOf,
  make: () => Promise<Client>,
): Promise<Client> {
  try {
    return await make();
  } catch (error) {
    if (!isMissing(error, sdk)) throw error;
    throw new ConsumerError(
      'CONFIG',
      `${wantedBy}: the package ${sdk} is missing. Lambda's Node.js runtime has it; elsewhere run ` +
        `\`npm i ${sdk}\`, or give a client.`,
      { cause: error },
    );
  }
}
