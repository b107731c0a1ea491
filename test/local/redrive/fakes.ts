/** Dead letters, and the few methods of SQS and S3 that they are kept with, in memory. */
import { ConsumerError, type DeadLetterPolicy } from '../../../consumer/index.js';
import type { S3Client, S3Reader } from '../../../consumer/s3-client.js';
import type { SqsClient, SqsReader } from '../../../consumer/sqs-client.js';
import { type KafkaRecordInput, mskEvent } from '../../../local/msk-event.js';

export const NOW = new Date('2026-12-01T12:00:00Z');
const hoursAgo = (hours: number) => new Date(NOW.getTime() - hours * 3_600_000);

/** Five records of two topics that failed, in the order in which they did. */
export const FAILED: readonly (KafkaRecordInput & { code: 'DECODE' | 'HANDLER' | 'REGISTRY' })[] = [
  { ...record('clicks', 7, 'ann'), timestamp: hoursAgo(72), code: 'DECODE' },
  { ...record('clicks', 8, 'bob'), timestamp: hoursAgo(2), code: 'DECODE' },
  { ...record('orders', 3, null), timestamp: hoursAgo(1), code: 'HANDLER' },
  { ...record('clicks', 9, 'ann'), timestamp: hoursAgo(0.5), code: 'HANDLER' },
  { ...record('orders', 4, 'eve'), timestamp: hoursAgo(0.5), code: 'HANDLER' },
];

function record(topic: string, offset: number, key: string | null): KafkaRecordInput {
  const value = Uint8Array.of(0, 0, 0, 0, 1, offset, 255);
  const headers = [
    ['trace', `t${offset}`],
    ['again', Uint8Array.of(0xff)],
    ['again', 'x'],
  ] as const;
  return { topic, offset, key, value, headers };
}

/** Hands records over to a policy, as a handler does with those that fail. */
export async function fail(
  { sink }: DeadLetterPolicy,
  records: readonly (KafkaRecordInput & {
    readonly code: 'DECODE' | 'HANDLER' | 'REGISTRY';
  })[] = FAILED,
): Promise<void> {
  for (const { code, ...given } of records) {
    const [one] = Object.values(mskEvent([given]).records).flat();
    if (one === undefined) throw new Error('no record');
    const id = `${one.topic}-${one.partition}@${one.offset}`;
    await sink({ id, record: one, error: new ConsumerError(code, `${code} of ${id}`) });
  }
}

/** A queue. Messages are hidden from the time that they are received until they are told to be seen. */
export class FakeQueue implements SqsClient, SqsReader {
  readonly messages: { readonly body: string; hidden: boolean; deleted: boolean }[] = [];
  /** Receipts that cannot be deleted. */
  readonly refusing = new Set<string>();

  async sendMessage({ MessageBody }: { readonly MessageBody: string }): Promise<void> {
    this.messages.push({ body: MessageBody, hidden: false, deleted: false });
  }

  async receiveMessage({ MaxNumberOfMessages }: { readonly MaxNumberOfMessages: number }) {
    const ready = this.messages.filter(({ hidden, deleted }) => !hidden && !deleted);
    const Messages = ready.slice(0, MaxNumberOfMessages).map((message) => {
      message.hidden = true;
      const id = `m${this.messages.indexOf(message)}`;
      return { MessageId: id, ReceiptHandle: id, Body: message.body };
    });
    return Messages.length === 0 ? {} : { Messages };
  }

  async deleteMessage({ ReceiptHandle }: { readonly ReceiptHandle: string | undefined }) {
    if (this.refusing.has(ReceiptHandle ?? '')) throw new Error('AccessDenied');
    this.of(ReceiptHandle).deleted = true;
  }

  async changeMessageVisibility(request: {
    readonly ReceiptHandle: string | undefined;
    readonly VisibilityTimeout: number;
  }) {
    this.of(request.ReceiptHandle).hidden = request.VisibilityTimeout > 0;
  }

  /** Ids of records whose messages are there, and can be received. */
  get seen(): readonly string[] {
    return this.messages
      .filter(({ hidden, deleted }) => !hidden && !deleted)
      .map(({ body }) => JSON.parse(body).id);
  }

  private of(receipt: string | undefined) {
    const message = this.messages[Number(receipt?.slice(1))];
    if (message === undefined) throw new Error('ReceiptHandleIsInvalid');
    return message;
  }
}

/** Most keys of a page. */
const PAGE = 2;

/** A bucket, whose lists have two keys a page. */
export class FakeBucket implements S3Client, S3Reader {
  readonly objects = new Map<string, string>();

  async putObject({ Key, Body }: { readonly Key: string; readonly Body: string }): Promise<void> {
    this.objects.set(Key, Body);
  }

  async listObjectsV2(request: { readonly Prefix: string; readonly ContinuationToken?: string }) {
    const { Prefix, ContinuationToken = '' } = request;
    const keys = [...this.objects.keys()]
      .filter((key) => key.startsWith(Prefix) && key > ContinuationToken)
      .sort();
    const page = keys.slice(0, PAGE);
    return {
      Contents: page.map((Key) => ({ Key, Size: this.objects.get(Key)?.length })),
      NextContinuationToken: keys.length > PAGE ? page.at(-1) : undefined,
    };
  }

  async getObject({ Key }: { readonly Key: string }) {
    const text = this.objects.get(Key);
    if (text === undefined) throw new Error('NoSuchKey');
    return { Body: { transformToString: async () => text } };
  }

  async deleteObject({ Key }: { readonly Key: string }): Promise<void> {
    this.objects.delete(Key);
  }
}
