import { type AwsClientOf, awsClient } from './aws-client.js';

/** What S3 is told to keep. */
export interface S3Object {
  readonly Bucket: string;
  readonly Key: string;
  readonly Body: string;
  readonly ContentType: string;
  readonly Metadata: Record<string, string>;
}

/** The part of `S3` of `@aws-sdk/client-s3` that dead letters are written with. */
export interface S3Client {
  putObject(object: S3Object): Promise<unknown>;
}

/** The part that they are read back with. */
export interface S3Reader {
  listObjectsV2(request: {
    readonly Bucket: string;
    readonly Prefix: string;
    readonly ContinuationToken?: string;
  }): Promise<ObjectList>;
  getObject(request: ObjectPlace): Promise<{ readonly Body?: ObjectBody | undefined }>;
  deleteObject(request: ObjectPlace): Promise<unknown>;
}

export interface ObjectList {
  readonly Contents?:
    | readonly { readonly Key?: string | undefined; readonly Size?: number | undefined }[]
    | undefined;
  /** Absent on the last page. */
  readonly NextContinuationToken?: string | undefined;
}

export interface ObjectPlace {
  readonly Bucket: string;
  readonly Key: string;
}

interface ObjectBody {
  transformToString(encoding?: string): Promise<string>;
}

/** Put together, so that no bundler takes it for a module to bundle: Lambda's own runtime has it. */
const SDK = ['@aws-sdk', 'client-s3'].join('/');

/** The part of the SDK that is used; its own types would be asked of all who compile. */
interface Sdk {
  readonly S3: new (configuration: object) => S3Client & S3Reader;
}

function importSdk(): Promise<typeof import('@aws-sdk/client-s3')> {
  return import(/* webpackIgnore: true */ /* @vite-ignore */ SDK);
}

export interface S3ClientOptions extends Partial<Pick<AwsClientOf, 'wantedBy'>> {
  readonly load?: () => Promise<Sdk>;
}

/** A client of the AWS SDK, which is loaded only then. @throws ConsumerError `CONFIG` where there is none */
export async function awsS3Client(options: S3ClientOptions = {}): Promise<S3Client & S3Reader> {
  const { load = importSdk, wantedBy = 'deadLetterBucket' } = options;
  return awsClient({ sdk: SDK, wantedBy }, async () => {
    const { S3 } = await load();
    return new S3({});
  });
}
