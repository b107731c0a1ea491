/** Record batches as brokers keep them. */
import { encodeBatch, stampBatch } from '../../../producer/record-batch.js';

export interface BatchInput {
  readonly firstOffset: number;
  readonly values: readonly string[];
  readonly producerId?: number;
  readonly isTransactional?: boolean;
  /** What a transaction's marker says. */
  readonly marker?: 'commit' | 'abort';
}

const AT = { firstOffset: 0, attributes: 21 };
const TRANSACTIONAL = 0x10;
const CONTROL = 0x20;

export function batch(input: BatchInput): Buffer {
  const { firstOffset, values, producerId = -1, isTransactional = false, marker } = input;
  const key = marker === undefined ? null : Buffer.from([0, 0, 0, marker === 'abort' ? 0 : 1]);
  const written = encodeBatch(
    values.map((value, n) => ({
      key,
      value: Buffer.from(value),
      headers: [['n', Buffer.from(String(n))]],
      timestampMs: 1_000 + n,
    })),
  );
  written.writeBigInt64BE(BigInt(firstOffset), AT.firstOffset);
  const attributes =
    (isTransactional || marker !== undefined ? TRANSACTIONAL : 0) +
    (marker === undefined ? 0 : CONTROL);
  written.writeInt16BE(attributes, AT.attributes);
  stampBatch(written, { producerId: BigInt(producerId), epoch: 0, sequence: 0 }, () => 0);
  return written;
}

export function marker(firstOffset: number, producerId: number, ended: 'commit' | 'abort'): Buffer {
  return batch({ firstOffset, values: [''], producerId, marker: ended });
}

export function transactional(
  firstOffset: number,
  producerId: number,
  ...values: string[]
): Buffer {
  return batch({ firstOffset, values, producerId, isTransactional: true });
}
