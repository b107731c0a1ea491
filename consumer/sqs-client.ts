import { isMissing } from '../runtime/missing-package.js';
import { ConsumerError } from './errors.js';

/** What SQS is told to send. */
export interface SqsMessage {
  readonly QueueUrl: string;
  readonly MessageBody: string;
  readonly MessageAttributes: Record<
    string,
    { readonly DataType: 'String'; readonly StringValue: string }
  >;
  readonly MessageGroupId?: string;
  readonly MessageDeduplicationId?: string;
}

/** The part of `SQS` of `@aws-sdk/client-sqs` that dead letters are sent with. */
export interface SqsClient {
  sendMessage(message: SqsMessage): Promise<unknown>;
}

/** Put together, so that no bundler takes it for a module to bundle: Lambda's own runtime has it. */
const SDK = ['@aws-sdk', 'client-sqs'].join('/');

/** The part of the SDK that is used; its own types would be asked of all who compile. */
interface Sdk {
  readonly SQS: new (configuration: object) => SqsClient;
}

function importSdk(): Promise<typeof import('@aws-sdk/client-sqs')> {
  return import(/* webpackIgnore: true */ /* @vite-ignore */ SDK);
}

/** A client of the AWS SDK, which is loaded only then. @throws ConsumerError `CONFIG` where there is none */
export async function awsSqsClient(load: () => Promise<Sdk> = importSdk): Promise<SqsClient> {
  try {
    const { SQS } = await load();
    return new SQS({});
  } catch (error) {
    if (!isMissing(error, SDK)) throw error;
    throw new ConsumerError(
      'CONFIG',
      `deadLetterQueue: the package ${SDK} is missing. Lambda's Node.js runtime has it; elsewhere run ` +
        `\`npm i ${SDK}\`, or give a client.`,
      { cause: error },
    );
  }
}
