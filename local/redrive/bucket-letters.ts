import { documentOf, type LetterDocument } from '../../codegen/decode/letters.js';
import type { ObjectList, S3Reader } from '../../consumer/s3-client.js';
import { MAX_LETTER_BYTES } from '../../runtime/dead-letter/form.js';
import { failed, type LetterSource, takeEach } from './source.js';

export interface BucketPlace {
  readonly bucket: string;
  readonly prefix: string;
}

/**
 * The objects of a bucket of S3 below a prefix, in the order of their keys: of `deadLetterBucket`, and of
 * Lambda's on-failure destination. One is deleted once all its letters were sent.
 */
export function bucketLetters(place: BucketPlace, s3: () => Promise<S3Reader>): LetterSource {
  return new BucketLetters(place, s3);
}

class BucketLetters implements LetterSource {
  readonly name: string;
  private readonly place: BucketPlace;
  private readonly s3: () => Promise<S3Reader>;
  private readonly keys = new WeakMap<LetterDocument, string>();

  constructor(place: BucketPlace, s3: () => Promise<S3Reader>) {
    this.place = place;
    this.s3 = s3;
    this.name = `s3://${place.bucket}/${place.prefix}`;
  }

  async *read(): AsyncGenerator<LetterDocument> {
    let from: string | undefined;
    do {
      const { Contents = [], NextContinuationToken } = await this.list(from);
      for (const { Key, Size = 0 } of Contents) {
        // A folder that the console made.
        if (Key === undefined || (Key.endsWith('/') && Size === 0)) continue;
        const document = await this.document(Key, Size);
        this.keys.set(document, Key);
        yield document;
      }
      from = NextContinuationToken;
    } while (from !== undefined);
  }

  async takeOut(sent: readonly LetterDocument[]) {
    const s3 = await this.s3();
    return takeEach(sent, (document) =>
      s3.deleteObject({ Bucket: this.place.bucket, Key: this.keys.get(document) ?? '' }),
    );
  }

  async close(): Promise<void> {}

  private async list(from: string | undefined): Promise<ObjectList> {
    const { bucket, prefix } = this.place;
    try {
      const s3 = await this.s3();
      const more = from === undefined ? {} : { ContinuationToken: from };
      return await s3.listObjectsV2({ Bucket: bucket, Prefix: prefix, ...more });
    } catch (cause) {
      throw failed(`${this.name} cannot be read`, cause);
    }
  }

  private async document(key: string, size: number): Promise<LetterDocument> {
    const name = `s3://${this.place.bucket}/${key}`;
    if (size > MAX_LETTER_BYTES) {
      return { name, letters: [], problem: `${name}: over ${MAX_LETTER_BYTES} bytes.` };
    }
    try {
      const s3 = await this.s3();
      const { Body } = await s3.getObject({ Bucket: this.place.bucket, Key: key });
      return documentOf((await Body?.transformToString('utf-8')) ?? '', name);
    } catch (cause) {
      throw failed(`${name} cannot be read`, cause);
    }
  }
}
