import * as iam from 'aws-cdk-lib/aws-iam';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import type * as s3 from 'aws-cdk-lib/aws-s3';

/**
 * Keeps failed batches, payload included, as objects of a bucket.
 *
 * Unlike the library's `S3OnFailureDestination`, which may also read and delete, the function's
 * role gets what Lambda documents as needed: `s3:PutObject` and `s3:ListBucket`.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/kafka-on-failure-destination.html
 */
export class BucketDestination implements lambda.IEventSourceDlq {
  private readonly bucket: s3.IBucket;

  constructor(bucket: s3.IBucket) {
    this.bucket = bucket;
  }

  bind(
    _target: lambda.IEventSourceMapping,
    targetHandler: lambda.IFunction,
  ): lambda.DlqDestinationConfig {
    this.bucket.grantPut(targetHandler);
    targetHandler.addToRolePolicy(
      new iam.PolicyStatement({ actions: ['s3:ListBucket'], resources: [this.bucket.bucketArn] }),
    );
    return { destination: this.bucket.bucketArn };
  }
}
