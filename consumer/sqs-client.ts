import { type AwsClientOf, awsClient } from './aws-client.js';

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

/** The part that they are read back with. */
export interface SqsReader {
  receiveMessage(request: {
    readonly QueueUrl: string;
    readonly MaxNumberOfMessages: number;
    readonly VisibilityTimeout: number;
    readonly WaitTimeSeconds: number;
  }): Promise<{ readonly Messages?: readonly ReceivedMessage[] | undefined }>;
  deleteMessage(request: MessageHandle): Promise<unknown>;
  changeMessageVisibility(
    request: MessageHandle & { readonly VisibilityTimeout: number },
  ): Promise<unknown>;
}

export interface ReceivedMessage {
  readonly MessageId?: string | undefined;
  readonly ReceiptHandle?: string | undefined;
  readonly Body?: string | undefined;
}

export interface MessageHandle {
  readonly QueueUrl: string;
  readonly ReceiptHandle: string | undefined;
}

/** Put together, so that no bundler takes it for a module to bundle: Lambda's own runtime has it. */
const SDK = ['@aws-sdk', 'client-sqs'].join('/');

/** The part of the SDK that is used; its own types would be asked of all who compile. */
interface Sdk {
  readonly SQS: new (configuration: { readonly region?: string }) => SqsClient & SqsReader;
}

function importSdk(): Promise<typeof import('@aws-sdk/client-sqs')> {
  return import(/* webpackIgnore: true */ /* @vite-ignore */ SDK);
}

export interface SqsClientOptions extends Partial<Pick<AwsClientOf, 'wantedBy'>> {
  /** @default the SDK's own, of the environment */
  readonly region?: string | undefined;
  readonly load?: () => Promise<Sdk>;
}

/** A client of the AWS SDK, which is loaded only then. @throws ConsumerError `CONFIG` where there is none */
export async function awsSqsClient(options: SqsClientOptions = {}): Promise<SqsClient & SqsReader> {
  const { region, load = importSdk, wantedBy = 'deadLetterQueue' } = options;
  return awsClient({ sdk: SDK, wantedBy }, async () => {
    const { SQS } = await load();
    return new SQS(region === undefined ? {} : { region });
  });
}
