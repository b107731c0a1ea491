import * as iam from 'aws-cdk-lib/aws-iam';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import type * as s3 from 'aws-cdk-lib/aws-s3';
import type { OwnDestination } from './failure-destination.js';

/**
 * Keeps failed batches, payload included, as objects of a bucket.
 *
 * Unlike the library's `S3OnFailureDestination`, which may also read and delete, the function's
 * role gets what Lambda documents as needed, by its own policy alone: `s3:PutObject` and `s3:ListBucket`, and
 * `kms:GenerateDataKey` of a key of yours.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/kafka-on-failure.html
 */
export class BucketDestination implements OwnDestination {
  readonly destinationService = 's3';
  private readonly bucket: s3.IBucket;

  constructor(bucket: s3.IBucket) {
    this.bucket = bucket;
  }

  bind(
    _target: lambda.IEventSourceMapping,
    targetHandler: lambda.IFunction,
  ): lambda.DlqDestinationConfig {
    const { bucketArn, encryptionKey } = this.bucket;
    const rights: readonly [action: string, resource: string][] = [
      ['s3:PutObject', this.bucket.arnForObjects('*')],
      ['s3:ListBucket', bucketArn],
      ...(encryptionKey === undefined
        ? []
        : [['kms:GenerateDataKey', encryptionKey.keyArn] satisfies [string, string]]),
    ];
    for (const [action, resource] of rights) {
      targetHandler.addToRolePolicy(
        new iam.PolicyStatement({ actions: [action], resources: [resource] }),
      );
    }
    return { destination: bucketArn };
  }
}
