import { documentOf, type LetterDocument } from '../../codegen/decode/letters.js';
import type { SqsReader } from '../../consumer/sqs-client.js';
import { failed, type LetterSource, takeEach } from './source.js';

/** How long nobody else sees a message, in seconds: for who is asked, and for what is sent then. */
const HIDDEN_SECONDS = 900;
/** How long SQS looks for a message on all its machines, in seconds. */
const WAIT_SECONDS = 2;
/** The most that SQS gives at a time. */
const MESSAGES_AT_A_TIME = 10;

/** The messages of a queue of SQS: hidden from others while they are here, and deleted once they were sent. */
export function queueLetters(queueUrl: string, sqs: () => Promise<SqsReader>): LetterSource {
  return new QueueLetters(queueUrl, sqs);
}

class QueueLetters implements LetterSource {
  readonly name: string;
  private readonly queueUrl: string;
  private readonly sqs: () => Promise<SqsReader>;
  /** What deletes a message: those that are here. */
  private readonly receipts = new Map<LetterDocument, string | undefined>();

  constructor(queueUrl: string, sqs: () => Promise<SqsReader>) {
    this.queueUrl = queueUrl;
    this.sqs = sqs;
    this.name = `queue ${queueUrl}`;
  }

  async *read(): AsyncGenerator<LetterDocument> {
    for (;;) {
      const messages = await this.receive();
      // All of them are held before any is given: who stops here gives the others back.
      const documents = messages.map(({ Body = '', MessageId = '', ReceiptHandle }) => {
        const document = documentOf(Body, `message ${MessageId}`);
        this.receipts.set(document, ReceiptHandle);
        return document;
      });
      if (documents.length === 0) return;
      yield* documents;
    }
  }

  async takeOut(sent: readonly LetterDocument[]) {
    const { queueUrl: QueueUrl } = this;
    const sqs = await this.sqs();
    return takeEach(sent, async (document) => {
      await sqs.deleteMessage({ QueueUrl, ReceiptHandle: this.receipts.get(document) });
      this.receipts.delete(document);
    });
  }

  async close(): Promise<void> {
    if (this.receipts.size === 0) return;
    const { queueUrl: QueueUrl } = this;
    const sqs = await this.sqs();
    // Where that fails they are seen again after their time.
    await takeEach([...this.receipts.keys()], (document) =>
      sqs.changeMessageVisibility({
        QueueUrl,
        ReceiptHandle: this.receipts.get(document),
        VisibilityTimeout: 0,
      }),
    );
  }

  private async receive() {
    try {
      const sqs = await this.sqs();
      const { Messages = [] } = await sqs.receiveMessage({
        QueueUrl: this.queueUrl,
        MaxNumberOfMessages: MESSAGES_AT_A_TIME,
        VisibilityTimeout: HIDDEN_SECONDS,
        WaitTimeSeconds: WAIT_SECONDS,
      });
      return Messages;
    } catch (cause) {
      throw failed(`${this.name} cannot be read`, cause);
    }
  }
}
