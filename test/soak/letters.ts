/** Dead letters, as a witness reads them. */
import { CAUSE_HEADERS } from '../../consumer/index.js';
import { readWhole } from '../kafka-reader.js';

export interface StoredLetter {
  /** Where the record lay. */
  readonly partition: number;
  readonly offset: number;
  readonly code: string;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
}

export async function readLetters(
  brokers: string,
  topic: string,
): Promise<readonly StoredLetter[]> {
  const letters: StoredLetter[] = [];
  await readWhole({ topic, brokers }, (_, { key, value, headers }) => {
    const said = (name: string) => `${headers?.[name] ?? ''}`;
    const partition = Number(said(CAUSE_HEADERS.partition));
    const offset = Number(said(CAUSE_HEADERS.offset));
    letters.push({ partition, offset, code: said(CAUSE_HEADERS.code), key, value });
  });
  return letters;
}
