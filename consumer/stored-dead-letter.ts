/** A dead letter as JSON, for where bytes are text: SQS and S3. */
import type { StoredDeadLetter, StoredDeadLetterRecord } from '../runtime/dead-letter/form.js';
import { causeOf } from './cause-of.js';
import type { DeadLetter } from './dead-letter.js';
import { originalRecord } from './original-record.js';

/** @throws ConsumerError `EVENT` for what is not base64, and headers that are no bytes */
export function storedDeadLetter(letter: DeadLetter): Required<StoredDeadLetter> {
  return { id: letter.id, cause: causeOf(letter), record: storedRecord(letter) };
}

function storedRecord({ record }: DeadLetter): StoredDeadLetterRecord {
  const { key, value, headers } = originalRecord(record);
  return {
    key: base64(key),
    value: base64(value),
    headers: headers.map(({ name, value: bytes }) => ({ name, value: base64(bytes) })),
  };
}

function base64(bytes: Uint8Array | null): string | null {
  return bytes && Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('base64');
}
