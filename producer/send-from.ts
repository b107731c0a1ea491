import { ProducerError } from './errors.js';
import type { DeliveryReport } from './message.js';
import { checkFunction, checkSignal, checkSource } from './misuse.js';
import type { Room } from './room.js';
import type { CancelSignal, SendOptions } from './send-options.js';

export interface SendFromOptions<Message> {
  /** Calls it off, with `ABORTED`: an `AbortSignal`. Nothing more is asked of the source. */
  readonly signal?: CancelSignal;
  /** Hears of each message that was delivered. */
  readonly onDelivered?: (report: DeliveryReport, message: Message) => void;
  /** Hears of each that was not, and has it gone on with; else the first ends it. */
  readonly onFailed?: (error: ProducerError, message: Message) => void;
}

interface SendFrom<Message> extends SendFromOptions<Message> {
  send(message: Message, options: SendOptions): Promise<DeliveryReport>;
  readonly room: Room;
}

/** Sends what a source gives, as there is room; see `Producer.sendFrom`. */
export async function sendFrom<Message>(
  source: Iterable<Message> | AsyncIterable<Message>,
  how: SendFrom<Message>,
): Promise<number> {
  checkSource(source);
  checkSignal('sendFrom', how.signal);
  checkFunction('sendFrom: onDelivered', how.onDelivered);
  checkFunction('sendFrom: onFailed', how.onFailed);
  if (how.signal?.aborted) throw aborted(how.signal, 'no');
  const run = new Run(how);
  const forget = onAbort(how.signal, (error) => run.fail(error));
  const pulling = run.pull(source);
  // What a source throws after the end is nobody's.
  pulling.catch(() => undefined);
  try {
    await Promise.race([pulling, run.failed]);
  } finally {
    forget();
    await run.settled();
  }
  return run.result();
}

class Run<Message> {
  private readonly how: SendFrom<Message>;
  private readonly underWay = new Set<Promise<void>>();
  private delivered = 0;
  private failure: { readonly error: unknown } | undefined;
  private endWaiting: () => void = () => {};
  /** Settles when it has failed: a source that gives nothing meanwhile is not waited for. */
  readonly failed = new Promise<void>((resolve) => {
    this.endWaiting = resolve;
  });

  constructor(how: SendFrom<Message>) {
    this.how = how;
  }

  async pull(source: Iterable<Message> | AsyncIterable<Message>): Promise<void> {
    for await (const message of source) {
      if (this.failure !== undefined) return;
      this.take(message);
      await this.how.room.free();
      if (this.failure !== undefined) return;
    }
  }

  fail(error: unknown): void {
    this.failure ??= { error };
    this.endWaiting();
  }

  async settled(): Promise<void> {
    await Promise.all(this.underWay);
  }

  result(): number {
    if (this.failure !== undefined) throw this.failure.error;
    return this.delivered;
  }

  private take(message: Message): void {
    const { send, signal, onDelivered, onFailed } = this.how;
    const sending = send(message, signal === undefined ? {} : { signal }).then(
      async (report) => {
        this.delivered++;
        // Either may be an async function: what it throws would end the process otherwise.
        await onDelivered?.(report, message);
      },
      async (error: unknown) => {
        const isTold = onFailed !== undefined && error instanceof ProducerError;
        if (isTold && error.code !== 'ABORTED') await onFailed(error, message);
        else this.fail(error);
      },
    );
    const under = sending
      .catch((thrown: unknown) => this.fail(thrown))
      .finally(() => this.underWay.delete(under));
    this.underWay.add(under);
  }
}

/** Calls `end` when it is called off; the answer stops listening. */
function onAbort(signal: CancelSignal | undefined, end: (error: ProducerError) => void) {
  if (signal === undefined) return () => {};
  const stop = () => end(aborted(signal, 'unknown'));
  signal.addEventListener('abort', stop);
  return () => signal.removeEventListener('abort', stop);
}

function aborted({ reason: cause }: CancelSignal, delivered: 'no' | 'unknown'): ProducerError {
  return new ProducerError('ABORTED', 'sendFrom was called off.', { delivered, cause });
}
